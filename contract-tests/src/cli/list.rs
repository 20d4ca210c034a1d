//! `contract-tests list`.

use contract_tests::{finding::ExitCode, provider::checks::CHECKS};

use super::{Failure, client, print, recording};

pub(super) fn run() -> Result<ExitCode, Failure> {
    let lines: Vec<_> = CHECKS
        .iter()
        .map(|check| format!("{:<20}  {:<10}  {}\n", check.id, check.evidence, check.rule))
        .collect();
    print(&[lines.concat(), client::list(), recording::list()].concat())?;
    Ok(ExitCode::Passed)
}
