//! The files under `schemas/json/`, and `schemas/openapi.json`, match the wire types and tables.
//!
//! With `UPDATE` set, the test writes them. All other tests of this crate use generated schemas, not the embedded ones, so that
//! one run writes everything for a new body or operation.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use schemas::{ErrorCode, Evidence, Profile, documents::Document, openapi, operations, source};
use serde_json::Value;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// The files of a folder, by name, with their texts.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap();
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read_to_string(entry.path()).unwrap())
    };
    entries.map(|entry| read(entry.unwrap())).collect()
}

fn file_of(document: Document) -> String {
    format!("{}.schema.json", document.name())
}

/// The file of every body, with the schema that its wire type has now.
fn generated() -> BTreeMap<String, String> {
    let file = |document: Document| (file_of(document), format!("{:#}\n", document.generate()));
    Document::all().map(file).collect()
}

/// Makes a folder have these files and no others.
fn update(folder: &Path, expected: &BTreeMap<String, String>) {
    for name in files(folder).keys() {
        if !expected.contains_key(name) {
            fs::remove_file(folder.join(name)).unwrap();
        }
    }
    for (name, text) in expected {
        fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn committed_schemas_match_the_wire_types() {
    let (folder, expected) = (at("json"), generated());
    if updating() {
        update(&folder, &expected);
        return;
    }
    let committed = files(&folder);
    for name in expected.keys().chain(committed.keys()) {
        assert_eq!(
            committed.get(name),
            expected.get(name),
            "schemas/json/{name} is stale: UPDATE=1 cargo test -p schemas"
        );
    }
}

#[test]
fn an_update_writes_what_is_new_or_changed_and_removes_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, expected) = (folder.path(), generated());
    update(folder, &expected);
    let [new, changed] = [Document::Order, Document::Error(ErrorCode::InvalidJson)].map(file_of);
    fs::remove_file(folder.join(new)).unwrap();
    fs::write(folder.join(changed), "{}").unwrap();
    fs::write(folder.join("dropped.schema.json"), "{}").unwrap();
    update(folder, &expected);
    assert!(files(folder) == expected, "{:?}", files(folder).keys());
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
        let file = at("json").join(file_of(document));
        assert_eq!(document.committed(), fs::read_to_string(file).unwrap());
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
