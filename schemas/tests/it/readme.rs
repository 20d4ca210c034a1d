//! The README's tables match the contract.

use std::{fs, path::PathBuf};

use schemas::fidelity::Table;
use strum::VariantArray;

/// The text with every table replaced, between the comments that name it.
fn with_tables(text: &str) -> String {
    Table::VARIANTS.iter().fold(text.to_owned(), |text, table| {
        let begin = format!("<!-- {table}: UPDATE=1 cargo test -p schemas writes this table -->\n");
        let parts = text.split_once(&begin).and_then(|(before, rest)| {
            let (_, after) = rest.split_once("<!-- end -->\n")?;
            Some((before, after))
        });
        let (before, after) = parts.unwrap_or_else(|| panic!("no place for {table}"));
        format!(
            "{before}{begin}\n{}\n<!-- end -->\n{after}",
            table.markdown()
        )
    })
}

#[test]
fn tables_of_the_readme_match_the_contract() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let committed = fs::read_to_string(&path).unwrap();
    let generated = with_tables(&committed);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &generated).unwrap();
        return;
    }
    let stale = committed
        .lines()
        .zip(generated.lines())
        .find(|(one, other)| one != other);
    assert!(
        committed == generated,
        "README.md is stale, UPDATE=1 cargo test -p schemas rewrites it; the first difference: {stale:#?}"
    );
}
