//! Rules out vacuous passes. A broken server keeps many rules: one that rejects everything rejects an invalid key, and an empty
//! page has no duplicate rows. So a check passes only if every response that it got was recognizably one of the API, and if
//! at least one request of the run has returned data.

use std::sync::atomic::{AtomicBool, Ordering};

use http::Method;
use schemas::{Evidence, Operation, operations};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{
    contract::Contract,
    finding::{ApiRequest, Exchange, NotPassed, Outcome, Violation},
    provider::session::Session,
};

/// Maximum number of fields that a finding names.
const MAX_NAMED_FIELDS: usize = 5;

/// Whether a request for data has succeeded.
#[derive(Debug, Default)]
pub(crate) struct SuccessWitness {
    /// By a check.
    seen: AtomicBool,
    /// None has, so the lists were tried.
    tried: OnceCell<Result<(), NoSuccess>>,
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
    /// Notes a response of the API.
    pub(crate) fn note(&self, exchange: &Exchange) {
        let returns = |operation: &Operation| operation.response.is_some();
        let is_read =
            exchange.operation().is_some_and(returns) && exchange.method() != Method::HEAD;
        if is_read && exchange.status.is_success() {
            self.seen.store(true, Ordering::Relaxed);
        }
    }

    /// A request for data has succeeded in this run, or why that is not known.
    pub(crate) async fn require(&self, session: &Session) -> Outcome {
        if self.seen.load(Ordering::Relaxed) {
            return Ok(());
        }
        let tried = self.tried.get_or_init(|| try_lists(session)).await;
        tried.clone().map_err(|no_success| match no_success {
            NoSuccess::NotTried(reason) => {
                let message = "no request has succeeded, so a rejection proves nothing";
                NotPassed::Skipped(format!("{message}: {reason}"))
            }
            NoSuccess::Failed(reason) => NotPassed::Inconclusive(format!(
                "the responses seen are correct, but no request with a valid key has succeeded: {reason}"
            )),
        })
    }
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
                    message, actual, ..
                } = *violation;
                first.get_or_insert(format!("{} of {}: {actual}", message, list.id));
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

/// Why a response is not one of the API at all, whatever its status. Details of its shape are left to other rules.
pub(crate) fn unrecognized(contract: &Contract, exchange: &Exchange) -> Option<Violation> {
    let operation = exchange.operation()?;
    if *exchange.method() == Method::HEAD {
        return None;
    }
    let succeeds = exchange.status.is_success();
    let document = operation.response.filter(|_| succeeds);
    if succeeds && document.is_none() && exchange.body.is_empty() {
        return None;
    }
    let required = document.map(|document| contract.required(document));
    let required = required.unwrap_or_default();
    let fields = exchange.json().as_object();
    let has_any = fields.is_some_and(|fields| {
        required.is_empty() || required.iter().any(|name| fields.contains_key(*name))
    });
    if has_any {
        return None;
    }
    let some = required
        .iter()
        .take(MAX_NAMED_FIELDS)
        .copied()
        .collect::<Vec<_>>();
    let expected = if some.is_empty() {
        "a JSON object".to_owned()
    } else {
        format!("a JSON object with {}", some.join(", "))
    };
    Some(Violation {
        message: format!(
            "the response to {} is not a response of the API",
            operation.id.as_str()
        ),
        at: "body".to_owned(),
        expected: json!(expected),
        actual: body_shown(exchange),
        exchange: Some(exchange.clone()),
        ..Violation::default()
    })
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
    use schemas::OperationId::{self, DeleteBlacklist, GetOrder, ListOrders};

    use super::*;

    #[test]
    fn a_response_is_one_of_the_api_by_its_body() {
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
            is_one(GetOrder, 200, r#"{"id": 7}"#),
            "other rules judge it"
        );
        assert!(is_one(ListOrders, 200, r#"{"orders": []}"#));
        assert!(is_one(DeleteBlacklist, 204, ""));
        assert!(is_one(GetOrder, 404, r#"{"detail": "Not Found"}"#));
        for body in ["", "{}", "[]", "null", "<html>", r#"{"colour": "red"}"#] {
            assert!(!is_one(GetOrder, 200, body), "{body}");
        }
        assert!(!is_one(ListOrders, 204, ""));
        assert!(!is_one(GetOrder, 502, "<html>"));
        assert!(!is_one(DeleteBlacklist, 200, "done"));
    }

    #[test]
    fn there_are_lists_to_ask_for() {
        assert!(lists().any(|list| list.id == ListOrders));
        assert!(max_requests() > 1);
    }
}
