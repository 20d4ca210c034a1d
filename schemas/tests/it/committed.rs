//! The files under `schemas/json/` are what the wire types say.

use std::{collections::BTreeSet, fs, path::PathBuf};

use schemas::documents::Document;

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
