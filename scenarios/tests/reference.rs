//! The book's tables of scenarios and faults are up to date.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use docs::generated::{assert_table, table};
use scenarios::{faults, library, schema_text};
use serde_json::Value;

fn scenarios_table() -> String {
    table(
        ["scenario", "what happens", "what a good client does"],
        library::all().iter().map(|one| {
            let name = format!("`{}`", one.name);
            [name, one.summary.clone(), one.expect.join(" ")]
        }),
    )
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
    table(
        ["fault", "effect", "applies to", "parameters"],
        faults::all().map(|fault| {
            [
                format!("`{}`", fault.id),
                fault.definition.to_owned(),
                fault.applies.to_string(),
                parameters(&schema, fault.id),
            ]
        }),
    )
}

/// Asserts that the book has this table, on the page of the same name.
#[track_caller]
fn is_held(name: &str, table: &str) {
    let page = format!("reference/{name}.md");
    assert_table(&page, name, "cargo test -p scenarios", table);
}

#[test]
fn table_of_scenarios_is_up_to_date() {
    is_held("scenarios", &scenarios_table());
}

#[test]
fn table_of_faults_is_up_to_date() {
    is_held("faults", &faults_table());
}
