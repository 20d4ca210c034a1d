//! One sentence that says why a request got its response.

use jiff::SignedDuration;
use schemas::ErrorCode;

use super::{
    super::components::{counted, rate, second},
    explained::{Explained, Policy},
};

/// The sentence, without the status before it and the full stop after it.
pub(super) fn cause(explained: &Explained) -> String {
    let by_fault = by_fault(explained);
    match (explained.answer.error_code(), by_fault) {
        // The server rejected the request before a fault could, or after one that only delays.
        (Some(_), Some(by_fault)) => format!("{}; besides, {by_fault}", own_cause(explained)),
        (None, Some(by_fault)) => by_fault,
        (_, None) => own_cause(explained),
    }
}

/// Why the server itself responded as it did.
fn own_cause(explained: &Explained) -> String {
    let reason = explained.answer.reason.as_deref().map(lower_first);
    let known = match explained.answer.error_code() {
        Some(ErrorCode::AuthorizationError) => scopes(explained),
        Some(ErrorCode::RateLimitExceeded) => quota(explained),
        Some(ErrorCode::ValidationError) => fields(explained),
        Some(ErrorCode::NotFound) => near_miss(explained, reason.as_deref()),
        _ => None,
    };
    known.or(reason).unwrap_or_else(|| success(explained))
}

/// The last fault that was applied, if there is one.
fn by_fault(explained: &Explained) -> Option<String> {
    let fault = explained.faults.last()?;
    let origin = match (fault.rule, &fault.scenario) {
        (Some(rule), Some(scenario)) => format!("of rule {rule} of the scenario `{scenario}`"),
        (_, _) => "that the request asked for".to_owned(),
    };
    Some(format!("the fault `{}` {origin} was applied", fault.id))
}

fn scopes(explained: &Explained) -> Option<String> {
    let scopes = &explained.scopes;
    let missing = scopes
        .missing
        .as_ref()
        .filter(|missing| !missing.is_empty())?;
    let held = scopes.held.as_deref().unwrap_or_default();
    let held = if held.is_empty() {
        "none".to_owned()
    } else {
        held.join(", ")
    };
    let holder = if explained.token.is_some() {
        "token"
    } else {
        "key"
    };
    Some(format!(
        "the operation needs {}; the {holder} holds {held}",
        missing.join(", ")
    ))
}

fn quota(explained: &Explained) -> Option<String> {
    let rate = explained.rate_limit.as_ref()?;
    let policy = rate.policies.iter().find(|policy| policy.speaks)?;
    let reset = policy.after.reset.as_deref()?;
    Some(format!(
        "the quota of tier {}, {}, is used up until {}",
        rate.tier,
        limit(policy),
        reset.parse().map_or_else(|_| reset.to_owned(), second)
    ))
}

/// `100 requests per hour`
pub(super) fn limit(policy: &Policy) -> String {
    rate(
        policy.limit,
        SignedDuration::from_secs(policy.window_seconds),
    )
}

fn fields(explained: &Explained) -> Option<String> {
    let first = explained.validation_errors.first()?;
    let total = explained.validation_errors_total.max(1);
    let field = if first.field.is_empty() {
        "the body".to_owned()
    } else {
        format!("`{}`", first.field)
    };
    let more = match total {
        1 => String::new(),
        total => format!(", the first of {}", counted(total as u64, "error")),
    };
    Some(format!("{field} {}{more}", lower_first(&first.error)))
}

fn near_miss(explained: &Explained, reason: Option<&str>) -> Option<String> {
    let near = explained.near_misses.first()?;
    let reason = reason.unwrap_or("no operation has this path");
    if reason.contains("did you mean") {
        return None;
    }
    Some(format!(
        "{reason}; did you mean {} {}",
        near.method, near.path
    ))
}

fn success(explained: &Explained) -> String {
    let request = &explained.request;
    match (&request.operation, &request.endpoint) {
        (Some(operation), _) => format!("`{operation}` succeeded"),
        (None, Some(endpoint)) => format!("the endpoint `{endpoint}` responded"),
        (None, None) => "the request succeeded".to_owned(),
    }
}

/// Reasons are parts of the sentence, so they end without a full stop and begin in lower case.
fn lower_first(text: &str) -> String {
    let text = text.trim_end_matches(['.', '?']);
    let mut letters = text.chars();
    let second_is_upper = letters.clone().nth(1).is_some_and(char::is_uppercase);
    match letters.next() {
        Some(first) if !second_is_upper => {
            first.to_lowercase().collect::<String>() + letters.as_str()
        }
        _ => text.to_owned(),
    }
}
