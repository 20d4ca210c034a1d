//! The report of a comparison, from which the JSON Schema is generated.

use schemars::JsonSchema;
use schemas::Evidence;
use serde::Serialize;

use super::{Comparison, Divergence};
use crate::{
    finding::{Verdict, redaction::Redacted},
    provider::session::Session,
    report::schema_of,
};

/// Bytes of a fact that are shown.
const SHOWN: usize = 300;

/// The comparison of two servers: where they diverge, and what could not be compared.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, title = "Report of contract-tests twin")]
pub struct ComparisonReport {
    /// Always `contract-tests`.
    pub tool: &'static str,
    /// The version of contract-tests.
    pub version: &'static str,
    /// The base URL of the left server.
    pub left: Redacted,
    /// The base URL of the right server.
    pub right: Redacted,
    /// The exit code of the process.
    pub exit_code: u8,
    /// Cases with a response from both servers.
    pub compared: usize,
    /// Where they diverge, each fact once.
    pub divergences: Vec<DivergenceView>,
    /// Divergences beyond the limit, which are not listed.
    pub left_out: usize,
    /// Cases that could not be compared.
    pub skipped: Vec<Skipped>,
}

/// A fact that differs between the servers.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Divergence")]
pub struct DivergenceView {
    /// `FAIL` if the contract defines it, `INFO` if the contract only assumes it.
    pub verdict: Verdict,
    /// The evidence for what the contract says about it.
    pub evidence: Evidence,
    /// The fact: a JSON path, `header <name>`, or `status`.
    pub at: Redacted,
    /// Its value on the left server.
    pub left: Redacted,
    /// Its value on the right server.
    pub right: Redacted,
    /// The cases in which it differs, such as `list_orders limit=0`.
    pub cases: Vec<Redacted>,
}

/// Cases that could not be compared, with the same reason.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Skipped {
    /// The reason.
    pub reason: Redacted,
    /// The number of cases.
    pub cases: usize,
}

impl ComparisonReport {
    /// All results, without the keys of either server.
    pub fn new([left, right]: [&Session; 2], comparison: &Comparison) -> Self {
        let clean = |text: &str| right.secrets.redact(&left.secrets.redact(text));
        let divergence = |divergence: &Divergence| DivergenceView {
            verdict: divergence.verdict(),
            evidence: divergence.evidence,
            at: clean(&divergence.at).truncated(SHOWN),
            left: clean(&divergence.left).truncated(SHOWN),
            right: clean(&divergence.right).truncated(SHOWN),
            cases: divergence.cases.iter().map(|case| clean(case)).collect(),
        };
        let skipped = comparison.skipped.iter().map(|(reason, cases)| Skipped {
            reason: clean(reason),
            cases: *cases,
        });
        Self {
            tool: "contract-tests",
            version: env!("CARGO_PKG_VERSION"),
            left: clean(left.target().as_str()),
            right: clean(right.target().as_str()),
            exit_code: comparison.exit_code() as u8,
            compared: comparison.compared,
            divergences: comparison.divergences.iter().map(divergence).collect(),
            left_out: comparison.left_out,
            skipped: skipped.collect(),
        }
    }

    /// The report as JSON.
    ///
    /// # Panics
    ///
    /// Never: a report is JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is JSON") + "\n"
    }
}

/// The JSON Schema of a report, as text.
pub fn schema_text() -> String {
    schema_of::<ComparisonReport>()
}
