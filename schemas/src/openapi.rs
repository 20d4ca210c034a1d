//! The OpenAPI 3.1 document, made from the tables: nothing about an operation is said here.
//!
//! It is committed as `schemas/openapi.json`, so that a change of the contract is a diff, and served
//! from there. A test compares both; `UPDATE=1 cargo test -p schemas` rewrites the file.

mod links;
mod operation;
mod responses;
mod schemas;
mod security;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use self::schemas::Schemas;
use crate::{API_PREFIX, Operation, examples, operations};

const DESCRIPTION: &str = "\
The OpenProspect API as its sandbox serves it with default settings. An independent project made it \
from the vendor's public documentation.

`x-evidence` says how well a statement is founded: `documented` is on the vendor's authentication \
page, `guide` on a sibling page, `assumed` is ours, where the documents are silent; `x-source` names \
the page.

Every `GET` answers `HEAD` too, every path `OPTIONS`. A path and the same path with a slash at its end \
are one. Query parameters that an operation does not know are refused, fields of a body that it does \
not know are ignored.";

/// The committed document, as text.
pub fn committed() -> &'static str {
    include_str!("../openapi.json")
}

/// The document, made from the tables.
///
/// # Panics
///
/// Where two schemas that differ have one name, which a test rules out.
pub fn generate() -> Value {
    let schemas = Schemas::of_all_bodies();
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "OpenProspect API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
        },
        "servers": [
            {"url": API_PREFIX, "description": "The server that this document comes from"},
            {"url": format!("http://127.0.0.1:8000{API_PREFIX}"), "description": "A sandbox on this machine"},
        ],
        "tags": tags(),
        "paths": paths(&schemas),
        "components": {
            "examples": examples(),
            "headers": responses::rate_headers(true),
            "responses": responses::components(&schemas),
            "securitySchemes": security::schemes(),
            "schemas": schemas.into_components(),
        },
    })
}

/// One for each resource.
fn tags() -> Value {
    let tags: BTreeSet<_> = operations::all().map(tag).collect();
    tags.into_iter().map(|name| json!({"name": name})).collect()
}

/// The resource that an operation is about: the first part of its path.
fn tag(operation: &Operation) -> &'static str {
    operation.path.split('/').nth(1).unwrap_or_default()
}

fn paths(schemas: &Schemas) -> Value {
    let mut paths = Map::new();
    for operation in operations::all() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = operation::object(operation, schemas);
    }
    paths.into()
}

/// Every example, by the name of its file.
fn examples() -> Value {
    let all = examples::all().into_iter().map(|example| {
        let object = json!({
            "value": example.body,
            "x-evidence": example.evidence,
            "x-source": example.source,
        });
        (example.name().to_owned(), object)
    });
    Value::Object(all.collect())
}

/// A place among the components.
fn reference(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}
