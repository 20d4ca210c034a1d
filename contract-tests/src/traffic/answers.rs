//! Answers against the contract: as the ledger judges any answer where the body was recorded, by status and code
//! where it was not.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use schemas::{ErrorCode, Evidence, Operation};

use super::{
    recorded::{Answer, Recorded},
    requests::Broken,
};
use crate::{client::Exchange, ledger, validate::Contract};

const ID: &str = "PRV-SCHEMA";

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
            violation.map(|violation| Broken {
                evidence: violation.evidence.unwrap_or(Evidence::Documented),
                ..Broken::new(ID, &violation.at, violation.message)
            })
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
    let broken = |at, message: String| Some(Broken::new(ID, at, message));
    let Ok(known) = code.parse::<ErrorCode>() else {
        return broken("$.code", "the error has no code of the contract".to_owned());
    };
    let status = known.facts().status;
    if status != answer.status && !(known == ErrorCode::ValidationError && answer.status == 400) {
        return broken("status", format!("{code} comes with {status}"));
    }
    let mut codes = operation.all_errors();
    if !codes.any(|one| one == known) {
        return broken("$.code", "is no error of this operation".to_owned());
    }
    None
}
