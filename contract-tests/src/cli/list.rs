//! `contract-tests list`.

use contract_tests::{finding::ExitCode, provider::checks::CHECKS};

use super::{client, print, recording};

pub(super) fn run() -> ExitCode {
    let lines: Vec<_> = CHECKS
        .iter()
        .map(|check| format!("{:<20}  {:<10}  {}\n", check.id, check.evidence, check.rule))
        .collect();
    print(&lines.concat());
    print(&client::list());
    print(&recording::list());
    ExitCode::Passed
}
