//! `/_mock/metrics`: counters and gauges in the text format of Prometheus.
//!
//! The existing crates find a series under a lock (`prometheus-client`) or by names and labels as texts
//! (`metrics`), and the format is simple. Gauges (organizations, keys, journals) are computed on request.

use std::fmt::{self, Write};

use crate::{app::App, config::limits::MAX_WATCHERS};

/// All metrics, in the text format of Prometheus.
pub(crate) fn text(app: &App) -> String {
    let mut text = String::new();
    family(
        &mut text,
        ("requests_total", "counter", "API requests with a response."),
        app.metrics.requests(),
    );
    family(
        &mut text,
        (
            "rate_limited_total",
            "counter",
            "Rate-limited requests, by the tier of the key or token.",
        ),
        app.metrics.limited(),
    );
    family(
        &mut text,
        (
            "aborted_total",
            "counter",
            "Requests whose client disconnected before the response was sent.",
        ),
        [(String::new(), app.metrics.aborted())],
    );
    family(
        &mut text,
        (
            "evicted_organizations_total",
            "counter",
            "Organizations that were evicted to make room for others.",
        ),
        [(String::new(), app.tenants.evicted())],
    );
    family(
        &mut text,
        (
            "connections_closed_total",
            "counter",
            "Connections that the server closed, by reason.",
        ),
        app.metrics.closed(),
    );
    for (name, help, value) in gauges(app) {
        family(&mut text, (name, "gauge", help), [(String::new(), value)]);
    }
    text
}

/// The current values. Organizations are locked one after the other.
fn gauges(app: &App) -> [(&'static str, &'static str, u64); 9] {
    let organizations = app.tenants.organizations(app.machine_now());
    let (mut keys, mut entries) = (0, app.unclaimed().len());
    for organization in &organizations {
        let state = organization.state();
        keys += state.keys.len();
        entries += state.journal.len();
    }
    let watchers = MAX_WATCHERS - app.watchers.available_permits();
    [
        ("organizations", "Organizations.", organizations.len()),
        ("keys", "Keys of all organizations.", keys),
        ("connections", "Open connections.", app.connections()),
        ("journal_entries", "Requests in all journals.", entries),
        (
            "journal_watchers",
            "Clients that wait for or follow a journal.",
            watchers,
        ),
        (
            "memory_bytes",
            "Bytes that callers make the server use.",
            app.tenants.shared_data.memory.used(),
        ),
        (
            "memory_max_bytes",
            "Bytes that callers can make the server use.",
            app.tenants.shared_data.memory.max(),
        ),
        (
            "capture_bytes",
            "Bytes of captured headers and bodies.",
            app.tenants.shared_data.captures.used(),
        ),
        (
            "capture_max_bytes",
            "Bytes of captured headers and bodies that are kept.",
            app.tenants.shared_data.captures.max(),
        ),
    ]
    .map(|(name, help, value)| (name, help, value as u64))
}

/// The lines of a metric family.
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
