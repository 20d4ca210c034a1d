//! Bodies that the schemas must accept: every JSON example on the vendor's pages, and at least one of this project's own for
//! each schema.
//!
//! The nested error bodies are left out: the error reference itself calls them illustrative, and says that the real errors are
//! flat.
//!
//! The examples are the files of `schemas/examples/`, named `<document>.<page>.<name>.json`. The page is the last part of its
//! URL, or `ours`.

use include_dir::{Dir, File, include_dir};
use serde_json::Value;

use crate::{Evidence, documents::Document, source};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/examples");

/// A body that its schema must accept.
#[derive(Clone, Debug)]
pub struct Example {
    /// The schema it belongs to.
    pub document: Document,
    /// Its file name.
    pub file: &'static str,
    /// How well it is supported by the vendor's documentation.
    pub evidence: Evidence,
    /// The page that shows it.
    pub source: &'static str,
    /// The body.
    pub body: Value,
}

impl Example {
    /// The name of its file without the extension, such as `order.ours.full`.
    pub fn name(&self) -> &'static str {
        self.file.trim_end_matches(".json")
    }
}

/// Every example, in the order of the file names.
///
/// # Panics
///
/// If a file's name or content is invalid; a test rules that out.
pub fn all() -> Vec<Example> {
    FILES.files().map(example).collect()
}

/// The body of a document's first example.
///
/// # Panics
///
/// If a document has no example; a test rules that out.
pub fn body(document: Document) -> Value {
    // The file name contains the document's name, so no other file needs to be parsed.
    let is_of = |file: &&'static File<'static>| {
        let name = file.path().to_str().unwrap_or_default();
        name.split('.').next() == Some(document.name().as_str())
    };
    let first = FILES.files().find(is_of);
    let missing = || panic!("{} has no example", document.name());
    first.map_or_else(missing, |file| example(file).body)
}

/// A field of an example that must refer to an object on the server for the request to succeed.
#[derive(Clone, Copy, Debug)]
pub struct LiveField {
    /// The field, at the top level of the body.
    pub name: &'static str,
    /// Its value.
    pub value: LiveValue,
}

/// A value that depends on the server's data.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LiveValue {
    /// A list with the id of an entry of the blacklist in the path.
    EntryIds,
    /// A list with the id of a blacklist.
    BlacklistIds,
    /// The version of the prospect search in the path.
    SearchVersion,
    /// The id of a company.
    CompanyId,
}

const LIVE_FIELDS: [(Document, &str, LiveValue); 4] = [
    (Document::DeleteEntries, "entry_ids", LiveValue::EntryIds),
    (
        Document::SetBlacklists,
        "blacklist_ids",
        LiveValue::BlacklistIds,
    ),
    (
        Document::UpdateProspectSearch,
        "version",
        LiveValue::SearchVersion,
    ),
    (Document::CreateProspect, "company_id", LiveValue::CompanyId),
];

/// The field that a document's example needs from the server to be a valid request, if any. The caller fills it in.
pub fn live_field(document: Document) -> Option<LiveField> {
    let mut fields = LIVE_FIELDS.iter();
    let (_, name, value) = *fields.find(|(known, ..)| *known == document)?;
    Some(LiveField { name, value })
}

fn example(file: &'static File<'static>) -> Example {
    let name = file.path().to_str().expect("file names are ASCII");
    let mut parts = name.split('.');
    let (document, page) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let (evidence, source) = match page {
        "authentication" => (Evidence::Documented, source::AUTHENTICATION),
        "errors" => (Evidence::Guide, source::ERRORS),
        "enrichment-order-guide" => (Evidence::Guide, source::ENRICHMENT),
        "ours" => (Evidence::Assumed, source::OURS),
        other => panic!("schemas/examples/{name}: unknown page `{other}`"),
    };
    Example {
        document: Document::all()
            .find(|known| known.name() == document)
            .unwrap_or_else(|| panic!("schemas/examples/{name}: unknown document `{document}`")),
        file: name,
        evidence,
        source,
        body: serde_json::from_slice(file.contents())
            .unwrap_or_else(|error| panic!("schemas/examples/{name}: {error}")),
    }
}
