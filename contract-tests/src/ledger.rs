//! Which of the documented answers were seen, and how many of them were right.
//!
//! Seen, valid and invalid are counted apart: an answer that was seen a hundred times and never
//! right is not covered.

use std::{collections::HashMap, sync::Mutex};

use http::{Method, header};
use schemas::{
    ErrorCode, Evidence, Extent, Operation, OperationId, documents::Document, operations,
};
use serde_json::{Value, json};

use crate::{
    check::{Stop, Violation},
    client::Exchange,
    validate::Contract,
};

/// An answer of the contract: operation, status and error code.
type Row = (OperationId, u16, Option<String>);

/// What was seen so far.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    counts: HashMap<Row, Count>,
    /// The first answer of each operation that is not right.
    violations: HashMap<OperationId, Violation>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    seen: usize,
    valid: usize,
}

impl Ledger {
    /// Notes an answer, if it is one of the contract's operations'. One to `HEAD` has no body to judge.
    pub fn note(&self, contract: &Contract, exchange: &Exchange) {
        let Some(operation) = exchange
            .operation()
            .filter(|_| exchange.method() != Method::HEAD)
        else {
            return;
        };
        let body = exchange.json();
        let code = body["code"]
            .as_str()
            .map(ToOwned::to_owned)
            .filter(|_| !exchange.status.is_success());
        let violation = judge(contract, operation, exchange, &body);
        let mut entries = self
            .0
            .lock()
            .expect("nobody panics with the ledger in hand");
        let count = entries
            .counts
            .entry((operation.id, exchange.status.as_u16(), code))
            .or_default();
        count.seen += 1;
        match violation {
            None => count.valid += 1,
            Some(violation) => {
                entries.violations.entry(operation.id).or_insert(violation);
            }
        }
    }

    /// Every answer of the operation was right; inconclusive where none was seen.
    pub fn outcome(&self, operation: &Operation) -> Result<(), Stop> {
        let mut entries = self
            .0
            .lock()
            .expect("nobody panics with the ledger in hand");
        if let Some(violation) = entries.violations.remove(&operation.id) {
            return Err(violation.into());
        }
        if entries.counts.keys().any(|(id, ..)| *id == operation.id) {
            Ok(())
        } else {
            Err(Stop::Skipped(
                "no answer of this operation was seen".to_owned(),
            ))
        }
    }

    /// One row for every documented answer, then those that were seen though they are not.
    pub fn coverage(&self, sandbox: bool, extent: Extent) -> Vec<Value> {
        let mut counts = self
            .0
            .lock()
            .expect("nobody panics with the ledger in hand")
            .counts
            .clone();
        let mut rows = Vec::new();
        for operation in operations::all() {
            let success = (operation.success.as_u16(), None);
            let errors = operation
                .all_errors()
                .map(|code| (code.facts().status, Some(code)));
            for (status, code) in std::iter::once(success).chain(errors) {
                let key = (
                    operation.id,
                    status,
                    code.map(|code| code.as_str().to_owned()),
                );
                let count = counts.remove(&key).unwrap_or_default();
                let reason = || {
                    if extent.serves(operation) {
                        reason_unseen(code, sandbox)
                    } else {
                        "assumed, and the target serves what is documented only"
                    }
                };
                rows.push(row(&key, count, (count.seen == 0).then(reason)));
            }
        }
        let mut others: Vec<_> = counts.into_iter().collect();
        others.sort_by_key(|((id, status, code), _)| (*id as usize, *status, code.clone()));
        rows.extend(others.iter().map(|(key, count)| row(key, *count, None)));
        rows
    }
}

fn row((operation, status, code): &Row, count: Count, reason: Option<&str>) -> Value {
    json!({
        "operation": operation.as_str(),
        "status": status,
        "code": code,
        "seen": count.seen,
        "valid": count.valid,
        "invalid": count.seen - count.valid,
        "reason_unseen": reason,
    })
}

fn reason_unseen(code: Option<ErrorCode>, sandbox: bool) -> &'static str {
    match code {
        Some(ErrorCode::InternalError) => "a server that works has no reason to answer so",
        Some(ErrorCode::RequestTimeout) => "would take half a minute of real waiting",
        Some(ErrorCode::PayloadTooLarge) => "would take a body of many megabytes",
        Some(ErrorCode::InvalidRequest) => "needs a request that an HTTP client does not send",
        Some(_) | None if sandbox => "no check provoked it",
        Some(_) | None => "could not be provoked with the keys and permissions given",
    }
}

/// What is wrong with an answer, whatever was asked.
fn judge(
    contract: &Contract,
    operation: &Operation,
    exchange: &Exchange,
    body: &Value,
) -> Option<Violation> {
    match document(operation, exchange, body) {
        Err(violation) => Some(*violation),
        Ok(None) => None,
        Ok(Some(document)) => {
            let violation = contract.violation(document, body)?;
            Some(Violation {
                exchange: Some(exchange.clone()),
                ..violation
            })
        }
    }
}

/// Which body of the contract an answer says it is; none where success has none.
fn document(
    operation: &Operation,
    exchange: &Exchange,
    body: &Value,
) -> Result<Option<Document>, Box<Violation>> {
    if exchange.status.is_success() && operation.response.is_none() && exchange.body.is_empty() {
        return Ok(None);
    }
    let status = exchange.status.as_u16();
    let wrong = |message: &str, at: &str, expected: Value, actual: Value| {
        // Only these statuses are documented; what else a server answers with is its own affair.
        let documented = matches!(status, 200..300 | 401 | 403 | 429);
        Err(Box::new(Violation {
            message: message.to_owned(),
            at: at.to_owned(),
            expected,
            actual,
            evidence: (!documented).then_some(Evidence::Assumed),
            exchange: Some(exchange.clone()),
        }))
    };
    let media_type = exchange.header(header::CONTENT_TYPE).unwrap_or_default();
    if !media_type
        .split(';')
        .next()
        .is_some_and(|one| one.trim().eq_ignore_ascii_case("application/json"))
    {
        let expected = json!("application/json");
        return wrong(
            "the answer is not declared as JSON",
            "header content-type",
            expected,
            json!(media_type),
        );
    }
    if exchange.status.is_success() {
        return Ok(operation.response);
    }
    let Some(code) = body["code"]
        .as_str()
        .and_then(|code| code.parse::<ErrorCode>().ok())
    else {
        let known = operation
            .all_errors()
            .map(|code| json!(code))
            .collect::<Vec<_>>()
            .into();
        return wrong(
            "the error has no code of the contract",
            "$.code",
            known,
            body["code"].clone(),
        );
    };
    let right = code.facts().status;
    // On the status of this one the documents disagree.
    if status == right || (code == ErrorCode::ValidationError && status == 400) {
        return Ok(Some(Document::Error(code)));
    }
    wrong(
        "the error code comes with another status",
        "status",
        json!(right),
        json!(status),
    )
}
