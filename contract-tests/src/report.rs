//! The results of a run: one model, and one view of it for each format.

mod command_line;
mod console;
pub(crate) mod finding_text;
mod github;
mod html;
mod json;
mod junit;
mod markdown;
mod merge;
pub mod model;
mod output_file;
mod outputs;
mod progress;
mod sandbox;
mod sarif;
mod tap14;

use strum::{Display, EnumString, VariantArray};

pub use self::{
    command_line::CommandLine,
    console::{Detail, overview},
    merge::{MergeError, merge},
    model::{Report, schema_text},
    output_file::OutputFile,
    outputs::{ReportOutput, ReportOutputError, ReportOutputs, write_to_stdout},
};
pub(crate) use self::{
    console::{lines, style},
    model::schema_of,
    progress::Progress,
};

/// A format of the report.
#[derive(Clone, Copy, Debug, Display, EnumString, Eq, PartialEq, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// The complete, normative report.
    Json,
    /// For CI systems that show tests.
    Junit,
    /// For consumers of the Test Anything Protocol.
    Tap,
    /// For code scanning.
    Sarif,
    /// For the summary of a job.
    Markdown,
    /// Annotations of a GitHub workflow.
    Github,
    /// A page for people.
    Html,
}

impl Format {
    /// Renders the report in this format.
    pub fn render(self, report: &Report) -> String {
        match self {
            Self::Json => json::text(report),
            Self::Junit => junit::text(report),
            Self::Tap => tap14::text(report),
            Self::Sarif => sarif::text(report),
            Self::Markdown => markdown::text(report),
            Self::Github => github::text(report),
            Self::Html => html::text(report),
        }
    }
}
