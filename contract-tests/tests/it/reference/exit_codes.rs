//! The page on exit codes.

use contract_tests::finding::ExitCode;
use docs::generated::{assert_table, table};

use super::{repository_file, rows};

#[test]
fn page_has_every_code_of_the_judge_and_no_other() {
    let page = repository_file("docs/reference/exit-codes.md");
    let rows = rows(&page, "contract-tests");
    let mut on_the_page: Vec<u8> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    on_the_page.dedup();
    let codes = (0..=u8::MAX).filter(|code| ExitCode::from_repr(*code).is_some());
    assert_eq!(on_the_page, codes.collect::<Vec<_>>());
}

/// The codes of the commands that have more than success and invalid arguments, as their help lists them.
#[test]
fn page_has_the_codes_of_the_server() {
    let guides = mock_server::cli::GUIDES.iter().filter(|guide| {
        let mut codes = guide.exit_codes.iter();
        !guide.command.is_empty() && codes.any(|(code, _)| !["0", "2"].contains(code))
    });
    let codes = guides.flat_map(|guide| {
        let command = format!("`mock-server {}`", guide.command);
        let codes = guide.exit_codes.iter();
        codes.map(move |(code, meaning)| {
            [command.clone(), (*code).to_owned(), (*meaning).to_owned()]
        })
    });
    assert_table(
        "reference/exit-codes.md",
        "mock-server",
        "cargo test -p contract-tests --test it reference",
        &table(["command", "exit code", "meaning"], codes),
    );
}
