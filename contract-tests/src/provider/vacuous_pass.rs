//! Rules out vacuous passes. A broken server passes many checks by accident: one that rejects everything rejects an invalid
//! key, and an empty page has no duplicate rows. So a check passes only if every response to it was recognizably a response
//! of the API, and if at least one request of the run has returned data. A check that judges the responses to other checks
//! passes for an operation only if at least one response of that operation was recognized.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
};

use http::Method;
use parking_lot::Mutex;
use schemas::{Evidence, Operation, OperationId, operations};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{
    contract::{Contract, Unlike},
    finding::{ApiRequest, Exchange, NotPassed, Outcome, Violation, json_path},
    provider::session::Session,
};

/// Maximum number of fields that a finding names.
const MAX_NAMED_FIELDS: usize = 5;

/// Whether a request for data has succeeded.
#[derive(Debug, Default)]
pub(crate) struct SuccessWitness {
    /// A request of a check has succeeded.
    seen: AtomicBool,
    /// The result of requesting the lists, which happens only if no request of a check has succeeded.
    tried: OnceCell<Result<(), NoSuccess>>,
    /// The operations with at least one recognized response, which may be an error.
    responding: Mutex<HashSet<OperationId>>,
}

/// Why no success is known.
#[derive(Clone, Debug)]
enum NoSuccess {
    /// No request could be sent.
    NotTried(String),
    /// No list was returned.
    Failed(String),
}

/// Maximum number of requests to get a first success.
pub(crate) fn max_requests() -> usize {
    lists().count()
}

/// The lists to try: documented ones that need nothing but a key.
fn lists() -> impl Iterator<Item = &'static Operation> {
    operations::all().filter(|operation| {
        let is_documented = operation.evidence != Evidence::Assumed;
        is_documented && operation.is_list() && !operation.has_id()
    })
}

impl SuccessWitness {
    /// Notes a recognized response.
    pub(crate) fn note(&self, exchange: &Exchange) {
        let has_body = exchange.method() != Method::HEAD;
        let Some(operation) = exchange.operation().filter(|_| has_body) else {
            return;
        };
        self.responding.lock().insert(operation.id);
        if operation.response.is_some() && exchange.status.is_success() {
            self.seen.store(true, Ordering::Relaxed);
        }
    }

    /// Passes if a response of the operation was recognized; inconclusive otherwise.
    pub(crate) fn require_response(&self, operation: &Operation) -> Outcome {
        if self.responding.lock().contains(&operation.id) {
            return Ok(());
        }
        let reason = "no response of this operation has the shape of the API, so the rule could not be judged";
        Err(NotPassed::Inconclusive(reason.to_owned()))
    }

    /// Passes if a request for data has succeeded in this run; otherwise returns why that is not known.
    pub(crate) async fn require_success(&self, session: &Session) -> Outcome {
        if self.seen.load(Ordering::Relaxed) {
            return Ok(());
        }
        let tried = self.tried.get_or_init(|| try_lists(session)).await;
        tried.clone().map_err(|no_success| match no_success {
            NoSuccess::NotTried(reason) => NotPassed::Skipped(without_success(&reason)),
            NoSuccess::Failed(reason) => NotPassed::Inconclusive(format!(
                "the responses seen are correct, but no request with a valid key has succeeded: {reason}"
            )),
        })
    }
}

/// Why a check cannot pass where no request can succeed, for this reason.
pub(crate) fn without_success(reason: &str) -> String {
    format!("no request has succeeded, so a rejection proves nothing: {reason}")
}

/// Requests lists until one is returned.
async fn try_lists(session: &Session) -> Result<(), NoSuccess> {
    let mut first = None;
    for list in lists() {
        match returns(session, list).await {
            Ok(()) => return Ok(()),
            Err(NotPassed::Skipped(reason)) => return Err(NoSuccess::NotTried(reason)),
            Err(NotPassed::Inconclusive(reason)) => return Err(NoSuccess::Failed(reason)),
            Err(NotPassed::Violated(violation)) => {
                let Violation {
                    message,
                    at,
                    actual,
                    ..
                } = *violation;
                // The reason is also printed where bodies are left out.
                let actual = if at == "status" {
                    format!(": {actual}")
                } else {
                    String::new()
                };
                first.get_or_insert(format!("{message} of {}{actual}", list.id));
            }
        }
    }
    Err(NoSuccess::Failed(first.unwrap_or_default()))
}

async fn returns(session: &Session, list: &'static Operation) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let request = ApiRequest::to(list).query("limit=1").key(&key);
    let exchange = session.send(request).await?;
    exchange.expect_success()?;
    unrecognized(session.contract(), &exchange).map_or(Ok(()), |violation| Err(violation.into()))
}

/// Returns why a response cannot be a response of the API, whatever its status. Other rules check the details of its shape.
pub(crate) fn unrecognized(contract: &Contract, exchange: &Exchange) -> Option<Violation> {
    let operation = exchange.operation()?;
    if *exchange.method() == Method::HEAD {
        return None;
    }
    if !exchange.status.is_success() {
        let recognized = exchange.json().is_object();
        return (!recognized).then(|| misshapen(operation, exchange, "a JSON object"));
    }
    let Some(document) = operation.response else {
        return (!exchange.body.is_empty()).then(|| misshapen(operation, exchange, "no body"));
    };
    let Unlike {
        pointer,
        mut required,
    } = contract.unlike(document, exchange.json())?;
    required.truncate(MAX_NAMED_FIELDS);
    let expected = format!("a JSON object with {}", required.join(", "));
    let mut violation = misshapen(operation, exchange, &expected);
    if !pointer.is_empty() {
        violation.actual = exchange.at(&pointer);
        violation.at = json_path(&pointer);
    }
    // The rows of a list may be documented for another operation only.
    let evidence = contract.evidence(document, "");
    violation.evidence = Some(evidence);
    violation.source = Some(document.source(evidence));
    Some(violation)
}

fn misshapen(operation: &Operation, exchange: &Exchange, expected: &str) -> Violation {
    Violation {
        message: format!(
            "the response does not have the shape of a response of {}",
            operation.id
        ),
        at: "body".to_owned(),
        expected: json!(expected),
        actual: body_shown(exchange),
        exchange: Some(exchange.into()),
        ..Violation::default()
    }
}

/// The body as JSON, or as text if it is not JSON.
fn body_shown(exchange: &Exchange) -> Value {
    let body = exchange.json();
    if body.is_null() {
        json!(String::from_utf8_lossy(&exchange.body))
    } else {
        body.clone()
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use schemas::{
        OperationId::{self, DeleteBlacklist, GetJobSearch, GetOrder, ListOrders},
        documents::Document,
        examples,
    };

    use super::*;

    #[test]
    fn recognizes_api_responses_by_their_bodies() {
        let contract = Contract::load(false).unwrap();
        let is_one = |operation: OperationId, status: u16, body: &str| {
            let operation = operation.operation();
            let exchange = Exchange::recorded(
                operation,
                operation.method.clone(),
                "http://127.0.0.1/",
                StatusCode::from_u16(status).unwrap(),
                HeaderMap::new(),
                body.to_owned().into(),
            );
            unrecognized(&contract, &exchange).is_none()
        };
        assert!(
            is_one(GetOrder, 200, r#"{"id": 7, "status": "DONE"}"#),
            "other rules judge it"
        );
        let rows = r#"{"orders": [{"id": 7, "status": "DONE"}]}"#;
        assert!(is_one(ListOrders, 200, rows), "other rules judge it");
        assert!(is_one(ListOrders, 200, r#"{"orders": []}"#));
        assert!(is_one(DeleteBlacklist, 204, ""));
        assert!(is_one(GetOrder, 404, r#"{"detail": "Not Found"}"#));
        let order = examples::body(Document::Order).to_string();
        assert!(is_one(GetOrder, 200, &order));
        for body in ["", "{}", "[]", "null", "<html>", r#"{"colour": "red"}"#] {
            assert!(!is_one(GetOrder, 200, body), "{body}");
        }
        // Many objects have an id, and many lists have a total.
        assert!(!is_one(GetOrder, 200, r#"{"id": 7}"#));
        assert!(!is_one(GetJobSearch, 200, &order));
        assert!(!is_one(ListOrders, 200, r#"{"total": 0}"#));
        assert!(!is_one(ListOrders, 200, r#"{"orders": [{"id": 7}]}"#));
        assert!(!is_one(ListOrders, 204, ""));
        assert!(!is_one(GetOrder, 502, "<html>"));
        assert!(!is_one(DeleteBlacklist, 200, "done"));
        assert!(!is_one(DeleteBlacklist, 200, "{}"));
    }

    #[test]
    fn there_are_lists_to_ask_for() {
        assert!(lists().any(|list| list.id == ListOrders));
        assert!(max_requests() > 1);
    }
}
