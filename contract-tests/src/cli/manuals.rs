//! `contract-tests manuals`.

use std::path::PathBuf;

use clap::Args;
use contract_tests::finding::ExitCode;
use mock_server::cli::write_manuals;

use super::{Failure, command};

#[derive(Args, Debug)]
pub(crate) struct ManualsArgs {
    folder: PathBuf,
}

pub(super) fn run(args: &ManualsArgs) -> Result<ExitCode, Failure> {
    let folder = &args.folder;
    write_manuals(command(), folder).map_err(|error| Failure::Manuals(folder.clone(), error))?;
    Ok(ExitCode::Passed)
}
