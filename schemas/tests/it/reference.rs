//! The tables of the book match the contract.

use docs::generated::{assert_table, table};
use schemas::{ErrorCode, documents::Document, examples, fidelity::Table};
use serde_json::Value;
use strum::VariantArray;

const COMMAND: &str = "cargo test -p schemas";

/// The paths of all values of a body, each in backticks. Items of a list are alike.
fn paths(path: &str, value: &Value, found: &mut Vec<String>) {
    if let Some(fields) = value.as_object() {
        for (name, value) in fields {
            paths(&format!("{path}.{name}"), value, found);
        }
    } else if let Some(item) = value.get(0).filter(|item| item.is_object()) {
        paths(&format!("{path}[]"), item, found);
    } else {
        found.push(format!("`{}`", path.trim_start_matches('.')));
    }
}

/// The fields of errors besides the code and the message, as the examples have them.
fn further_fields() -> String {
    let rows = ErrorCode::VARIANTS.iter().filter_map(|code| {
        let mut body = examples::body(Document::Error(*code));
        body.as_object_mut()
            .unwrap()
            .retain(|name, _| !["code", "message"].contains(&&**name));
        let mut fields = Vec::new();
        paths("", &body, &mut fields);
        (!fields.is_empty()).then(|| [format!("`{code}`"), fields.join(", ")])
    });
    table(["code", "further fields"], rows)
}

#[test]
fn tables_of_the_book_match_the_contract() {
    for table in Table::VARIANTS.iter().copied() {
        let name = table.to_string();
        assert_table(table.page(), &name, COMMAND, &table.markdown());
    }
    let page = Table::Errors.page();
    assert_table(page, "further_fields", COMMAND, &further_fields());
}
