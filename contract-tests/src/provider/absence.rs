//! Operations that a server lacks. Each is reported once, and not by every check that cannot judge it.
//!
//! A correct server gets no request for this: only a response with one of [`STATUSES`] raises the question.

mod deletion;
mod proof;

use std::{collections::HashMap, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use http::{Method, StatusCode};
use parking_lot::Mutex;
use schemas::{Operation, OperationId, operations};
use serde_json::json;
use tokio::sync::OnceCell;

use self::{
    deletion::Deletion,
    proof::{Named, is_about_the_path, is_beneath, is_undecided, names_an_object},
};
use super::{check_context, checks::unauthenticated_request, session::Session, valid_request};
use crate::{
    finding::{ApiRequest, Exchange, NotPassed, Outcome, Violation},
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

/// What is known of operations.
type Answers = Mutex<HashMap<OperationId, Arc<OnceCell<Answer>>>>;

/// What is known of the operations of a run.
#[derive(Debug, Default)]
pub(crate) struct Absences {
    /// Those that the run reports on.
    reported: Answers,
    /// Others, whose paths those of the former begin with.
    others: Answers,
}

/// Whether an operation exists.
#[derive(Clone, Debug)]
enum Answer {
    /// It does not, which violates the contract.
    Absent(Box<Violation>),
    /// That is not known: it reads a part of an object, and the object that was asked for may lack that part. `.0`: the path.
    WithoutPart(String),
    /// That is not known: there is no object to ask for, and an unknown one gets the response of an unknown path.
    Undecided,
    /// It exists, or that is not known.
    NotAbsent,
}

impl Absences {
    /// Has these operations reported by [`REPORTED_BY`].
    pub(crate) fn report<'a>(&self, operations: impl Iterator<Item = &'a Operation>) {
        let asked = operations.map(|one| (one.id, Arc::default()));
        self.reported.lock().extend(asked);
    }

    fn cell(&self, operation: &Operation) -> Option<Arc<OnceCell<Answer>>> {
        self.reported.lock().get(&operation.id).cloned()
    }

    /// The same of any operation.
    fn any_cell(&self, operation: &Operation) -> Arc<OnceCell<Answer>> {
        self.cell(operation).unwrap_or_else(|| {
            let mut others = self.others.lock();
            Arc::clone(others.entry(operation.id).or_default())
        })
    }

    /// The violation of an operation that is known not to exist.
    pub(crate) fn known(&self, operation: &Operation) -> Option<Violation> {
        match self.cell(operation)?.get()? {
            Answer::Absent(violation) => Some(Violation::clone(violation)),
            Answer::WithoutPart(_) | Answer::Undecided | Answer::NotAbsent => None,
        }
    }
}

/// Whether the server returns no response of the operation, but one as for an unknown path or method.
pub(crate) fn outcome(session: &Session, operation: &Operation) -> Outcome {
    match session.absences.known(operation) {
        Some(absence) => Err(absence.into()),
        None => session.coverage_log.require_existing(operation),
    }
}

/// Skips a check that failed because an operation does not exist, which `REPORTED_BY` reports, or because an object lacks the
/// part that it reads. It is the operation of the response, or else `own`: that of the check.
pub(crate) async fn instead(
    session: &Session,
    own: Option<&'static Operation>,
    violation: Box<Violation>,
) -> NotPassed {
    let seen = violation.exchange.as_ref();
    let seen = seen.filter(|exchange| STATUSES.contains(&exchange.status));
    let about = seen.and_then(|exchange| Some((exchange, exchange.operation().or(own)?)));
    let Some((exchange, operation)) = about else {
        return NotPassed::Violated(violation);
    };
    let reason = match answer(session, operation).await {
        Answer::Absent(_) => REASON,
        Answer::WithoutPart(path) if path == exchange.request.path() => NO_PART,
        Answer::Undecided
            if exchange.status == StatusCode::NOT_FOUND
                && session.coverage_log.require_existing(operation).is_err() =>
        {
            NO_OBJECT
        }
        Answer::WithoutPart(_) | Answer::Undecided | Answer::NotAbsent => {
            return NotPassed::Violated(violation);
        }
    };
    NotPassed::Skipped(reason.to_owned())
}

/// Why a check cannot judge an operation that does not exist. The same for all, so that the console prints it once for a check.
pub(crate) const REASON: &str = "needs an operation that the server lacks, as PRV-EXISTS reports";
/// Why a check cannot judge an operation that reads what the first object of a list lacks.
const NO_PART: &str =
    "needs an object that has what the operation reads; the first of its list returns 404";

/// Why a check cannot judge an operation on one object where there is none.
const NO_OBJECT: &str = "needs an object that exists: the server returns the same for an unknown object as for an unknown path";

/// Whether an operation exists, if that is reported.
async fn answer(session: &Session, operation: &'static Operation) -> Answer {
    if session.absences.cell(operation).is_none() {
        return Answer::NotAbsent;
    }
    any_answer(session, operation).await
}

/// Whether an operation exists, even if that is not reported.
async fn any_answer(session: &Session, operation: &'static Operation) -> Answer {
    let cell = session.absences.any_cell(operation);
    let find_out = || find_out(session, operation);
    cell.get_or_init(find_out).await.clone()
}

/// Boxed, since a preparation may ask for the operation that it needs.
fn find_out<'a>(session: &'a Session, operation: &'static Operation) -> BoxFuture<'a, Answer> {
    let answer = async move {
        let answer = ask(session, operation).await;
        answer.unwrap_or(Answer::NotAbsent)
    };
    check_context::preparing(answer).boxed()
}

/// Maximum number of requests to find out which of these operations exist.
pub(crate) fn max_requests(reported: &[&Operation]) -> Requests {
    let is_reported = |other: &Operation| reported.iter().any(|one| one.id == other.id);
    let is_above = |other: &Operation| {
        let mut beneath = reported.iter().filter(|one| one.has_id());
        beneath.any(|one| is_beneath(one, other))
    };
    let mut requests = Requests::default();
    for operation in operations::all() {
        if is_reported(operation) || is_above(operation) {
            requests += max_requests_about(operation);
        }
    }
    requests
}

/// Maximum number of requests to find out whether an operation exists.
fn max_requests_about(operation: &Operation) -> Requests {
    let mut requests = Requests::one(&operation.method).times(2);
    if operation.method == Method::GET {
        requests += valid_request::max_requests(operation);
    } else if names_an_object(operation) {
        requests += Requests::one(&Method::GET);
    }
    requests += deletion::max_requests(operation);
    if operation.has_id() {
        // To an unknown path.
        requests += Requests::one(&operation.method);
    }
    requests
}

/// A request about an operation, with its response.
struct Asked {
    exchange: Exchange,
    /// What the path names.
    named: Named,
    /// What it was to delete.
    deletion: Option<Deletion>,
}

/// Sends a request without a key, and one with a key.
async fn ask(session: &Session, operation: &'static Operation) -> Option<Answer> {
    let bare = unauthenticated_request(operation);
    let without = session.send(bare.clone()).await.ok()?;
    let (asked, has_key) = match with_key(session, operation, bare).await {
        Ok(asked) => (asked, true),
        // A limit of the run says nothing.
        Err(NotPassed::Skipped(_)) if lacks_key(session, operation).await => {
            let asked = Asked {
                exchange: without.clone(),
                named: Named::in_incomplete(operation),
                deletion: None,
            };
            (asked, false)
        }
        Err(_) => return None,
    };
    let is_absent = is_about_the_path(session, operation, &asked).await;
    if !is_absent && is_undecided(session, &asked).await {
        return Some(Answer::Undecided);
    }
    let Asked {
        exchange, named, ..
    } = asked;
    if is_absent {
        let statuses = statuses(&without, has_key.then_some(&exchange));
        let violation = violation(operation, &exchange, &statuses);
        return Some(Answer::Absent(Box::new(violation)));
    }
    let reads_part = named == Named::Part && operation.method == Method::GET;
    let lacks_part = reads_part && exchange.status == StatusCode::NOT_FOUND;
    let path = exchange.request.path().to_owned();
    // A sandbox has every part of its objects.
    (lacks_part && !session.is_sandbox()).then_some(Answer::WithoutPart(path))
}

/// Whether there is no key for an operation.
async fn lacks_key(session: &Session, operation: &Operation) -> bool {
    let Ok(tenant) = session.tenant().await else {
        return false;
    };
    let credential = tenant.credential(operation).await;
    matches!(credential, Err(NotPassed::Skipped(_)))
}

/// Sends a request with a valid key. If the operation exists, it changes nothing but what the run has created for it.
async fn with_key(
    session: &Session,
    operation: &'static Operation,
    bare: ApiRequest,
) -> Result<Asked, NotPassed> {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let mut bare = bare.key(&key);
    if operation.method != Method::GET {
        bare = bare.body(operation.request.map(|_| "[]").unwrap_or_default());
    }
    let deletion = Deletion::prepare(&tenant, operation, &key).await;
    let complete = if operation.method == Method::GET {
        tenant.valid_request(operation, &key).await.ok()
    } else if let Some(entity) = operation.entity()
        && names_an_object(operation)
    {
        let id = tenant.existing_id(entity, &key).await.ok();
        id.map(|id| bare.clone().with_id(&id))
    } else {
        deletion.as_ref().map(|deletion| deletion.request.clone())
    };
    let named = if complete.is_some() {
        Named::in_complete(operation)
    } else {
        Named::in_incomplete(operation)
    };
    let request = complete.unwrap_or(bare);
    Ok(Asked {
        exchange: session.send(request).await?,
        named,
        deletion,
    })
}

fn statuses(without: &Exchange, with: Option<&Exchange>) -> String {
    let without = without.status.as_u16();
    match with.map(|with| with.status.as_u16()) {
        Some(with) if with == without => format!("{with} without and with a key"),
        Some(with) => format!("{without} without a key, {with} with one"),
        None => format!("{without} without a key, and there is none to send"),
    }
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

#[cfg(test)]
mod tests {
    use schemas::OperationId::{GetBlacklist, ListBlacklists, UpdateBlacklist};

    use super::*;

    #[test]
    fn counts_operations_above_once_even_if_they_are_not_reported() {
        let [list, read, update] =
            [ListBlacklists, GetBlacklist, UpdateBlacklist].map(OperationId::operation);
        let alone = max_requests(&[update]);
        assert_eq!(alone, max_requests(&[list, read, update]));
        assert_eq!((alone.reads, alone.writes), (7, 3));
    }
}
