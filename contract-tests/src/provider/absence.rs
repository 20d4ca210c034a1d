//! Operations that a server lacks. Each is reported once, and not by every check that cannot judge it.
//!
//! A correct server gets no request for this: only a response with one of [`STATUSES`] raises the question.

use std::{collections::HashMap, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use http::{Method, StatusCode};
use parking_lot::Mutex;
use schemas::{ErrorCode, Operation, OperationId};
use serde_json::json;
use tokio::sync::OnceCell;

use super::{check_context, checks::unauthenticated_request, session::Session, valid_request};
use crate::{
    finding::{Exchange, NotPassed, Outcome, Violation},
    http::Requests,
};

/// The check that reports them.
pub(crate) const REPORTED_BY: &str = "PRV-EXISTS";
/// The statuses of an operation that does not exist.
const STATUSES: [StatusCode; 3] = [
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::NOT_IMPLEMENTED,
];

/// What is known of the operations that a run reports on.
#[derive(Debug, Default)]
pub(crate) struct Absences(Mutex<HashMap<OperationId, Arc<Answer>>>);

/// How an operation that does not exist violates the contract; `None` if it exists, or that is not known.
type Answer = OnceCell<Option<Violation>>;

impl Absences {
    /// Has these operations reported by [`REPORTED_BY`].
    pub(crate) fn report<'a>(&self, operations: impl Iterator<Item = &'a Operation>) {
        let asked = operations.map(|one| (one.id, Arc::default()));
        self.0.lock().extend(asked);
    }

    fn answer(&self, operation: &Operation) -> Option<Arc<Answer>> {
        self.0.lock().get(&operation.id).cloned()
    }

    /// The violation of an operation that is known not to exist.
    pub(crate) fn known(&self, operation: &Operation) -> Option<Violation> {
        self.answer(operation)?.get()?.clone()
    }
}

/// Whether the server returns no response of the operation, but one as for an unknown path or method.
pub(crate) fn outcome(session: &Session, operation: &Operation) -> Outcome {
    match session.absences.known(operation) {
        Some(absence) => Err(absence.into()),
        None => session.coverage_log.require_existing(operation),
    }
}

/// Skips a check that failed because an operation does not exist, which `REPORTED_BY` reports. It is the operation of the
/// response, or else `own`: that of the check.
pub(crate) async fn instead(
    session: &Session,
    own: Option<&'static Operation>,
    violation: Box<Violation>,
) -> NotPassed {
    let seen = violation.exchange.as_ref();
    let seen = seen.filter(|exchange| STATUSES.contains(&exchange.status));
    match seen.and_then(|exchange| exchange.operation().or(own)) {
        Some(operation) if is_absent(session, operation).await => {
            NotPassed::Skipped(REASON.to_owned())
        }
        Some(_) | None => NotPassed::Violated(violation),
    }
}

/// Why a check cannot judge an operation that does not exist. The same for all, so that the console prints it once for a check.
pub(crate) const REASON: &str = "needs an operation that the server lacks, as PRV-EXISTS reports";

/// Whether an operation does not exist, and is reported.
async fn is_absent(session: &Session, operation: &'static Operation) -> bool {
    let Some(answer) = session.absences.answer(operation) else {
        return false;
    };
    let find_out = || find_out(session, operation);
    answer.get_or_init(find_out).await.is_some()
}

/// Boxed, since a preparation may ask for the operation that it needs.
fn find_out<'a>(
    session: &'a Session,
    operation: &'static Operation,
) -> BoxFuture<'a, Option<Violation>> {
    check_context::preparing(absence(session, operation)).boxed()
}

/// Maximum number of requests to find out whether an operation exists.
pub(crate) fn max_requests(operation: &Operation) -> Requests {
    let mut requests = Requests::one(&operation.method).times(2);
    if operation.method == Method::GET {
        requests += valid_request::max_requests(operation);
    }
    requests
}

/// Sends a request without a key, and one with a key.
async fn absence(session: &Session, operation: &'static Operation) -> Option<Violation> {
    let without = session.send(unauthenticated_request(operation));
    let without = without.await.ok()?;
    match with_key(session, operation).await {
        Ok(with) => {
            let [without_key, with_key] = [&without, &with.exchange].map(|one| one.status.as_u16());
            let statuses = if without_key == with_key {
                format!("{with_key} without and with a key")
            } else {
                format!("{without_key} without a key, {with_key} with one")
            };
            let absent = is_absent_by(&without, &with);
            absent.then(|| violation(operation, &with.exchange, &statuses))
        }
        // There is no key. A limit of the run says nothing.
        Err(NotPassed::Skipped(_)) => {
            if !lacks_key(session, operation).await {
                return None;
            }
            let absent = STATUSES.contains(&without.status) && !is_about_an_object(&without);
            let statuses = format!(
                "{} without a key, and there is none to send",
                without.status.as_u16()
            );
            absent.then(|| violation(operation, &without, &statuses))
        }
        Err(_) => None,
    }
}

/// Whether there is no key for an operation.
async fn lacks_key(session: &Session, operation: &Operation) -> bool {
    let Ok(tenant) = session.tenant().await else {
        return false;
    };
    let credential = tenant.credential(operation).await;
    matches!(credential, Err(NotPassed::Skipped(_)))
}

/// The response to a request with a valid key.
struct WithKey {
    exchange: Exchange,
    /// Whether it is about an object that exists, if it is about any.
    is_complete: bool,
}

/// Sends a request with a valid key, which changes nothing if the operation exists.
async fn with_key(session: &Session, operation: &'static Operation) -> Result<WithKey, NotPassed> {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let bare = unauthenticated_request(operation).key(&key);
    let (request, is_complete) = if operation.method != Method::GET {
        let invalid = operation.request.map(|_| "[]").unwrap_or_default();
        (bare.body(invalid), !operation.has_id())
    } else if let Ok(valid) = tenant.valid_request(operation, &key).await {
        (valid, true)
    } else {
        (bare, !operation.has_id())
    };
    Ok(WithKey {
        exchange: session.send(request).await?,
        is_complete,
    })
}

fn is_absent_by(without: &Exchange, with: &WithKey) -> bool {
    let WithKey {
        exchange,
        is_complete,
    } = with;
    match exchange.status {
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => true,
        // It may be about the object. A server that looks for the key first has rejected the other request with 401.
        StatusCode::NOT_FOUND => {
            !is_about_an_object(exchange) && (*is_complete || STATUSES.contains(&without.status))
        }
        _ => false,
    }
}

/// Whether a 404 says that an object does not exist.
fn is_about_an_object(exchange: &Exchange) -> bool {
    exchange.operation().is_some_and(Operation::has_id)
        && exchange.at("/code") == json!(ErrorCode::EntityNotFound)
}

fn violation(operation: &Operation, exchange: &Exchange, statuses: &str) -> Violation {
    let Operation {
        id, method, path, ..
    } = operation;
    Violation {
        message: format!("{method} {path} seems not to exist: {statuses}"),
        at: "status".to_owned(),
        expected: json!(format!("a response of {id}")),
        actual: json!(exchange.status.as_u16()),
        exchange: Some(exchange.into()),
        ..Violation::default()
    }
}
