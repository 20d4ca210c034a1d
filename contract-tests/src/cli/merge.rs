//! `contract-tests merge`.

use std::{fs, io, iter, path::PathBuf};

use clap::Args;
use contract_tests::{
    clients,
    finding::ExitCode,
    provider,
    report::{self, MergeError, Report, ReportOutput, ReportOutputs, model::Mode},
    traffic,
};

use super::{
    Failure,
    output::{ReportTokenArgs, console},
    repository,
};

#[derive(Args, Debug)]
pub(crate) struct MergeArgs {
    /// Reports of the parts of one run, each written with --report json=FILE. A single one can be given to get it in
    /// other formats
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write a report of the whole, such as junit=report.xml; may be repeated. Formats: json, junit, tap, sarif, markdown,
    /// github, html. FILE - is standard output; the console output then goes to standard error. mock=URL sends
    /// the report to the dashboard of a running sandbox
    #[arg(long = "report", value_name = "FORMAT=FILE", value_delimiter = ',')]
    reports: Vec<ReportOutput>,
    #[command(flatten)]
    token: ReportTokenArgs,
}

/// Why reports cannot be merged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MergeFailure {
    #[error("cannot read {}: {}", .0.display(), .1)]
    File(PathBuf, #[source] io::Error),
    #[error("{} is not a JSON report of contract-tests: {}", .0.display(), .1)]
    NotAReport(PathBuf, #[source] serde_json::Error),
    #[error("{} is a report of {} {}; this is {} {}, which may read it differently", .0.display(), .1, .2, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))]
    OtherVersion(PathBuf, String, String),
    #[error("{}: {}", .0.display(), .1)]
    OfFile(PathBuf, #[source] MergeError),
    #[error(transparent)]
    OfAll(MergeError),
}

impl MergeArgs {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        let reports = self.files.iter().map(read).collect::<Result<_, _>>()?;
        let outputs = ReportOutputs::open(&self.reports, self.token.get())?;
        let mut merged = report::merge(reports).map_err(|error| match error.index() {
            Some(index) => MergeFailure::OfFile(self.files[index].clone(), error),
            None => MergeFailure::OfAll(error),
        })?;
        merged.file = repository::file_of(iter::empty());
        let mut console = console(&self.reports);
        // A closed pipe is not an error.
        let _ = console.write_all(report::overview(&merged).as_bytes());
        let code = ExitCode::from_repr(merged.exit_code).unwrap_or(ExitCode::Internal);
        outputs.write(|format| format.render(&merged))?;
        Ok(code)
    }
}

fn read(file: &PathBuf) -> Result<Report, MergeFailure> {
    let text = fs::read_to_string(file).map_err(|error| MergeFailure::File(file.clone(), error))?;
    let mut report: Report = serde_json::from_str(&text)
        .map_err(|error| MergeFailure::NotAReport(file.clone(), error))?;
    if (&*report.tool, &*report.version) != (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")) {
        let (tool, version) = (report.tool.into_owned(), report.version.into_owned());
        return Err(MergeFailure::OtherVersion(file.clone(), tool, version));
    }
    report.catalog = match report.mode {
        Mode::Provider => provider::catalog(),
        Mode::Client => clients::catalog(),
        Mode::Proxy | Mode::Har | Mode::Journal => traffic::catalog(),
    };
    Ok(report)
}
