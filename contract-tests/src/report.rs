//! What is made of a run: one model, and a file for each format that is a view of it.

mod block;
mod client_console;
mod console;
mod github;
mod html;
mod json;
mod junit;
mod markdown;
pub mod model;
pub(crate) mod progress;
mod sarif;
mod sink;
mod tap;
mod traffic_console;

use strum::{Display, EnumString, VariantArray};

pub use client_console::ClientConsole;
pub use console::{Console, Detail};
pub(crate) use model::schema_of;
pub use model::{Report, explain, schema_text};
pub use sink::{SinkError, Sinks, Wanted};
pub use traffic_console::of_traffic;

/// A form of the report.
#[derive(Clone, Copy, Debug, Display, EnumString, Eq, PartialEq, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// The normative one.
    Json,
    /// For CI that shows tests.
    Junit,
    /// For whatever reads the Test Anything Protocol.
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
    /// The report in this form.
    pub fn render(self, report: &Report) -> String {
        match self {
            Self::Json => json::text(report),
            Self::Junit => junit::text(report),
            Self::Tap => tap::text(report),
            Self::Sarif => sarif::text(report),
            Self::Markdown => markdown::text(report),
            Self::Github => github::text(report),
            Self::Html => html::text(report),
        }
    }
}
