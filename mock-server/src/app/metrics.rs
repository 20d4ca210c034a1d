//! How often what was answered, in the text format of Prometheus.
//!
//! Counting must cost a request next to nothing: a series is found without a lock and without an
//! allocation, and one number goes up. The crates for it find theirs under a lock (`prometheus-client`)
//! or by names and labels as texts (`metrics`), and the text is a few lines. What can be counted when
//! somebody asks (organizations, keys, journals) is counted then.
//!
//! Labels are operations, statuses, codes and tiers, never anything of a caller's.

use std::{
    fmt::{self, Write},
    sync::atomic::{AtomicU64, Ordering},
};

use papaya::HashMap;
use schemas::{ErrorCode, OperationId, Tier};
use strum::VariantArray;

use crate::{app::App, config::limits::MAX_WATCHERS};

/// What is counted while it happens.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: HashMap<Series, AtomicU64>,
    limited: [AtomicU64; Tier::VARIANTS.len()],
    aborted: AtomicU64,
}

/// Requests that are counted together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Series {
    /// What they asked for.
    pub operation: Option<OperationId>,
    /// The status of their answers.
    pub status: u16,
    /// The error code of their answers.
    pub code: Option<ErrorCode>,
}

impl Metrics {
    /// Counts a request.
    pub(crate) fn count(&self, series: Series) {
        let requests = self.requests.pin();
        let count = requests.get_or_insert_with(series, AtomicU64::default);
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that the quota of its tier refused.
    pub(crate) fn count_limited(&self, tier: Tier) {
        self.limited[tier as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request whose caller went away.
    pub(crate) fn count_aborted(&self) {
        self.aborted.fetch_add(1, Ordering::Relaxed);
    }

    /// Every series with its count, always in the same order.
    fn requests(&self) -> Vec<(String, u64)> {
        let counted = self.requests.pin();
        let mut all: Vec<_> = counted
            .iter()
            .map(|(series, count)| (series.to_string(), count.load(Ordering::Relaxed)))
            .collect();
        all.sort();
        all
    }

    fn limited(&self) -> impl Iterator<Item = (String, u64)> {
        Tier::VARIANTS.iter().map(|tier| {
            let count = self.limited[*tier as usize].load(Ordering::Relaxed);
            (format!(r#"{{tier="{tier}"}}"#), count)
        })
    }
}

/// As labels.
impl fmt::Display for Series {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation.map_or("none", OperationId::as_str);
        let code = self.code.map_or("none", ErrorCode::as_str);
        let status = self.status;
        write!(
            formatter,
            r#"{{operation="{operation}",status="{status}",code="{code}"}}"#
        )
    }
}

/// Everything that is counted, as Prometheus reads it.
pub(crate) fn text(app: &App) -> String {
    let mut text = String::new();
    family(
        &mut text,
        (
            "requests_total",
            "counter",
            "Requests of the API that were answered.",
        ),
        app.metrics.requests(),
    );
    family(
        &mut text,
        (
            "rate_limited_total",
            "counter",
            "Requests that a quota refused, by the tier of the key.",
        ),
        app.metrics.limited(),
    );
    let aborted = app.metrics.aborted.load(Ordering::Relaxed);
    family(
        &mut text,
        (
            "aborted_total",
            "counter",
            "Requests whose caller went away before the answer was on its way.",
        ),
        [(String::new(), aborted)],
    );
    for (name, help, value) in gauges(app) {
        family(&mut text, (name, "gauge", help), [(String::new(), value)]);
    }
    text
}

/// What there is right now. Organizations are asked one after the other.
fn gauges(app: &App) -> [(&'static str, &'static str, u64); 5] {
    let organizations = app.directory.organizations();
    let (mut keys, mut entries) = (0, app.unclaimed.lock().len());
    for organization in &organizations {
        let state = organization.state();
        keys += state.keys.len();
        entries += state.journal.len();
    }
    let watchers = MAX_WATCHERS - app.watchers.available_permits();
    [
        ("organizations", "Organizations.", organizations.len()),
        ("keys", "Keys of all organizations.", keys),
        (
            "connections",
            "Connections that are open.",
            app.connections(),
        ),
        (
            "journal_entries",
            "Requests that the journals keep.",
            entries,
        ),
        (
            "journal_watchers",
            "Those who wait for journals, or follow them.",
            watchers,
        ),
    ]
    .map(|(name, help, value)| (name, help, value as u64))
}

/// The lines of what has one name.
fn family(
    text: &mut String,
    (name, kind, help): (&str, &str, &str),
    samples: impl IntoIterator<Item = (String, u64)>,
) {
    let name = format!("mock_server_{name}");
    let mut line = |line: fmt::Arguments<'_>| {
        text.write_fmt(line).expect("a string takes all text");
    };
    line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    for (labels, value) in samples {
        line(format_args!("{name}{labels} {value}\n"));
    }
}
