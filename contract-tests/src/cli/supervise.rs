//! The hidden command that runs a judged program, and ends all processes that it leaves behind.

use std::ffi::OsString;

use clap::Args;
use contract_tests::{clients::supervise, finding::ExitCode};

use super::Failure;

#[derive(Args, Debug)]
pub(crate) struct SuperviseArgs {
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
}

pub(super) fn run(args: &SuperviseArgs) -> Result<ExitCode, Failure> {
    supervise(&args.command)?;
    Ok(ExitCode::Passed)
}
