//! What a response proves of an operation. A 405 or a 501 is about the operation, but a 404 may be about an object: servers
//! look for objects before keys, and an object may lack a part that others have. So a request names an object that exists, and
//! a 404 is compared with that of a path that no server has. A `DELETE` names one that the run has created, or none.

use http::{Method, StatusCode};
use schemas::{ErrorCode, Operation, operations};
use serde_json::{Value, json};

use super::{Answer, Asked, any_answer};
use crate::{finding::Exchange, provider::session::Session};

/// The last segment of a path that no server has.
const NO_SUCH_PART: &str = "no-such-path";
/// The fields in which servers say what is wrong.
const SAYING: [&str; 5] = ["code", "message", "detail", "error", "title"];

/// What the path of a request names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Named {
    /// No object.
    Nothing,
    /// An object that exists.
    Object,
    /// A part of an object that exists.
    Part,
    /// An object that may not exist, or a part of one.
    Unknown,
}

impl Named {
    /// In a valid request.
    pub(super) fn in_complete(operation: &Operation) -> Self {
        match operation.path.split_once("{id}") {
            None => Self::Nothing,
            Some((_, "")) => Self::Object,
            Some(_) => Self::Part,
        }
    }

    /// In a request with an unknown id.
    pub(super) fn in_incomplete(operation: &Operation) -> Self {
        if operation.has_id() {
            Self::Unknown
        } else {
            Self::Nothing
        }
    }
}

/// Whether an operation that is not a `GET` is asked of an object that exists. It must have a body, which can be invalid and
/// then changes nothing.
pub(super) fn names_an_object(operation: &Operation) -> bool {
    operation.has_id() && operation.request.is_some() && operation.method != Method::DELETE
}

/// Whether a response says that the operation does not exist, and not that an object or a part of one does not.
pub(super) async fn is_about_the_path(
    session: &Session,
    operation: &'static Operation,
    asked: &Asked,
) -> bool {
    let Asked {
        exchange,
        named,
        deletion,
    } = asked;
    match exchange.status {
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => true,
        StatusCode::NOT_FOUND if is_about_an_object(exchange) => false,
        StatusCode::NOT_FOUND => match named {
            Named::Nothing => true,
            Named::Object if operation.method == Method::GET => true,
            Named::Object | Named::Part => {
                // All objects of a sandbox have every part, and can be changed.
                let says_so = session.is_sandbox()
                    || is_as_for_an_unknown_path(session, exchange, *named).await;
                match deletion {
                    Some(deletion) if says_so => deletion.changed_nothing(session, operation).await,
                    Some(_) | None => says_so,
                }
            }
            Named::Unknown => is_beneath_an_absent_path(session, operation).await,
        },
        _ => false,
    }
}

/// Whether a 404 may be about an object that may not exist, or about a path that does not.
pub(super) async fn is_undecided(session: &Session, asked: &Asked) -> bool {
    let Asked {
        exchange, named, ..
    } = asked;
    *named == Named::Unknown
        && exchange.status == StatusCode::NOT_FOUND
        && !is_about_an_object(exchange)
        && is_as_for_an_unknown_path(session, exchange, *named).await
}

/// Whether a 404 says that an object does not exist.
fn is_about_an_object(exchange: &Exchange) -> bool {
    exchange.operation().is_some_and(Operation::has_id)
        && exchange.at("/code") == json!(ErrorCode::EntityNotFound)
}

/// Whether the server says the same of a part that no object has.
async fn is_as_for_an_unknown_path(session: &Session, exchange: &Exchange, named: Named) -> bool {
    let path = exchange.request.path();
    let object = match named {
        Named::Part => path.rsplit_once('/').map_or(path, |(object, _)| object),
        Named::Nothing | Named::Object | Named::Unknown => path,
    };
    let unknown = exchange.request.clone();
    let unknown = unknown.with_raw_path(&format!("{object}/{NO_SUCH_PART}"));
    let Ok(unknown) = session.send(unknown).await else {
        return false;
    };
    unknown.status == exchange.status && statement(&unknown) == statement(exchange)
}

/// What a response says is wrong, without the path and the name of the part that was asked for. Its other fields, such as a
/// request id, may differ between any two responses.
fn statement(exchange: &Exchange) -> Vec<String> {
    let path = exchange.request.path();
    let (_, part) = path.rsplit_once('/').unwrap_or_default();
    let without_path = |text: &str| text.replace(path, "").replace(part, "");
    let body = exchange.json();
    let said: Vec<_> = SAYING.iter().filter_map(|name| body.get(name)).collect();
    if said.is_empty() {
        return vec![without_path(&String::from_utf8_lossy(&exchange.body))];
    }
    let said = said.into_iter().map(Value::to_string);
    said.map(|text| without_path(&text)).collect()
}

/// Whether the server lacks an operation that reads the object, or the list that the object would be in.
async fn is_beneath_an_absent_path(session: &Session, operation: &'static Operation) -> bool {
    let above = operations::all().filter(|other| is_beneath(operation, other));
    for other in above.filter(|other| session.serves(other)) {
        if matches!(any_answer(session, other).await, Answer::Absent(_)) {
            return true;
        }
    }
    false
}

/// Whether the path of an operation is that of another one that reads, or begins with it.
pub(super) fn is_beneath(operation: &Operation, other: &Operation) -> bool {
    let rest = operation.path.strip_prefix(other.path);
    let is_own = other.id == operation.id;
    other.method == Method::GET
        && !is_own
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use schemas::OperationId::{
        CreateOrder, DeleteBlacklist, GetCompany, GetWebtechIntel, ListCompanies, ListOrders,
    };

    use super::*;

    #[test]
    fn knows_the_paths_above_an_operation() {
        let above = |operation: schemas::OperationId| {
            let operation = operation.operation();
            let above = operations::all().filter(|other| is_beneath(operation, other));
            above.map(|other| other.id).collect::<Vec<_>>()
        };
        assert_eq!(above(GetWebtechIntel), [ListCompanies, GetCompany]);
        assert_eq!(above(GetCompany), [ListCompanies]);
        assert_eq!(above(CreateOrder), [ListOrders]);
        assert_eq!(above(ListOrders), []);
        let delete = above(DeleteBlacklist);
        assert_eq!(delete.len(), 2, "{delete:?}");
    }
}
