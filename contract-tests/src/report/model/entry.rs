//! A finding in the report.

use schemars::JsonSchema;
use schemas::Evidence;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Side, Text,
    exchange::{ExchangeView, curl},
};
use crate::finding::{
    Level, Verdict, Violation,
    redaction::{Redacted, RedactedValue, Secrets},
};

/// Maximum length of a value in bytes; longer ones are shown as truncated text.
const MAX_VALUE: usize = 2_048;

/// Replaces what `--no-bodies` leaves out.
pub(super) const LEFT_OUT: &str = "left out by --no-bodies";

/// The result of a check or a rule, on one operation or on none in particular.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Entry {
    /// The id of the check or the rule.
    pub id: Text,
    /// The verdict.
    pub verdict: Verdict,
    /// The operation; `null` if it is not about a single one.
    pub operation: Option<Text>,
    /// The scenario; `null` without one.
    pub scenario: Option<Text>,
    /// The evidence for the rule; `null` for a client program.
    pub evidence: Option<Evidence>,
    /// The level of a rule for clients; `null` for a check of servers.
    pub level: Option<Level>,
    /// The rule as a sentence.
    pub rule: Text,
    /// The page or the standard that requires it.
    pub source: Text,
    /// What is wrong, as a sentence; the rule, if nothing is.
    pub message: Redacted,
    /// Where: a JSON path, `header <name>`, `status` or `body`.
    pub at: Option<Redacted>,
    /// The expected value.
    pub expected: RedactedValue,
    /// The actual value.
    pub actual: RedactedValue,
    /// How long the check took, in milliseconds; `null` if it sent nothing itself, and for a client, whose trials
    /// have their own durations.
    pub took_ms: Option<u64>,
    /// Why there is no result, or why a failure is known.
    pub reason: Option<Redacted>,
    /// The command that repeats this check.
    pub replay: Redacted,
    /// The command that repeats the request; a key is the variable that holds it and nothing else, or one named
    /// after its role, such as `$READ_ONLY_KEY`.
    pub curl: Option<Redacted>,
    /// The request and its response.
    pub exchange: Option<ExchangeView>,
    /// What a rule for clients tolerates.
    pub allowed: Option<Text>,
    /// How to fix a violation of a rule for clients.
    pub fix: Option<Text>,
    /// What the client did when it violated the rule.
    pub trace: Option<Redacted>,
    /// Where and how often it was seen in traffic; `null` for a server and a client program.
    pub seen: Option<Occurrences>,
}

/// Where and how often something was seen in traffic.
#[derive(Clone, Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Sighting")]
pub struct Occurrences {
    /// The side that the rule is for.
    pub side: Side,
    /// Where the first violation was seen; `null` without one.
    pub first: Option<Redacted>,
    /// How often it was violated, or without a violation, how often it was exercised.
    pub count: usize,
}

impl Entry {
    pub(crate) fn set_violation(&mut self, secrets: &Secrets, violation: &Violation) {
        self.message = secrets.redact(&violation.message);
        self.at = Some(secrets.redact(&violation.at));
        self.expected = truncated(secrets, &violation.expected, violation.expected_bytes);
        self.actual = truncated(secrets, &violation.actual, violation.actual_bytes);
        if let Some(exchange) = &violation.exchange {
            self.curl = Some(curl(exchange, secrets));
            self.exchange = Some(ExchangeView::new(exchange, secrets));
        }
    }

    /// Removes bodies, and values that may come from one.
    pub(crate) fn remove_bodies(&mut self) {
        if let Some(exchange) = &mut self.exchange {
            // The command contains the request body.
            self.curl = self.curl.take().filter(|_| exchange.request.body.is_none());
            exchange.remove_bodies();
        }
        let at = self.at.as_deref().unwrap_or_default();
        let is_of_body = at != "status" && !at.starts_with("header ");
        for value in [&mut self.expected, &mut self.actual] {
            if is_of_body && !value.is_null() {
                *value = LEFT_OUT.into();
            }
        }
    }

    /// The check and its operation, or the rule and its scenario, on one searchable line.
    pub fn name(&self) -> String {
        match (&self.operation, &self.scenario) {
            (Some(operation), _) => format!("{} {operation}", self.id),
            (None, Some(scenario)) => format!("{} scenario {scenario}", self.id),
            (None, None) => self.id.to_string(),
        }
    }

    /// Whether another entry differs only in where it was seen: the same check, and in traffic the same place.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let place = |entry: &Self| (entry.operation.clone(), entry.at.clone());
        self.id == other.id && (self.seen.is_none() || place(self) == place(other))
    }

    /// The operation or scenario, or else the judged side.
    pub fn group(&self) -> &str {
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
        let about = self.operation.as_deref().or(self.scenario.as_deref());
        about.unwrap_or(whole)
    }
}

/// A value, or the start of its text if it is long. `bytes` is the length of its text if `value` is only the start.
pub(crate) fn truncated(secrets: &Secrets, value: &Value, bytes: Option<usize>) -> RedactedValue {
    let beginning = value.as_str().filter(|_| bytes.is_some());
    let text = beginning.map_or_else(|| value.to_string(), ToOwned::to_owned);
    if bytes.is_none() && text.len() <= MAX_VALUE {
        return secrets.redact_value(value);
    }
    let cut = secrets.redact(&text).truncated(MAX_VALUE);
    let bytes = bytes.unwrap_or(text.len());
    secrets.redact_value(&Value::String(format!("{cut} ({bytes} bytes)")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SENT: &str = "grandhotel-berlin";
    const RECEIVED: &str = "Rumpelstilzchen";

    /// A failure in a response to a request, which may have a body.
    fn failure(request_body: Option<&str>) -> Entry {
        let curl = format!("curl -sSi --data {}", request_body.unwrap_or_default());
        let entry = json!({
            "id": "PRV-SUCCESS",
            "verdict": "FAIL",
            "rule": "Responses are valid.",
            "source": "",
            "message": "the body is not a valid blacklist",
            "at": "$.name",
            "expected": "a name",
            "actual": RECEIVED,
            "replay": "contract-tests provider",
            "curl": curl,
            "exchange": {
                "request": {"method": "POST", "url": "http://localhost/", "body": request_body},
                "response": {"status": 201, "headers": [], "body": RECEIVED},
            },
        });
        serde_json::from_value(entry).unwrap()
    }

    #[test]
    fn no_body_is_left_after_removal() {
        let mut entry = failure(Some(SENT));
        entry.remove_bodies();
        let shown = json!(entry).to_string();
        assert!(
            !shown.contains(SENT) && !shown.contains(RECEIVED),
            "{shown}"
        );
        assert!(shown.contains("http://localhost/"), "{shown}");
    }

    #[test]
    fn removal_of_bodies_keeps_a_command_without_one() {
        let mut entry = failure(None);
        let command = entry.curl.clone();
        entry.remove_bodies();
        assert!(entry.curl.is_some() && entry.curl == command);
    }

    #[test]
    fn removal_of_bodies_keeps_values_that_are_not_from_one() {
        for (at, is_kept) in [("status", true), ("header Date", true), ("$.name", false)] {
            let mut entry = failure(None);
            entry.at = Some(at.into());
            entry.remove_bodies();
            assert_eq!(*entry.actual == json!(RECEIVED), is_kept, "{at}");
        }
    }
}
