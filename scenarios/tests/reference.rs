//! The book's tables of scenarios and faults are up to date.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fmt::Write, fs, path::PathBuf};

use scenarios::{faults, library, schema_text};
use serde_json::Value;

fn scenarios_table() -> String {
    let mut table =
        String::from("| scenario | what happens | what a good client does |\n|---|---|---|\n");
    for one in library::all() {
        let expected = one.expect.join(" ");
        writeln!(table, "| `{}` | {} | {expected} |", one.name, one.summary).unwrap();
    }
    table
}

/// The parameters of a fault, as the schema names them.
fn parameters(schema: &Value, id: &str) -> String {
    let variants = schema["$defs"]["Fault"]["oneOf"].as_array().unwrap();
    let mut variants = variants
        .iter()
        .filter_map(|variant| variant["properties"].get(id));
    let reference = variants.next().unwrap()["$ref"].as_str().unwrap();
    let fault = schema.pointer(reference.trim_start_matches('#')).unwrap();
    let names = fault["properties"].as_object().into_iter().flatten();
    let names: Vec<_> = names.map(|(name, _)| format!("`{name}`")).collect();
    names.join(", ")
}

fn faults_table() -> String {
    let schema: Value = serde_json::from_str(&schema_text()).unwrap();
    let mut table =
        String::from("| fault | effect | applies to | parameters |\n|---|---|---|---|\n");
    for fault in faults::all() {
        let parameters = parameters(&schema, fault.id);
        let (id, definition, applies) = (fault.id, fault.definition, fault.applies);
        writeln!(
            table,
            "| `{id}` | {definition} | {applies} | {parameters} |"
        )
        .unwrap();
    }
    table
}

/// The page with the table replaced, between the comments that name it.
fn with_table(page: &str, name: &str, table: &str) -> String {
    let begin = format!("<!-- {name}: UPDATE=1 cargo test -p scenarios writes this table -->\n");
    let (before, rest) = page.split_once(&begin).unwrap();
    let (_, after) = rest.split_once("<!-- end -->\n").unwrap();
    format!("{before}{begin}\n{table}\n<!-- end -->\n{after}")
}

/// Asserts that a page of the reference has this table, which is named as the page is; with `UPDATE` set, writes it.
#[track_caller]
fn held(name: &str, table: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/reference");
    let path = folder.join(name).with_extension("md");
    let committed = fs::read_to_string(&path).unwrap();
    let generated = with_table(&committed, name, table);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &generated).unwrap();
        return;
    }
    assert!(
        committed == generated,
        "{name}.md is stale, UPDATE=1 cargo test -p scenarios rewrites it"
    );
}

#[test]
fn table_of_scenarios_is_up_to_date() {
    held("scenarios", &scenarios_table());
}

#[test]
fn table_of_faults_is_up_to_date() {
    held("faults", &faults_table());
}
