//! The tables of the book match the contract.

use std::{fs, path::PathBuf};

use schemas::fidelity::Table;
use strum::VariantArray;

/// The page with the table replaced, between the comments that name it.
fn with_table(page: &str, table: Table) -> String {
    let begin = format!("<!-- {table}: UPDATE=1 cargo test -p schemas writes this table -->\n");
    let parts = page.split_once(&begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once("<!-- end -->\n")?;
        Some((before, after))
    });
    let (before, after) =
        parts.unwrap_or_else(|| panic!("{} has no place for {table}", table.page()));
    format!(
        "{before}{begin}\n{}\n<!-- end -->\n{after}",
        table.markdown()
    )
}

#[test]
fn tables_of_the_book_match_the_contract() {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for table in Table::VARIANTS.iter().copied() {
        let (name, path) = (table.page(), docs.join(table.page()));
        let committed = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let generated = with_table(&committed, table);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &generated).unwrap();
            continue;
        }
        let stale = committed
            .lines()
            .zip(generated.lines())
            .find(|(one, other)| one != other);
        assert!(
            committed == generated,
            "{name} is stale, UPDATE=1 cargo test -p schemas rewrites it; the first difference: {stale:#?}"
        );
    }
}
