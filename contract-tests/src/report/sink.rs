//! Where reports go to: `--report junit=report.xml`, or `-` for standard output.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use strum::VariantArray;

use super::Format;
use crate::report::output_file::OutputFile;

/// A report that is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
    format: Format,
    /// None for standard output.
    file: Option<PathBuf>,
}

impl Wanted {
    /// Its form.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether it goes to standard output.
    pub fn is_stdout(&self) -> bool {
        self.file.is_none()
    }
}

impl FromStr for Wanted {
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
                    "it is FORMAT=FILE, and FILE is - for standard output; formats are {}",
                    formats()
                )
            })?;
        let format = format
            .parse()
            .map_err(|_| format!("there is no format `{format}`; there are {}", formats()))?;
        let file = (file != "-").then(|| file.into());
        Ok(Self { format, file })
    }
}

/// Why a report cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// Two of them would write over one another.
    #[error("two reports go to {0}; each needs a place of its own")]
    Twice(String),
    /// The file cannot be written.
    #[error("cannot write the report {0}: {1}")]
    File(String, #[source] io::Error),
}

/// The files that a run is to be written to.
#[derive(Debug)]
pub struct Sinks(Vec<(Wanted, Option<OutputFile>)>);

impl Sinks {
    /// Opens all of them before anything is sent: a run whose report cannot be kept is not worth its calls.
    pub fn open(wanted: &[Wanted]) -> Result<Self, SinkError> {
        for (number, one) in wanted.iter().enumerate() {
            if wanted[..number]
                .iter()
                .any(|before| before.file == one.file)
            {
                return Err(SinkError::Twice(name(one.file.as_deref())));
            }
        }
        let open = |one: &Wanted| {
            let file = one.file.as_deref().map(OutputFile::create).transpose();
            let file = file.map_err(|error| SinkError::File(name(one.file.as_deref()), error))?;
            Ok((one.clone(), file))
        };
        wanted.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Writes the report to each, also where one before cannot be written.
    pub fn write(self, report: impl Fn(Format) -> String) -> Result<(), SinkError> {
        let write = |(wanted, file): (Wanted, Option<OutputFile>)| {
            let text = report(wanted.format);
            let Some(file) = file else {
                // A reader who has gone away is no error.
                let _ = io::stdout().write_all(text.as_bytes());
                return Ok(());
            };
            let written = file.write(&text);
            written.map_err(|error| SinkError::File(name(wanted.file.as_deref()), error))
        };
        let written: Vec<_> = self.0.into_iter().map(write).collect();
        written.into_iter().collect()
    }
}

fn name(file: Option<&Path>) -> String {
    file.map_or("standard output".to_owned(), |file| {
        file.display().to_string()
    })
}
