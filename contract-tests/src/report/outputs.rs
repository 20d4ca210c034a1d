//! The destinations of reports: `--report junit=report.xml`, or `-` for standard output.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use strum::VariantArray;

use super::Format;
use crate::report::output_file::OutputFile;

/// A requested report.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReportOutput {
    format: Format,
    /// `None` for standard output.
    file: Option<PathBuf>,
}

impl ReportOutput {
    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether it goes to standard output.
    pub fn is_stdout(&self) -> bool {
        self.file.is_none()
    }
}

impl FromStr for ReportOutput {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let formats = || {
            Format::VARIANTS
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let (format, file) = text
            .split_once('=')
            .filter(|(_, file)| !file.is_empty())
            .ok_or_else(|| {
                format!(
                    "expected FORMAT=FILE, where FILE is - for standard output; formats are {}",
                    formats()
                )
            })?;
        let format = format
            .parse()
            .map_err(|_| format!("unknown format `{format}`; use one of {}", formats()))?;
        let file = (file != "-").then(|| file.into());
        Ok(Self { format, file })
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
}

/// The files that reports are written to.
#[derive(Debug)]
pub struct ReportOutputs(Vec<(ReportOutput, Option<OutputFile>)>);

impl ReportOutputs {
    /// Opens all files before anything is sent: if a report cannot be written, the run is not worth its requests.
    pub fn open(outputs: &[ReportOutput]) -> Result<Self, ReportOutputError> {
        for (number, output) in outputs.iter().enumerate() {
            if outputs[..number]
                .iter()
                .any(|before| before.file == output.file)
            {
                return Err(ReportOutputError::Twice(name(output.file.as_deref())));
            }
        }
        let open = |output: &ReportOutput| {
            let file = output.file.as_deref().map(OutputFile::create).transpose();
            let file =
                file.map_err(|error| ReportOutputError::File(name(output.file.as_deref()), error))?;
            Ok((output.clone(), file))
        };
        outputs.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Writes every report, even if another one fails.
    pub fn write(self, report: impl Fn(Format) -> String) -> Result<(), ReportOutputError> {
        let write = |(outputs, file): (ReportOutput, Option<OutputFile>)| {
            let text = report(outputs.format);
            let Some(file) = file else {
                let written = write_to_stdout(&text);
                return written.map_err(|error| ReportOutputError::File(name(None), error));
            };
            let written = file.write(&text);
            written.map_err(|error| ReportOutputError::File(name(outputs.file.as_deref()), error))
        };
        let written: Vec<_> = self.0.into_iter().map(write).collect();
        written.into_iter().collect()
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

fn name(file: Option<&Path>) -> String {
    file.map_or("standard output".to_owned(), |file| {
        file.display().to_string()
    })
}
