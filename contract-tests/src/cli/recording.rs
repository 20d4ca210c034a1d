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
    traffic::{self, Format, Options, RULES, TrafficError, TrafficResult, TrafficSource, drift},
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

    /// Writes the reports and prints the findings; returns the exit code.
    pub(crate) fn report(
        &self,
        outputs: RunOutputs,
        source: &TrafficSource,
        result: &TrafficResult,
        print: impl FnOnce(String),
    ) -> Result<ExitCode, Failure> {
        let mut report = Report::of_traffic(source, result);
        if self.output.no_bodies() {
            report.remove_bodies();
        }
        let text = traffic::console(&report, self.output.detail());
        let findings: Vec<_> = result.all().cloned().collect();
        let written = outputs.write(report, result.baseline(), &findings);
        // The reports must not wait for a reader of this.
        print(text);
        written?;
        Ok(result.exit_code())
    }

    /// Prints a text where the findings go.
    pub(crate) fn print(&self, text: &str) {
        // A reader that has closed the pipe is not an error.
        let _ = self.output.console().write_all(text.as_bytes());
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
        let source = self.source(format, command_line);
        let print = |text: String| self.traffic.print(&text);
        self.traffic.report(outputs, &source, &result, print)
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
        let command = command_line.to_string();
        if self.file == Path::new("-") {
            return TrafficSource {
                mode,
                replay: format!(
                    "standard input cannot be read again: save the recording, and put its path in place of the - in: \
                     {command}"
                ),
                target: "standard input".to_owned(),
            };
        }
        TrafficSource {
            mode,
            replay: command,
            target: self.file.to_string_lossy().into_owned(),
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
