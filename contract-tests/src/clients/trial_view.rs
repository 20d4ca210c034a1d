//! A trial in the report.

use std::time::Duration;

use super::{
    process::{Output, Termination},
    score,
    trace::{Exchange, Outcome},
    trial_record::TrialRecord,
};
use crate::{
    finding::redaction::Secrets,
    report::model::{Score, Trial, TrialRequest},
};

/// Maximum number of requests of a trial in a report; a client may send any number.
const MAX_CALLS: usize = 200;
/// Maximum length of a method, a target or a header, in bytes.
const MAX_TEXT: usize = 120;

/// Milliseconds; a trial takes at most an hour.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl Trial {
    /// Converts a record, without secrets.
    pub(super) fn new(trial: &TrialRecord, supported: bool, secrets: &Secrets) -> Self {
        let exchanges = &trial.trace.exchanges;
        let ended = trial.output.as_ref().map(ended);
        Self {
            scenario: trial.scenario.name.into(),
            summary: trial.scenario.summary.into(),
            supported,
            took_ms: millis(trial.took),
            ended: ended.map(|ended| secrets.redact(&ended)),
            connections: trial.trace.connections.len(),
            calls: exchanges
                .iter()
                .take(MAX_CALLS)
                .map(|exchange| TrialRequest::new(exchange, secrets))
                .collect(),
            left_out: exchanges.len().saturating_sub(MAX_CALLS),
            score: Score::from_trace(&trial.trace),
        }
    }
}

fn ended(output: &Output) -> String {
    match output.termination {
        // The library formats it as `exit status: 1`.
        Termination::Exited(status) => {
            format!("with {}", status.to_string().replacen(": ", " ", 1))
        }
        Termination::Sigterm(after) => format!("{} ms after SIGTERM", millis(after)),
        Termination::Sigkill => "by SIGKILL, after it ignored SIGTERM".to_owned(),
        Termination::MemoryLimit => "by SIGKILL, because it used too much memory".to_owned(),
    }
}

impl TrialRequest {
    fn new(exchange: &Exchange, secrets: &Secrets) -> Self {
        let text = |text: &str| secrets.redact(text).truncated(MAX_TEXT);
        let response = exchange.response();
        let retry_after = response.and_then(|response| response.message.header("retry-after"));
        Self {
            at_ms: millis(exchange.at()),
            answered_ms: exchange.completed_at().map(millis),
            connection: exchange.connection,
            to: exchange.origin.label().into(),
            method: text(&exchange.request.method),
            target: text(&exchange.request.target),
            status: response.map(|response| response.status),
            whole: match &exchange.outcome {
                Outcome::Response(response) => response.message.whole,
                Outcome::Garbage | Outcome::None => false,
            },
            retry_after: retry_after.map(text),
            asked_ms: score::requested_wait(exchange).map(millis),
        }
    }
}
