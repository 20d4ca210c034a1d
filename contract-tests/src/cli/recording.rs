//! `contract-tests har` and `contract-tests journal`.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use super::{
    Failure,
    output::{OutputArgs, RunOutputs},
    target::base_url,
};
use clap::Args;
use contract_tests::{
    finding::ExitCode,
    report::{CommandLine, Report, model::Mode},
    traffic::{
        self, Format, Options, RULES, Rule, TrafficError, TrafficResult, TrafficSource, drift,
    },
};
use url::Url;

#[derive(Args, Debug)]
pub(crate) struct RecordingArgs {
    /// Recording to judge; - is standard input. An HTTP Archive may be a zip file that also has its bodies
    file: PathBuf,
    /// Base URL of the API in the recording, including /api/v1; by default, the one under which most requests
    /// match an operation
    #[arg(long, env = "CONTRACT_TESTS_BASE_URL", value_parser = base_url)]
    base_url: Option<Url>,
    #[command(flatten)]
    pub(crate) traffic: TrafficArgs,
}

/// How traffic is judged, and what is written.
#[derive(Args, Debug)]
pub(crate) struct TrafficArgs {
    /// Also fail for assumed behaviour, and for fields that are not in the contract
    #[arg(long, env = "CONTRACT_TESTS_STRICT")]
    pub(crate) strict: bool,
    /// JSON report of an earlier run; drift that it lists is marked as known
    #[arg(long, env = "CONTRACT_TESTS_DRIFT_KNOWN", value_name = "FILE")]
    drift_known: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl TrafficArgs {
    pub(crate) fn options(&self, base: Option<Url>) -> Result<Options, Failure> {
        Ok(Options {
            base,
            strict: self.strict,
            baseline: self.output.baseline()?,
            known_drift: self.known_drift()?,
            ..Options::default()
        })
    }

    fn known_drift(&self) -> Result<drift::KnownDrift, Failure> {
        let Some(path) = &self.drift_known else {
            return Ok(drift::KnownDrift::default());
        };
        drift::KnownDrift::read(path).map_err(|error| Failure::Drift(path.clone(), error))
    }

    /// Prints and writes the findings; returns the exit code.
    pub(crate) fn report(
        &self,
        outputs: RunOutputs,
        source: &TrafficSource,
        result: &TrafficResult,
    ) -> Result<ExitCode, Failure> {
        let mut report = Report::of_traffic(source, result);
        if self.output.no_bodies() {
            report.remove_bodies();
        }
        let mut out = self.output.console();
        // A reader that has closed the pipe is not an error.
        let _ = out.write_all(traffic::console(&report, self.output.detail()).as_bytes());
        let findings: Vec<_> = result.all().cloned().collect();
        outputs.write(report, result.baseline(), &findings)?;
        Ok(result.exit_code())
    }
}

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

impl RecordingArgs {
    pub(crate) fn run(
        self,
        format: Format,
        command_line: &CommandLine,
    ) -> Result<ExitCode, Failure> {
        let options = Options {
            folder: self.folder(),
            ..self.traffic.options(self.base_url.clone())?
        };
        let outputs = self.traffic.output.open()?;
        let judged = open(&self.file)
            .map_err(TrafficError::from)
            .and_then(|recording| traffic::judge(format, recording, &options));
        let result = judged.map_err(|source| RecordingError {
            file: self.file.clone(),
            source,
        })?;
        self.traffic
            .report(outputs, &self.source(format, command_line), &result)
    }

    /// The folder of the recording, which may have bodies in other files; standard input has none.
    fn folder(&self) -> Option<PathBuf> {
        let folder = self.file.parent().map(Path::to_owned);
        folder.filter(|_| self.file != Path::new("-"))
    }

    fn source(&self, format: Format, command_line: &CommandLine) -> TrafficSource {
        let mode = match format {
            Format::Har => Mode::Har,
            Format::Journal => Mode::Journal,
        };
        let file = self.file.to_string_lossy();
        TrafficSource {
            mode,
            replay: command_line.to_string(),
            target: if file == "-" {
                "standard input".to_owned()
            } else {
                file.into_owned()
            },
        }
    }
}

fn open(file: &Path) -> io::Result<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    Ok(Box::new(File::open(file)?))
}

/// The rules that apply only to recordings, one a line.
pub(crate) fn list() -> String {
    let lines = RULES
        .iter()
        .map(|rule| format!("{:<20}  {:<10}  {}\n", rule.id, "MUST", rule.rule));
    lines.collect()
}

pub(crate) fn describe(rule: &Rule) -> String {
    let Rule {
        id,
        rule,
        why,
        source,
        exercised_by,
        tolerance,
        advice,
    } = rule;
    format!(
        "{id}\n\n  rule          MUST: {rule}\n  why           {why}\n  source        {source}\n  exercised by  {exercised_by}\n  \
         tolerance     {tolerance}\n  fix           {advice}\n"
    )
}
