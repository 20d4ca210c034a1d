//! `contract-tests har` and `contract-tests journal`.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use contract_tests::{
    ExitCode,
    traffic::{self, Format, Options, RULES, Rule, Traffic, TrafficError},
};
use url::Url;

use crate::args::base_url;

/// A recording to be judged.
#[derive(Args, Debug)]
pub(crate) struct Recording {
    /// The recording; - is standard input
    file: PathBuf,
    /// Base URL of the API in it, with /api/v1; without it, that of the first call of an operation
    #[arg(long, env = "CONTRACT_TESTS_BASE_URL", value_parser = base_url)]
    base_url: Option<Url>,
    #[command(flatten)]
    how: How,
}

/// How traffic is judged, and what came of it shown.
#[derive(Args, Debug)]
pub(crate) struct How {
    /// Fail also for what is only assumed, and for fields that the contract does not have
    #[arg(long, env = "CONTRACT_TESTS_STRICT")]
    pub(crate) strict: bool,
    /// Show what was found as JSON
    #[arg(long)]
    json: bool,
}

impl How {
    /// Shows what was found; returns what the process ends with.
    pub(crate) fn show(&self, found: &Traffic) -> ExitCode {
        let text = if self.json {
            found.json()
        } else {
            found.to_string()
        };
        // A reader who has gone away is no error.
        let _ = io::stdout().write_all(text.as_bytes());
        found.exit_code()
    }
}

/// A recording that cannot be judged.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", file.display())]
pub(crate) struct RecordingError {
    file: PathBuf,
    source: TrafficError,
}

impl RecordingError {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.source {
            TrafficError::Read(_) | TrafficError::TooLong | TrafficError::NoRecording(_) => {
                ExitCode::Usage
            }
            TrafficError::Contract(_) => ExitCode::InvalidContract,
        }
    }
}

impl Recording {
    pub(crate) fn run(self, format: Format) -> Result<ExitCode, RecordingError> {
        let options = Options {
            base: self.base_url,
            strict: self.how.strict,
        };
        let judged = open(&self.file)
            .map_err(TrafficError::from)
            .and_then(|recording| traffic::judge(format, recording, &options));
        let found = judged.map_err(|source| RecordingError {
            file: self.file,
            source,
        })?;
        Ok(self.how.show(&found))
    }
}

fn open(file: &Path) -> io::Result<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    Ok(Box::new(File::open(file)?))
}

/// Every rule that only recordings are judged by, a line each.
pub(crate) fn list() -> String {
    let lines = RULES
        .iter()
        .map(|rule| format!("{:<20}  {:<10}  {}\n", rule.id, "MUST", rule.rule));
    lines.collect()
}

/// All there is to say of a rule.
pub(crate) fn card(rule: &Rule) -> String {
    let Rule {
        id,
        rule,
        source,
        tolerance,
        advice,
    } = rule;
    format!(
        "{id}\n\n  rule       MUST: {rule}\n  source     {source}\n  tolerance  {tolerance}\n  fix        {advice}\n"
    )
}
