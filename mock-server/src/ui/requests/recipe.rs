//! "Make this a scenario": a scenario in which the same thing happens to the same kind of request.

use scenarios::{Scenario, scenario::Rule};
use schemas::API_PREFIX;
use serde_json::{Map, Value, json};

use super::explained::Explained;

/// The text of a scenario file, or `None` if the request succeeded and nothing went wrong. `armed` is the active
/// scenario, which has the parameters of the faults that the request met.
pub(super) fn yaml(explained: &Explained, armed: Option<&Scenario>) -> Option<String> {
    let faults = by_rule(explained, armed).or_else(|| by_status(explained))?;
    let (request, answer) = (&explained.request, &explained.answer);
    let result = answer
        .status
        .map_or("no response".to_owned(), |status| status.to_string());
    let path = path(explained);
    let mut lines = vec![
        format!(
            "name: from-request-{}",
            explained.id.get(..8).unwrap_or("x")
        ),
        format!(
            "summary: {}",
            json!(format!("{} {path} gets {result}.", request.method))
        ),
        "rules:".to_owned(),
        format!("  - when: {}", Value::Object(when(explained))),
    ];
    lines.push(format!("    do: {faults}\n"));
    Some(lines.join("\n"))
}

/// The faults of the rule that the request met.
fn by_rule(explained: &Explained, armed: Option<&Scenario>) -> Option<Value> {
    let met = explained.faults.last()?;
    let rule: &Rule = armed?.rules.get(met.rule?.checked_sub(1)?)?;
    let is_same = rule.faults.iter().any(|fault| fault.id() == met.id);
    serde_json::to_value(&rule.faults).ok().filter(|_| is_same)
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
    Some(json!([{"error": error}]))
}

/// Seconds until the window ended that rejected the request.
fn retry_after(explained: &Explained) -> Option<i64> {
    let rate = explained
        .rate_limit
        .as_ref()
        .filter(|rate| !rate.admitted)?;
    let policy = rate.policies.iter().find(|policy| policy.speaks)?;
    let reset: jiff::Timestamp = policy.after.reset.as_deref()?.parse().ok()?;
    let at: jiff::Timestamp = explained.at.parse().ok()?;
    Some((reset.as_second() - at.as_second()).max(1))
}

/// The kind of request: its operation or endpoint, or its method and path.
fn when(explained: &Explained) -> Map<String, Value> {
    let request = &explained.request;
    let condition = match (&request.operation, &request.endpoint) {
        (Some(operation), _) => json!({"operation": [operation]}),
        (None, Some(endpoint)) => json!({"endpoint": [endpoint]}),
        (None, None) => json!({"method": request.method, "path": path(explained)}),
    };
    if let Value::Object(condition) = condition {
        condition
    } else {
        Map::new()
    }
}

/// The path without the prefix of the API and the query.
fn path(explained: &Explained) -> &str {
    let target = explained
        .request
        .target
        .split('?')
        .next()
        .unwrap_or_default();
    target.strip_prefix(API_PREFIX).unwrap_or(target)
}
