//! A trial as the report has it.

use std::{fmt::Write, time::Duration};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    process::{Ended, Output},
    score::{self, Score},
    trace::{Answer, Exchange, Origin},
    trial::Evidence,
};
use crate::secrets::{Clean, Secrets};

/// Calls of a trial that a report has; a client may make any number of them.
const MAX_CALLS: usize = 200;
/// Calls that are told on one line.
const TOLD: usize = 8;
/// Bytes of a method, a target or a header that are shown.
const MAX_TEXT: usize = 120;

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
    pub calls: Vec<Call>,
    /// Calls that are left out.
    pub left_out: usize,
    /// How well it spent its calls and its time.
    pub score: Score,
}

/// A call and what became of it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Call {
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

/// Milliseconds; a trial takes an hour at the most.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl Trial {
    /// What is known of a trial, without secrets.
    pub(super) fn new(one: &Evidence, supported: bool, secrets: &Secrets) -> Self {
        let calls = &one.trace.exchanges;
        let ended = one.output.as_ref().map(ended);
        Self {
            scenario: one.scenario.name,
            summary: one.scenario.summary,
            supported,
            took_ms: millis(one.took),
            ended: ended.map(|ended| secrets.text(&ended)),
            connections: one.trace.connections.len(),
            calls: calls
                .iter()
                .take(MAX_CALLS)
                .map(|call| Call::new(call, secrets))
                .collect(),
            left_out: calls.len().saturating_sub(MAX_CALLS),
            score: Score::of(&one.trace),
        }
    }

    /// Its first calls on one line, by the time since the first: `+0.000 GET /orders -> 429 RA=1 | …`.
    ///
    /// # Panics
    ///
    /// Never: writing to a text does not fail.
    pub fn line(&self) -> Option<String> {
        let first = self.calls.first()?.at_ms;
        let told = self.calls.iter().take(TOLD);
        let told: Vec<_> = told.map(|call| call.told(first)).collect();
        let mut line = told.join(" | ");
        let more = (self.calls.len() + self.left_out).saturating_sub(TOLD);
        if more > 0 {
            write!(line, " | … {more} more").expect("a text takes all");
        }
        Some(line)
    }
}

fn ended(output: &Output) -> String {
    match output.ended {
        // What the library says is `exit status: 1`.
        Ended::Itself(status) => format!("with {}", status.to_string().replacen(": ", " ", 1)),
        Ended::Asked(after) => format!("when it was asked to, after {} ms", millis(after)),
        Ended::Killed => "only when it was killed".to_owned(),
        Ended::TooLarge => "when it was killed, since it took too much memory".to_owned(),
    }
}

impl Call {
    fn new(call: &Exchange, secrets: &Secrets) -> Self {
        let text = |text: &str| secrets.text(text).cut(MAX_TEXT);
        let response = call.response();
        let retry_after = response.and_then(|response| response.message.header("retry-after"));
        Self {
            at_ms: millis(call.at()),
            answered_ms: call.answered_at().map(millis),
            connection: call.connection,
            to: call.origin.shown(),
            method: text(&call.request.method),
            target: text(&call.request.target),
            status: response.map(|response| response.status),
            whole: match &call.answer {
                Answer::Response(response) => response.message.whole,
                Answer::Garbage | Answer::None => false,
            },
            retry_after: retry_after.map(text),
            asked_ms: score::asked(call).map(millis),
        }
    }

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
    pub fn told(&self, first_ms: u64) -> String {
        let after = self.at_ms.saturating_sub(first_ms);
        let target = self.target.strip_prefix(schemas::API_PREFIX);
        let target = target.unwrap_or(&self.target);
        let elsewhere = if self.to == Origin::Api.shown() {
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
