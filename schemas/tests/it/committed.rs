//! The files under `schemas/json/` are what the wire types say.

use std::{collections::BTreeSet, fs, path::PathBuf};

use schemas::{documents::Document, operations};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("json")
}

fn file_name(document: Document) -> String {
    format!("{}.schema.json", document.name())
}

#[test]
fn the_committed_schemas_are_those_of_the_wire_types() {
    let update = std::env::var_os("UPDATE").is_some();
    for document in Document::all() {
        let path = folder().join(file_name(document));
        let generated = format!("{:#}\n", document.generate());
        if update {
            fs::write(&path, &generated).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            committed,
            generated,
            "{} is stale: UPDATE=1 cargo test -p schemas",
            path.display()
        );
    }
}

#[test]
fn no_schema_lies_there_that_nobody_uses() {
    let expected: BTreeSet<String> = Document::all().map(file_name).collect();
    let found: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_schema_is_a_valid_schema_and_is_embedded() {
    for document in Document::all() {
        let schema = serde_json::from_str(document.committed()).unwrap();
        jsonschema::meta::validate(&schema)
            .unwrap_or_else(|error| panic!("{}: {error}", document.name()));
    }
}

/// The places where a schema takes integers without a bound.
fn unbounded(schema: &Value, at: &str, found: &mut Vec<String>) {
    let types = &schema["type"];
    let listed = types
        .as_array()
        .is_some_and(|types| types.iter().any(|one| one == "integer"));
    let exact = schema["maximum"]
        .as_u64()
        .is_some_and(|most| most <= 1 << 53);
    if (types == "integer" || listed) && !exact {
        found.push(at.to_owned());
    }
    match schema {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, field)| unbounded(field, &format!("{at}/{name}"), found)),
        Value::Array(items) => items.iter().for_each(|item| unbounded(item, at, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Without a bound, a wire type would refuse what its schema accepts; beyond 2⁵³ no number is exact
/// everywhere.
#[test]
fn every_integer_that_a_caller_sends_is_bounded() {
    for document in operations::all().filter_map(|operation| operation.request) {
        let schema = serde_json::from_str(document.committed()).unwrap();
        let mut found = Vec::new();
        unbounded(&schema, "", &mut found);
        assert!(found.is_empty(), "{}: {found:?}", document.name());
    }
}
