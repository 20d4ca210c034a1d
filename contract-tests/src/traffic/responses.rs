//! Judges responses against the contract: in full if the body was recorded, otherwise by status and code.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use schemas::{ErrorCode, Evidence, Operation};
use serde_json::{Value, json};

use super::{
    recorded::{RecordedExchange, RecordedResponse},
    requests::RuleViolation,
    table::{ANSWER, HEADERS, READING},
};
use crate::{
    contract::{Contract, ambiguities, coverage, response_headers},
    finding::Exchange,
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
    operation: &'static Operation,
    exchange: &RecordedExchange,
    response: &RecordedResponse,
) -> ResponseResult {
    let Some(mut full) = full(operation, exchange, response) else {
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
    ResponseResult {
        in_full: true,
        rules: rules.collect(),
    }
}

/// Whether it sends the client elsewhere, to another URL or to its cache, and thus has no body of the API.
fn is_only_a_direction(exchange: &Exchange) -> bool {
    exchange.status.is_redirection() && exchange.body.is_empty()
}

/// The exchange, if enough of it was recorded.
fn full(
    operation: &'static Operation,
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
    Some(Exchange::recorded(
        operation,
        Method::from_bytes(exchange.method.as_bytes()).ok()?,
        exchange.url.as_str(),
        StatusCode::from_u16(response.status).ok()?,
        headers,
        Bytes::copy_from_slice(response.message.body.as_deref()?),
    ))
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
