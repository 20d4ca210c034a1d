//! Tables and sentences of pages that tests compare with the code.

use std::{env, fs, path::Path};

/// Asserts that a page has this table between the comments that name it; with the variable `UPDATE` set, writes it.
///
/// `page` is the path of its file in the book; `command`, which is a part of the comment, runs the test.
#[track_caller]
pub fn assert_table(page: &str, name: &str, command: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let committed = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let generated = with_table(&committed, name, command, table);
    let generated = generated.unwrap_or_else(|| panic!("{page} has no place for {name}"));
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &generated).unwrap_or_else(|error| panic!("{page}: {error}"));
        return;
    }
    let lines = committed.lines().zip(generated.lines());
    let stale = lines.into_iter().find(|(one, other)| one != other);
    assert!(
        committed == generated,
        "{page} is stale, UPDATE=1 {command} rewrites it; the first difference: {stale:#?}"
    );
}

/// The text of a page with the table replaced; `None` if it has no place for it.
fn with_table(page: &str, name: &str, command: &str, table: &str) -> Option<String> {
    let begin = format!("<!-- {name}: UPDATE=1 {command} writes this table -->\n");
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once("<!-- end -->\n")?;
    Some(format!("{before}{begin}\n{table}\n<!-- end -->\n{after}"))
}

/// Asserts that a page has this sentence, or a part of one, however its lines are broken.
#[track_caller]
pub fn assert_says(page: &str, sentence: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let words: Vec<_> = text.split_whitespace().collect();
    assert!(
        words.join(" ").contains(sentence),
        "{page} does not say: {sentence}"
    );
}

/// A table as Markdown, each line with its line ending.
pub fn table<const CELLS: usize, Cell: AsRef<str>>(
    head: [&str; CELLS],
    rows: impl IntoIterator<Item = [Cell; CELLS]>,
) -> String {
    let head = format!("{}{}|\n", line(head), "|---".repeat(CELLS));
    rows.into_iter().fold(head, |table, row| table + &line(row))
}

fn line<const CELLS: usize>(cells: [impl AsRef<str>; CELLS]) -> String {
    let cells = cells.map(|cell| format!("| {} ", cell.as_ref()));
    format!("{}|\n", cells.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_only_the_table_of_that_name() {
        let page = |table: &str| {
            format!(
                "# Tiers\n\n<!-- tiers: UPDATE=1 run writes this table -->\n{table}<!-- end -->\n\n\
                 <!-- others: UPDATE=1 run writes this table -->\n<!-- end -->\n"
            )
        };
        let rows = [["`free`", "100"], ["`pro`", "1,000"]];
        let table = table(["tier", "quota"], rows);
        assert_eq!(
            table,
            "| tier | quota |\n|---|---|\n| `free` | 100 |\n| `pro` | 1,000 |\n"
        );
        let replaced = with_table(&page("old\n"), "tiers", "run", &table);
        assert_eq!(replaced, Some(page(&format!("\n{table}\n"))));
        assert_eq!(with_table(&page(""), "keys", "run", &table), None);
    }
}
