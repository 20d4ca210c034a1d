//! The destinations of reports: `--report junit=report.xml`, `-` for standard output, or `mock=URL` for a running sandbox.

use std::{
    env, fmt,
    io::{self, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use strum::VariantArray;
use url::Url;

use super::{
    Format,
    output_file::OutputFile,
    sandbox::{Sandbox, SandboxError},
};

/// Takes the place of a format where a sandbox is the destination.
const MOCK: &str = "mock";

/// A requested report.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReportOutput {
    format: Format,
    destination: Destination,
}

/// Where a report goes.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Destination {
    Stdout,
    File(PathBuf),
    /// The sandbox at this URL.
    Sandbox(Url),
}

impl Destination {
    fn parse(name: &str, place: &str) -> Result<Self, String> {
        match (name, place) {
            (MOCK, url) => {
                let url = Url::parse(url).ok();
                let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
                let expected = "mock=URL needs the URL of a running sandbox, such as mock=http://127.0.0.1:8000";
                url.map(Self::Sandbox).ok_or_else(|| expected.to_owned())
            }
            (_, "-") => Ok(Self::Stdout),
            (_, file) => Ok(Self::File(file.into())),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => formatter.write_str("standard output"),
            Self::File(file) => write!(formatter, "{}", file.display()),
            Self::Sandbox(url) => write!(formatter, "{url}"),
        }
    }
}

impl ReportOutput {
    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether it goes to standard output.
    pub fn is_stdout(&self) -> bool {
        self.destination == Destination::Stdout
    }

    /// Whether it goes to a running sandbox.
    pub fn is_sandbox(&self) -> bool {
        matches!(self.destination, Destination::Sandbox(_))
    }
}

impl FromStr for ReportOutput {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let formats = || {
            Format::VARIANTS
                .iter()
                .map(ToString::to_string)
                .chain([MOCK.to_owned()])
                .collect::<Vec<_>>()
                .join(", ")
        };
        let (name, place) = text
            .split_once('=')
            .filter(|(_, place)| !place.is_empty())
            .ok_or_else(|| {
                format!(
                    "expected FORMAT=FILE, where FILE is - for standard output; formats are {}",
                    formats()
                )
            })?;
        let format = match name {
            MOCK => Format::Json,
            name => name
                .parse()
                .map_err(|_| format!("unknown format `{name}`; use one of {}", formats()))?,
        };
        let destination = Destination::parse(name, place)?;
        Ok(Self {
            format,
            destination,
        })
    }
}

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportOutputError {
    /// Two reports would overwrite each other.
    #[error("two reports go to {0}; each needs its own destination")]
    Twice(String),
    /// The file cannot be written.
    #[error("cannot write the report {0}: {1}")]
    File(String, #[source] io::Error),
    /// The sandbox does not take it.
    #[error("cannot send the report to {0}: {1}")]
    Sandbox(String, #[source] SandboxError),
}

/// The destinations that reports are written to.
#[derive(Debug)]
pub struct ReportOutputs(Vec<(Format, Opened)>);

/// A destination that can be written to.
#[derive(Debug)]
enum Opened {
    Stdout,
    File(String, OutputFile),
    Sandbox(String, Box<Sandbox>),
}

impl ReportOutputs {
    /// Opens all destinations before anything is sent: if a report cannot be written, the run is not worth its requests.
    /// `token` is the control token of sandboxes.
    pub fn open(outputs: &[ReportOutput], token: Option<&str>) -> Result<Self, ReportOutputError> {
        for (number, output) in outputs.iter().enumerate() {
            if outputs[..number]
                .iter()
                .any(|before| before.destination == output.destination)
            {
                return Err(ReportOutputError::Twice(output.destination.to_string()));
            }
        }
        let open = |output: &ReportOutput| {
            let opened = Opened::open(&output.destination, token)?;
            Ok((output.format, opened))
        };
        outputs.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Writes every report, even if another one fails.
    pub fn write(self, report: impl Fn(Format) -> String) -> Result<(), ReportOutputError> {
        let outputs = self.0.into_iter();
        let written: Vec<_> = outputs
            .map(|(format, opened)| opened.write(report(format)))
            .collect();
        written.into_iter().collect()
    }
}

impl Opened {
    fn open(destination: &Destination, token: Option<&str>) -> Result<Self, ReportOutputError> {
        let name = destination.to_string();
        match destination {
            Destination::Stdout => Ok(Self::Stdout),
            Destination::File(path) => match open(path) {
                Ok(file) => Ok(Self::File(name, file)),
                Err(error) => Err(ReportOutputError::File(name, error)),
            },
            Destination::Sandbox(url) => match Sandbox::find(url, token.map(str::to_owned)) {
                Ok(sandbox) => Ok(Self::Sandbox(name, Box::new(sandbox))),
                Err(error) => Err(ReportOutputError::Sandbox(name, error)),
            },
        }
    }

    fn write(self, text: String) -> Result<(), ReportOutputError> {
        match self {
            Self::Stdout => write_to_stdout(&text)
                .map_err(|error| ReportOutputError::File(Destination::Stdout.to_string(), error)),
            Self::File(name, file) => file
                .write(&text)
                .map_err(|error| ReportOutputError::File(name, error)),
            Self::Sandbox(name, sandbox) => sandbox
                .keep(text)
                .map_err(|error| ReportOutputError::Sandbox(name, error)),
        }
    }
}

/// A step of a GitHub job adds its part to the summary, to which others have added before.
fn open(path: &Path) -> io::Result<OutputFile> {
    let summary = env::var_os("GITHUB_STEP_SUMMARY");
    if summary.is_some_and(|summary| summary == path) {
        OutputFile::append(path)
    } else {
        OutputFile::create(path)
    }
}

/// Writes a text to standard output. A closed pipe is not an error: its reader has read enough.
pub fn write_to_stdout(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout();
    let written = stdout.write_all(text.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
