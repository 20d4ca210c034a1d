//! What a client did, as the report has it.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::redaction::Clean;

/// Calls that are told on one line.
const MAX_CALLS_IN_LINE: usize = 8;
/// Where a call goes that goes where it should.
pub(crate) const API: &str = "the API";

/// What a client did under a scenario.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Trial {
    /// The scenario.
    pub scenario: &'static str,
    /// What happens in it.
    pub summary: &'static str,
    /// Whether the program supports it; where it does not, nothing is judged.
    pub supported: bool,
    /// How long the program ran, in milliseconds.
    pub took_ms: u64,
    /// How it ended, such as `with exit status 1`; `null` where it was started elsewhere.
    pub ended: Option<Clean>,
    /// Connections that it opened.
    pub connections: usize,
    /// Its calls in their order, the first of them where there are many.
    pub calls: Vec<TrialRequest>,
    /// Calls that are left out.
    pub left_out: usize,
    /// How well it spent its calls and its time.
    pub score: Score,
}

/// A call and what became of it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Call")]
pub struct TrialRequest {
    /// When its head was there, in milliseconds from the beginning of the trial.
    pub at_ms: u64,
    /// When the last byte of its answer had gone out; `null` where there was no answer.
    pub answered_ms: Option<u64>,
    /// On which connection, of those of the trial.
    pub connection: usize,
    /// Where it went.
    pub to: &'static str,
    /// Its method.
    pub method: Clean,
    /// Its target, as it stood on the wire.
    pub target: Clean,
    /// The status of the answer; `null` where there was none.
    pub status: Option<u16>,
    /// Whether all of the answer came.
    pub whole: bool,
    /// What `Retry-After` said.
    pub retry_after: Option<Clean>,
    /// How long that is, in milliseconds; `null` where it says nothing.
    pub asked_ms: Option<u64>,
}

impl Trial {
    /// Its first calls on one line, by the time since the first: `+0.000 GET /orders -> 429 RA=1 | …`.
    ///
    /// # Panics
    ///
    /// Never: writing to a text does not fail.
    pub fn line(&self) -> Option<String> {
        let first = self.calls.first()?.at_ms;
        let lines = self.calls.iter().take(MAX_CALLS_IN_LINE);
        let lines: Vec<_> = lines.map(|call| call.line_since(first)).collect();
        let mut line = lines.join(" | ");
        let more = (self.calls.len() + self.left_out).saturating_sub(MAX_CALLS_IN_LINE);
        if more > 0 {
            write!(line, " | … {more} more").expect("a text takes all");
        }
        Some(line)
    }
}

impl TrialRequest {
    /// What became of it, in a few words.
    pub fn outcome(&self) -> String {
        let Some(status) = self.status else {
            return "no answer".to_owned();
        };
        let cut = if self.whole { "" } else { " cut" };
        let wait = self.retry_after.as_deref();
        let wait = wait.map(|wait| format!(" RA={wait}")).unwrap_or_default();
        format!("{status}{cut}{wait}")
    }

    /// On one line, at so many seconds after another.
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

/// What a client has spent.
#[derive(Clone, Copy, Debug, Default, Eq, JsonSchema, PartialEq, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Score {
    /// Requests to the API.
    pub requests: usize,
    /// What it wanted: requests without those that only try again what failed.
    pub calls: usize,
    /// Repeats that could not succeed: of what was refused for good, or before the wait was over.
    pub wasted: usize,
    /// Milliseconds that it waited longer than the ideal.
    pub lost_ms: u64,
}

impl Score {
    /// Requests for each call: 1 is the least.
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

    /// Of all trials together.
    pub fn total<'a>(scores: impl IntoIterator<Item = &'a Self>) -> Self {
        scores.into_iter().fold(Self::default(), |all, one| Self {
            requests: all.requests + one.requests,
            calls: all.calls + one.calls,
            wasted: all.wasted + one.wasted,
            lost_ms: all.lost_ms.saturating_add(one.lost_ms),
        })
    }
}
