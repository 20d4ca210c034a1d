//! Answers against the contract: as the ledger judges any answer where the body was recorded, by status and code
//! where it was not.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use schemas::{ErrorCode, Operation};
use serde_json::{Value, json};

use super::{
    recorded::{Answer, Recorded},
    requests::Broken,
    table::ANSWER,
};
use crate::{client::Exchange, ledger, validate::Contract};

/// How far an answer could be judged, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Judged {
    /// Whether its body could be.
    pub in_full: bool,
    /// What is wrong.
    pub broken: Option<Broken>,
}

/// Judges an answer of an operation.
pub(super) fn judge(
    contract: &Contract,
    operation: &'static Operation,
    exchange: &Recorded,
    answer: &Answer,
) -> Judged {
    let whole = whole(operation, exchange, answer);
    let in_full = whole.is_some();
    let broken = match whole {
        Some(whole) => {
            let violation = ledger::judge(contract, operation, &whole);
            violation.map(|violation| Broken::violated(ANSWER, violation))
        }
        None => outline(operation, answer),
    };
    Judged { in_full, broken }
}

/// The exchange, if enough of it was recorded.
fn whole(operation: &'static Operation, exchange: &Recorded, answer: &Answer) -> Option<Exchange> {
    let named = answer.part.headers.as_ref()?.iter();
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
        StatusCode::from_u16(answer.status).ok()?,
        headers,
        Bytes::copy_from_slice(answer.part.body.as_deref()?),
    ))
}

/// What is wrong with status and code. Other statuses than those of success and of the codes are a server's own affair
/// where the documents do not speak of them.
fn outline(operation: &Operation, answer: &Answer) -> Option<Broken> {
    let code = answer.code.as_deref()?;
    let broken = |at, message: &str, expected: Value, actual: Value| {
        Some(Broken {
            expected,
            actual,
            ..Broken::new(ANSWER, at, message)
        })
    };
    let codes = || operation.all_errors().map(|code| json!(code)).collect();
    let Ok(known) = code.parse::<ErrorCode>() else {
        let message = "the error has no code of the contract";
        return broken("$.code", message, codes(), json!(code));
    };
    let status = known.facts().status;
    if status != answer.status && !(known == ErrorCode::ValidationError && answer.status == 400) {
        let message = format!("{code} comes with another status");
        return broken("status", &message, json!(status), json!(answer.status));
    }
    if !operation.all_errors().any(|one| one == known) {
        let message = "is no error of this operation";
        return broken("$.code", message, codes(), json!(code));
    }
    None
}
