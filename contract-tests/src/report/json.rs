//! The report as JSON, the normative format. Its JSON Schema is `contract-tests/report.schema.json`.

use super::model::Report;

/// Pretty-printed, with a line break at the end.
///
/// # Panics
///
/// Never: a report is JSON.
pub(super) fn text(report: &Report) -> String {
    serde_json::to_string_pretty(report).expect("a report is JSON") + "\n"
}
