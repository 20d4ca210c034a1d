//! `contract-tests docs`.

use clap::Args;
use contract_tests::finding::ExitCode;

use super::{Failure, print};

#[derive(Args, Debug)]
pub(crate) struct DocsArgs {
    /// Topic of the page, or the path of its file
    topic: Option<String>,
}

pub(super) fn run(args: &DocsArgs) -> Result<ExitCode, Failure> {
    print(&docs::text(args.topic.as_deref())?)?;
    Ok(ExitCode::Passed)
}
