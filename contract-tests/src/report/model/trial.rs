//! The client's requests in the report.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;
use crate::finding::redaction::Redacted;

/// Maximum number of requests on one line.
const MAX_CALLS_IN_LINE: usize = 8;
/// The expected destination of requests.
pub(crate) const API: &str = "the API";

/// What a client did under a scenario.
#[derive(Clone, Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Trial {
    /// The scenario.
    pub scenario: Text,
    /// What happens in the scenario.
    pub summary: Text,
    /// Whether the program supports the scenario; if not, nothing is judged.
    pub supported: bool,
    /// How long the program ran, in milliseconds.
    pub took_ms: u64,
    /// How it ended, such as `with exit status 1`; `null` if it was started elsewhere.
    pub ended: Option<Redacted>,
    /// Connections that it opened.
    pub connections: usize,
    /// Its requests in order; of many, the first.
    pub calls: Vec<TrialRequest>,
    /// Requests that are not listed.
    pub left_out: usize,
    /// How economical it was.
    pub score: Score,
}

/// A request and its response.
#[derive(Clone, Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Call")]
pub struct TrialRequest {
    /// When its head had arrived, in milliseconds since the start of the trial.
    pub at_ms: u64,
    /// When the last byte of the response had been sent; `null` without a response.
    pub answered_ms: Option<u64>,
    /// The number of the connection within the trial.
    pub connection: usize,
    /// Where it was sent.
    pub to: Text,
    /// Its method.
    pub method: Redacted,
    /// Its target, as on the wire.
    pub target: Redacted,
    /// The status of the response; `null` without a response.
    pub status: Option<u16>,
    /// Whether the response was complete.
    pub whole: bool,
    /// The value of `Retry-After`.
    pub retry_after: Option<Redacted>,
    /// The time to wait that `Retry-After` asks for, in milliseconds; `null` without one.
    pub asked_ms: Option<u64>,
}

impl Trial {
    /// Its first requests on one line, with the time since the first: `+0.000 GET /orders -> 429 RA=1 | …`.
    pub fn line(&self) -> Option<String> {
        let first = self.calls.first()?.at_ms;
        let lines = self.calls.iter().take(MAX_CALLS_IN_LINE);
        let lines: Vec<_> = lines.map(|request| request.line_since(first)).collect();
        let mut line = lines.join(" | ");
        let more = (self.calls.len() + self.left_out).saturating_sub(MAX_CALLS_IN_LINE);
        if more > 0 {
            write!(line, " | … {more} more").expect("a text takes all");
        }
        Some(line)
    }
}

impl TrialRequest {
    /// The response in a few words.
    pub fn outcome(&self) -> String {
        let Some(status) = self.status else {
            return "no response".to_owned();
        };
        let cut = if self.whole { "" } else { " cut" };
        let wait = self.retry_after.as_deref();
        let wait = wait.map(|wait| format!(" RA={wait}")).unwrap_or_default();
        format!("{status}{cut}{wait}")
    }

    /// The request on one line, with the time since another request.
    pub fn line_since(&self, first_ms: u64) -> String {
        let after = self.at_ms.saturating_sub(first_ms);
        let target = self.target.strip_prefix(schemas::API_PREFIX);
        let target = target.unwrap_or(&self.target);
        let elsewhere = if self.to == API {
            String::new()
        } else {
            format!(" to {}", self.to)
        };
        format!(
            "+{}.{:03} {} {target}{elsewhere} -> {}",
            after / 1000,
            after % 1000,
            self.method,
            self.outcome()
        )
    }
}

/// How economical a client was.
#[derive(Clone, Copy, Debug, Default, Eq, JsonSchema, PartialEq, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Score {
    /// Requests to the API.
    pub requests: usize,
    /// Calls: requests without those that only repeat a failed one.
    pub calls: usize,
    /// Repeats that could not succeed: after a final error, or before the wait was over.
    pub wasted: usize,
    /// Milliseconds that it waited longer than necessary.
    pub lost_ms: u64,
}

impl Score {
    /// Requests per call; the minimum is 1.
    pub fn amplification(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a trial has far fewer calls than that"
        )]
        let (requests, calls) = (self.requests as f64, self.calls as f64);
        if self.calls == 0 {
            1.0
        } else {
            requests / calls
        }
    }

    /// The sum of all trials' scores.
    pub fn total<'a>(scores: impl IntoIterator<Item = &'a Self>) -> Self {
        scores.into_iter().fold(Self::default(), |all, score| Self {
            requests: all.requests + score.requests,
            calls: all.calls + score.calls,
            wasted: all.wasted + score.wasted,
            lost_ms: all.lost_ms.saturating_add(score.lost_ms),
        })
    }
}
