//! "Make this a scenario": a scenario in which the same thing happens to the same kind of request.

use http::{HeaderMap, HeaderName, HeaderValue};
use scenarios::{Destination, Fault, Scenario};
use schemas::API_PREFIX;
use serde_json::{Value, json};

use super::explained::Explained;
use crate::pipeline;

/// A scenario that reproduces what happened to a request.
pub(super) struct Recipe {
    /// The text of a scenario file.
    pub(super) yaml: String,
    /// Whether all faults of the request are known. Otherwise it repeats the status of the response only.
    pub(super) is_exact: bool,
}

impl Recipe {
    /// `None` if the request succeeded and nothing went wrong, or if no rule can be about it: faults happen to
    /// operations and endpoints only. `scenario`: the one whose rules applied to the request, if it is still known.
    pub(super) fn new(explained: &Explained, scenario: Option<&Scenario>) -> Option<Self> {
        let destination = explained.destination()?;
        let applied = applied(explained, scenario, destination);
        let is_exact = applied.is_some();
        let mut faults: Vec<_> = applied.iter().flatten().map(|fault| json!(fault)).collect();
        // An error code is the server's own: besides what the faults did, the server rejected the request.
        if faults.is_empty() || explained.answer.code.is_some() {
            faults.extend(by_status(explained));
        }
        let is_something = !faults.is_empty();
        is_something.then(|| Self {
            yaml: yaml(explained, destination, &json!(faults)),
            is_exact,
        })
    }
}

fn yaml(explained: &Explained, destination: Destination, faults: &Value) -> String {
    let (request, answer) = (&explained.request, &explained.answer);
    let result = answer
        .status
        .map_or("no response".to_owned(), |status| status.to_string());
    let target = request.target.split('?').next().unwrap_or_default();
    let path = target.strip_prefix(API_PREFIX).unwrap_or(target);
    let when = match destination {
        Destination::Operation(operation) => json!({"operation": [operation]}),
        Destination::Endpoint(endpoint) => json!({"endpoint": [endpoint]}),
    };
    let lines = [
        format!(
            "name: from-request-{}",
            explained.id.get(..8).unwrap_or("x")
        ),
        format!(
            "summary: {}",
            json!(format!("{} {path} gets {result}.", request.method))
        ),
        "rules:".to_owned(),
        format!("  - when: {when}"),
        format!("    do: {faults}\n"),
    ];
    lines.join("\n")
}

/// The faults that applied, with their parameters: those of the rules that fired, and those that the request asked for.
/// `None` if one of them is no longer known.
fn applied(
    explained: &Explained,
    scenario: Option<&Scenario>,
    destination: Destination,
) -> Option<Vec<Fault>> {
    let mut rules: Vec<_> = explained.faults.iter().filter_map(|one| one.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let mut faults = Vec::new();
    for rule in rules {
        let rule = scenario?.rules.get(rule.checked_sub(1)?)?;
        faults.extend(rule.faults.iter().cloned());
    }
    faults.extend(asked_for(explained, destination));
    let is_known = |id: &str| faults.iter().any(|fault| fault.id() == id);
    let are_known = explained.faults.iter().all(|applied| is_known(&applied.id));
    are_known.then_some(faults)
}

/// The faults that the headers of the request ask for, if they are kept.
fn asked_for(explained: &Explained, destination: Destination) -> Vec<Fault> {
    let headers = explained.request.message.headers.iter().flatten();
    let headers = headers.filter_map(|header| {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(&header.value).ok()?))
    });
    let headers: HeaderMap = headers.collect();
    pipeline::asked_for(&headers, destination).unwrap_or_default()
}

/// An error with the status of the response.
fn by_status(explained: &Explained) -> Option<Value> {
    let answer = &explained.answer;
    let status = answer.status.filter(|status| (400..600).contains(status))?;
    let mut error = json!({"status": status});
    if let Some(code) = &answer.code {
        error["code"] = json!(code);
    }
    if let Some(seconds) = retry_after(explained) {
        error["retry_after"] = json!(seconds);
    }
    Some(json!({ "error": error }))
}

/// The `Retry-After` of the response, or seconds until the window ended that rejected the request.
fn retry_after(explained: &Explained) -> Option<i64> {
    sent_retry_after(explained).or_else(|| rejected_until(explained))
}

/// The `Retry-After` of the response in seconds, if the response is kept.
fn sent_retry_after(explained: &Explained) -> Option<i64> {
    let sent = explained.on_the_wire.as_ref().map(|sent| &sent.message);
    let mut headers = sent
        .or(explained.response.as_ref())?
        .headers
        .iter()
        .flatten();
    let header = headers.find(|header| header.name.eq_ignore_ascii_case("retry-after"))?;
    header.value.parse().ok()
}

fn rejected_until(explained: &Explained) -> Option<i64> {
    let rate = explained
        .rate_limit
        .as_ref()
        .filter(|rate| !rate.admitted)?;
    let policy = rate.policies.iter().find(|policy| policy.speaks)?;
    let reset: jiff::Timestamp = policy.after.reset.as_deref()?.parse().ok()?;
    let at: jiff::Timestamp = explained.at.parse().ok()?;
    Some((reset.as_second() - at.as_second()).max(1))
}
