//! The OpenAPI 3.1 document, generated from the tables: nothing about an operation is written here.
//!
//! It is committed as `schemas/openapi.json`, so that a change of the contract shows up as a diff. A test compares both;
//! `UPDATE=1 cargo test -p schemas` rewrites it.

mod links;
mod oauth;
mod operation;
mod responses;
mod sandbox;
mod schemas;
mod security;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use self::schemas::Schemas;
use crate::{API_PREFIX, Documented, Operation, Profile, examples};

const DESCRIPTION: &str = "\
The OpenProspect API as its sandbox serves it with default settings. An independent project made it \
from the vendor's public documentation.

`x-evidence` is the source of a statement: `documented` is on the vendor's authentication \
page, `guide` on a sibling page, `assumed` is ours, where the documents are silent; `x-source` names \
the page.

Every `GET` also takes `HEAD`, every path `OPTIONS`. A trailing slash makes no difference. Unknown query \
parameters are rejected, unknown fields of a body are ignored.";

const LEFT_OUT: &str = "\
`assumed` statements are left out where possible.";

/// A description of each resource, by the first part of its paths.
const RESOURCES: &[(&str, &str)] = &[
    ("api-keys", "Keys that programs authenticate with."),
    ("blacklists", "Companies that discovery orders leave out."),
    (
        "companies",
        "Companies that searches found or callers created.",
    ),
    (
        "deliveries",
        "Companies that completed orders delivered, with feedback on them.",
    ),
    (
        "job-searches",
        "Searches for jobs by keywords, with their results.",
    ),
    (
        "orders",
        "Enrichment of given companies, and discovery of new ones.",
    ),
    ("organization", "Settings of the caller's organization."),
    (
        "prospect-searches",
        "Which companies are wanted, and which blacklists apply.",
    ),
    ("prospects", "People at companies."),
];

/// The document of a server of this profile, as text.
pub fn text(profile: Profile) -> String {
    format!("{:#}\n", generate(profile))
}

/// The document of a server of this profile, generated from the tables.
///
/// # Panics
///
/// If two different schemas share a name; a test rules that out.
pub fn generate(profile: Profile) -> Value {
    let schemas = Schemas::new(profile);
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "OpenProspect API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": description(profile),
            "license": {"name": "MIT License", "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [
            {"url": API_PREFIX, "description": "The server that this document comes from"},
            {"url": format!("http://127.0.0.1:8000{API_PREFIX}"), "description": "A sandbox on this machine"},
        ],
        "tags": tags(profile),
        "paths": paths(&schemas),
        "components": {
            "examples": examples(&schemas),
            "headers": responses::rate_headers(profile, true),
            "responses": responses::components(&schemas),
            "securitySchemes": security::schemes(profile),
            "schemas": schemas.into_components(),
        },
    })
}

fn description(profile: Profile) -> String {
    match profile {
        Profile::Everything => DESCRIPTION.to_owned(),
        Profile::Documented => format!("{DESCRIPTION}\n\n{LEFT_OUT}"),
    }
}

/// One tag for each resource, and one for each part outside the API: authorization server and control API.
fn tags(profile: Profile) -> Value {
    let used: BTreeSet<_> = profile.operations().map(tag).collect();
    let used = RESOURCES.iter().filter(|(name, _)| used.contains(name));
    let tags = used.map(|(name, description)| json!({"name": name, "description": description}));
    let beside = match profile {
        Profile::Everything => vec![oauth::tag(), sandbox::tag()],
        Profile::Documented => Vec::new(),
    };
    tags.chain(beside).collect()
}

/// The resource of an operation: the first part of its path.
fn tag(operation: &Operation) -> &'static str {
    operation.path.split('/').nth(1).unwrap_or_default()
}

fn paths(schemas: &Schemas) -> Value {
    let mut paths = Map::new();
    for operation in schemas.profile.operations() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = operation::object(operation, schemas);
    }
    if schemas.profile == Profile::Everything {
        oauth::add_paths(&mut paths);
        sandbox::add_paths(&mut paths);
    }
    paths.into()
}

/// Every example of a body in this document, by the name of its file.
fn examples(schemas: &Schemas) -> Value {
    let documented = (schemas.profile == Profile::Documented).then(Documented::from_schemas);
    let all = examples::all().into_iter();
    let spoken_of = all.filter(|example| schemas.has(example.document));
    let all = spoken_of.map(|mut example| {
        if let Some(documented) = &documented {
            documented.apply(example.document, &mut example.body);
        }
        let object = json!({
            "value": example.body,
            "x-evidence": example.evidence,
            "x-source": example.source,
        });
        (example.name().to_owned(), object)
    });
    Value::Object(all.collect())
}

/// A path outside the API's prefix, with servers of its own.
fn at_origin() -> Value {
    json!({"servers": [
        {"url": "/", "description": "The server that this document comes from"},
        {"url": "http://127.0.0.1:8000", "description": "A sandbox on this machine"},
    ]})
}

/// The phrase as a sentence.
fn sentence(does: &str) -> String {
    let mut characters = does.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).chain(['.']).collect()
}

/// A `$ref` to a component.
fn reference(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}
