//! Bodies that the schemas must accept: every JSON example that the vendor's pages show, and at
//! least one of ours for each schema.
//!
//! Left out are the nested error bodies that the error reference itself calls illustrative: the real
//! errors, it says, are flat.
//!
//! They are the files of `schemas/examples/`, named `<document>.<page>.<name>.json`, where the page
//! is the last part of its address, or `ours`.

use include_dir::{Dir, File, include_dir};
use serde_json::Value;

use crate::{Evidence, documents::Document, source};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/examples");

/// A body that its schema must accept.
#[derive(Clone, Debug)]
pub struct Example {
    /// Which schema.
    pub document: Document,
    /// Its file.
    pub file: &'static str,
    /// How well it is founded.
    pub evidence: Evidence,
    /// The page that shows it.
    pub source: &'static str,
    /// The body.
    pub body: Value,
}

impl Example {
    /// The name of its file without the ending, such as `order.ours.full`.
    pub fn name(&self) -> &'static str {
        self.file.trim_end_matches(".json")
    }
}

/// Every example, in the order of the file names.
///
/// # Panics
///
/// Where a file's name or content is not as it must be, which a test rules out.
pub fn all() -> Vec<Example> {
    FILES.files().map(example).collect()
}

/// The body of a document's first example.
///
/// # Panics
///
/// Where a document has none, which a test rules out.
pub fn body(document: Document) -> Value {
    // The name says whose example a file is; no other file has to be parsed.
    let is_of = |file: &&'static File<'static>| {
        let name = file.path().to_str().unwrap_or_default();
        name.split('.').next() == Some(document.name().as_str())
    };
    let first = FILES.files().find(is_of);
    let missing = || panic!("{} has no example", document.name());
    first.map_or_else(missing, |file| example(file).body)
}

/// A field of an example that must hold a value of the server for the request to succeed.
#[derive(Clone, Copy, Debug)]
pub struct LiveField {
    /// The field, at the top of the body.
    pub name: &'static str,
    /// Its value.
    pub value: LiveValue,
}

/// A value that depends on the server.
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

/// What the example of a document lacks to be a valid request, if anything. Whoever sends requests fills it in.
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
