//! `contract-tests schema`.

use clap::{Args, ValueEnum};
use contract_tests::{compare, finding::ExitCode, report};

use super::{Failure, print};

#[derive(Args, Debug)]
pub(crate) struct SchemaArgs {
    /// Commands that write the report
    #[arg(value_enum, default_value_t)]
    of: ReportKind,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ReportKind {
    /// `provider`, `client`, `har`, `journal` and `proxy`
    #[default]
    Judge,
    /// `twin`
    Twin,
}

pub(super) fn run(args: &SchemaArgs) -> Result<ExitCode, Failure> {
    print(&match args.of {
        ReportKind::Judge => report::schema_text(),
        ReportKind::Twin => compare::schema_text(),
    })?;
    Ok(ExitCode::Passed)
}
