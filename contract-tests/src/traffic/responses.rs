//! Judges responses against the contract: in full if the body was recorded, otherwise by status and code.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use schemas::{ErrorCode, Evidence, Operation};
use serde_json::{Value, json};

use super::{
    correspondence::Judged,
    credential,
    recorded::{RecordedExchange, RecordedResponse},
    requests::RuleViolation,
    table::{ANSWER, HEADERS, READING},
};
use crate::{
    contract::{Contract, ambiguities, coverage, response_headers},
    finding::{Exchange, NotPassed, Outcome},
    provider::checks,
};

/// To what extent a response could be judged, and the results.
#[derive(Debug)]
pub(super) struct ResponseResult {
    /// Whether its body could be judged.
    pub in_full: bool,
    /// The rules that it exercises, with violations; the first rule is that the response is as documented.
    pub rules: Vec<(&'static str, Option<RuleViolation>)>,
}

/// Judges a response of an operation.
pub(super) fn judge(
    contract: &Contract,
    (operation, path): (&'static Operation, &str),
    exchange: &RecordedExchange,
    response: &RecordedResponse,
) -> ResponseResult {
    let Some(mut full) = full(operation, path, exchange, response) else {
        // A response without its body never passes.
        let broken = status_and_code(operation, response).map(|broken| (ANSWER, Some(broken)));
        return ResponseResult {
            in_full: false,
            rules: broken.into_iter().collect(),
        };
    };
    if is_only_a_direction(&full) {
        return ResponseResult {
            in_full: true,
            rules: Vec::new(),
        };
    }
    let follows = ambiguities::normalize(&mut full);
    let documented = Evidence::Documented;
    let rules = [
        (
            ANSWER,
            coverage::body_violation(contract, operation, &full),
            documented,
        ),
        (READING, ambiguities::deviation(&full, &follows), documented),
        (
            HEADERS,
            response_headers::violation(&full, &contract.expected),
            Evidence::Assumed,
        ),
    ];
    let rules = rules.into_iter().map(|(id, violation, evidence)| {
        let broken = violation.map(|violation| RuleViolation::violated(id, violation, evidence));
        (id, broken)
    });
    let mut rules: Vec<_> = rules.collect();
    // A response of another form says nothing of its request.
    if rules
        .iter()
        .all(|(id, broken)| *id != ANSWER || broken.is_none())
    {
        let credential = credential::from_exchange(exchange);
        let judged = Judged {
            operation,
            request: exchange,
            credential: &credential,
            response: &full,
        };
        rules.extend(judged.outcomes().filter_map(rule));
    }
    ResponseResult {
        in_full: true,
        rules,
    }
}

/// The result of a rule about a response and its request, with the evidence of its check.
fn rule((id, outcome): (&'static str, Outcome)) -> Option<(&'static str, Option<RuleViolation>)> {
    let evidence = checks::find(id).map_or(Evidence::Documented, |check| check.evidence);
    match outcome {
        Ok(()) => Some((id, None)),
        Err(NotPassed::Violated(violation)) => {
            Some((id, Some(RuleViolation::violated(id, *violation, evidence))))
        }
        Err(NotPassed::Skipped(_) | NotPassed::Inconclusive(_)) => None,
    }
}

/// Whether it sends the client elsewhere, to another URL or to its cache, and thus has no body of the API.
fn is_only_a_direction(exchange: &Exchange) -> bool {
    exchange.status.is_redirection() && exchange.body.is_empty()
}

/// The exchange, if enough of it was recorded.
fn full(
    operation: &'static Operation,
    path: &str,
    exchange: &RecordedExchange,
    response: &RecordedResponse,
) -> Option<Exchange> {
    let named = response.message.headers.as_ref()?.iter();
    let headers: HeaderMap = named
        .filter_map(|(name, value)| {
            let name = HeaderName::try_from(name.as_str()).ok()?;
            Some((name, HeaderValue::try_from(value.as_str()).ok()?))
        })
        .collect();
    let mut full = Exchange::recorded(
        operation,
        Method::from_bytes(exchange.method.as_bytes()).ok()?,
        exchange.url.as_str(),
        StatusCode::from_u16(response.status).ok()?,
        headers,
        Bytes::copy_from_slice(response.message.body.as_deref()?),
    );
    full.request = full
        .request
        .with_id(operation.id_in(path).unwrap_or_default());
    full.request.query = exchange.url.query().map(ToOwned::to_owned);
    if let Some(body) = exchange.request.body.as_deref() {
        full.request = full.request.body(Bytes::copy_from_slice(body));
    }
    Some(full)
}

/// Judges status and code. The documents mention only the statuses of successes and of error codes.
fn status_and_code(operation: &Operation, response: &RecordedResponse) -> Option<RuleViolation> {
    let code = response.code.as_deref()?;
    let violation = |at, message: &str, expected: Value, actual: Value| {
        Some(RuleViolation {
            expected,
            actual,
            ..RuleViolation::new(ANSWER, at, message)
        })
    };
    let codes = || operation.all_errors().map(|code| json!(code)).collect();
    let Ok(known) = code.parse::<ErrorCode>() else {
        let message = "the error code is not in the contract";
        return violation("$.code", message, codes(), json!(code));
    };
    let status = known.facts().status;
    if status != response.status && !(known == ErrorCode::ValidationError && response.status == 400)
    {
        let message = format!("{code} belongs to another status");
        return violation("status", &message, json!(status), json!(response.status));
    }
    if !operation.all_errors().any(|one| one == known) {
        let message = "the operation does not have this error";
        return violation("$.code", message, codes(), json!(code));
    }
    None
}
