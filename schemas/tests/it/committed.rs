//! The files under `schemas/json/`, and `schemas/openapi.json`, match the wire types and tables.
//!
//! With `UPDATE` set, the test writes them. All other tests of this crate use generated schemas, not the embedded ones, so that
//! one run writes everything for a new body or operation.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use schemas::{Evidence, Profile, documents::Document, openapi, operations, source};
use serde_json::Value;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// The files of the folder of schemas, with their texts.
fn files() -> BTreeMap<PathBuf, String> {
    let paths = fs::read_dir(at("json")).unwrap();
    let paths = paths.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

fn file_of(document: Document) -> PathBuf {
    at(&format!("json/{}.schema.json", document.name()))
}

#[test]
fn committed_schemas_match_the_wire_types() {
    let expected: BTreeMap<_, _> = Document::all()
        .map(|document| (file_of(document), format!("{:#}\n", document.generate())))
        .collect();
    let committed = files();
    if updating() {
        for path in committed
            .keys()
            .filter(|path| !expected.contains_key(*path))
        {
            fs::remove_file(path).unwrap();
        }
        for (path, text) in &expected {
            fs::write(path, text).unwrap();
        }
        return;
    }
    let all = expected.keys().chain(committed.keys());
    for path in all {
        let (committed, expected) = (committed.get(path), expected.get(path));
        assert_eq!(
            committed,
            expected,
            "{} is stale: UPDATE=1 cargo test -p schemas",
            path.display()
        );
    }
}

#[test]
fn committed_openapi_document_matches_the_tables() {
    let path = at("openapi.json");
    let generated = openapi::text(Profile::Everything);
    if updating() {
        fs::write(&path, generated).unwrap();
        return;
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == generated,
        "{} is stale: UPDATE=1 cargo test -p schemas",
        path.display()
    );
}

#[test]
fn committed_files_are_embedded() {
    // Updated files are embedded only by the next build.
    if updating() {
        return;
    }
    for document in Document::all() {
        let committed = fs::read_to_string(file_of(document)).unwrap();
        assert_eq!(document.committed(), committed);
    }
}

#[test]
fn every_schema_is_valid() {
    for document in Document::all() {
        jsonschema::meta::validate(&document.generate())
            .unwrap_or_else(|error| panic!("{}: {error}", document.name()));
    }
}

/// The places where a schema allows integers without a bound.
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

/// Without a bound, a wire type would reject numbers that its schema accepts. Beyond 2⁵³, numbers are not exact in every
/// language.
#[test]
fn every_integer_in_requests_is_bounded() {
    for document in operations::all().filter_map(|operation| operation.request) {
        let schema = document.generate();
        let mut found = Vec::new();
        unbounded(&schema, "", &mut found);
        assert!(found.is_empty(), "{}: {found:?}", document.name());
    }
}

#[test]
fn every_statement_of_a_guide_names_its_page() {
    for document in Document::all() {
        let schema = document.generate().to_string();
        let is_of_a_guide = schema.contains(r#""x-evidence":"guide""#);
        let page = document.source(Evidence::Guide);
        let is_named = page != source::OVERVIEW && page != source::OURS;
        assert!(is_named || !is_of_a_guide, "{}", document.name());
    }
}
