//! The log on standard error.

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt, filter_fn},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{LogFormat, LogLevel};

/// What is logged, and how.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// The level, if one is set.
    pub(super) level: Option<LogLevel>,
    /// Directives, which count if no level is set.
    pub(super) directives: Option<String>,
    /// The form of a line.
    pub(super) format: LogFormat,
}

impl Log {
    /// Logs to standard error from now on.
    ///
    /// Only lines of this program are logged, whatever the directives are: those of libraries can contain the headers of
    /// a request, and so keys.
    pub(super) fn start(&self) {
        let ours = filter_fn(|line| {
            let crate_name = line.target().split("::").next();
            crate_name == Some(env!("CARGO_CRATE_NAME"))
        });
        Registry::default()
            .with(self.lines().with_filter(self.filter().and(ours)))
            .init();
    }

    fn filter(&self) -> EnvFilter {
        match (self.level, &self.directives) {
            // Invalid directives are reported and ignored: they may be meant for another program.
            (None, Some(directives)) => EnvFilter::builder().parse_lossy(directives),
            (level, _) => {
                let level = level.unwrap_or_default().to_possible_value();
                EnvFilter::new(level.as_ref().map_or("info", |level| level.get_name()))
            }
        }
    }

    fn lines(&self) -> Box<dyn Layer<Registry> + Send + Sync> {
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(io::stderr)
            .with_target(false);
        match self.format {
            LogFormat::Pretty => lines.with_ansi(io::stderr().is_terminal()).boxed(),
            LogFormat::Json => lines.json().flatten_event(true).boxed(),
        }
    }
}
