//! A finding in the report.

use schemars::JsonSchema;
use schemas::Evidence;
use serde::Serialize;
use serde_json::Value;

use super::{
    Side,
    exchange::{ExchangeView, curl},
};
use crate::finding::{
    Level, Verdict, Violation,
    redaction::{Clean, CleanValue, Secrets},
};

/// Bytes that a value may have before it is shown as a text that is cut.
const MAX_VALUE: usize = 2_048;

/// A check that ran, on one operation or on none in particular.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Entry {
    /// The check or the rule.
    pub id: &'static str,
    /// What came of it.
    pub verdict: Verdict,
    /// The operation; `null` where it is about none in particular.
    pub operation: Option<&'static str>,
    /// The scenario; `null` where there was none.
    pub scenario: Option<&'static str>,
    /// How well the rule is founded; `null` where a client program was judged.
    pub evidence: Option<Evidence>,
    /// How much a rule of clients weighs; `null` for a check of servers.
    pub level: Option<Level>,
    /// The rule.
    pub rule: &'static str,
    /// The page or the standard that says so.
    pub source: &'static str,
    /// What is wrong, as a sentence; the rule, where nothing is.
    pub message: Clean,
    /// Where: a JSON path, `header <name>`, `status` or `body`.
    pub at: Option<Clean>,
    /// What would be right.
    pub expected: CleanValue,
    /// What was there.
    pub actual: CleanValue,
    /// How long the check took, in milliseconds; `null` where it has sent nothing by itself, and for a client, whose
    /// trials have their times.
    pub took_ms: Option<u64>,
    /// Why it could not be found out, or why a failure is known.
    pub reason: Option<Clean>,
    /// The command that makes this check again.
    pub replay: Clean,
    /// The command that sends the request again; a key is a variable that names its role, such as `$READ_ONLY_KEY`.
    pub curl: Option<Clean>,
    /// The request and its answer.
    pub exchange: Option<ExchangeView>,
    /// What a rule of clients lets pass.
    pub allowed: Option<&'static str>,
    /// How to keep a rule of clients.
    pub fix: Option<&'static str>,
    /// What the client did, where it broke the rule.
    pub trace: Option<Clean>,
    /// Where and how often it was seen in traffic; `null` for a server and a client program.
    pub seen: Option<Occurrences>,
}

/// Where and how often something was seen in traffic.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Sighting")]
pub struct Occurrences {
    /// Whose rule it is.
    pub side: Side,
    /// Where something was wrong for the first time; `null` where nothing was.
    pub first: Option<Clean>,
    /// How often it was wrong, or where nothing was, how often that could be told.
    pub count: usize,
}

impl Entry {
    /// Takes over what is wrong.
    pub(crate) fn set_violation(&mut self, secrets: &Secrets, violation: &Violation) {
        self.message = secrets.text(&violation.message);
        self.at = Some(secrets.text(&violation.at));
        self.expected = truncated(secrets, &violation.expected);
        self.actual = truncated(secrets, &violation.actual);
        if let Some(exchange) = &violation.exchange {
            self.curl = Some(curl(exchange, secrets));
            self.exchange = Some(ExchangeView::new(exchange, secrets));
        }
    }

    /// The check and its operation, or the rule and its scenario, on one line that can be searched for.
    pub fn name(&self) -> String {
        match (self.operation, self.scenario) {
            (Some(operation), _) => format!("{} {operation}", self.id),
            (None, Some(scenario)) => format!("{} scenario {scenario}", self.id),
            (None, None) => self.id.to_owned(),
        }
    }

    /// Whether another tells no more than this one, but for where: the same check, in traffic also at the same place.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let place = |entry: &Self| (entry.operation, entry.at.clone());
        self.id == other.id && (self.seen.is_none() || place(self) == place(other))
    }

    /// What it belongs to: an operation or a scenario, or else all of what is judged.
    pub fn group(&self) -> &'static str {
        let whole = match (&self.seen, self.level) {
            (
                Some(Occurrences {
                    side: Side::Client, ..
                }),
                _,
            )
            | (None, Some(_)) => "client",
            (
                Some(Occurrences {
                    side: Side::Server, ..
                }),
                _,
            )
            | (None, None) => "server",
        };
        self.operation.or(self.scenario).unwrap_or(whole)
    }
}

/// A value, or the beginning of its text where it is long.
pub(crate) fn truncated(secrets: &Secrets, value: &Value) -> CleanValue {
    let text = value.to_string();
    if text.len() <= MAX_VALUE {
        return secrets.value(value);
    }
    let cut = secrets.text(&text).cut(MAX_VALUE);
    secrets.value(&Value::String(format!("{cut} ({} bytes)", text.len())))
}
