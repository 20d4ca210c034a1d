//! Rules for every operation, and for every object with an id.

use std::collections::HashSet;

use http::Method;
use schemas::{Entity, ErrorCode, Operation, OperationId, operations};
use serde_json::{Value, json};

use super::evidence::{assumed, listed_as_deletion};
use crate::{
    contract::correspondence::expect_missing,
    contract::{UNKNOWN_ID, coverage},
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::Session,
};

pub(super) async fn success(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let exchange = session
        .send(tenant.valid_request(operation, &key).await?)
        .await?;
    exchange.expect_success()?;
    if let Some(violation) = coverage::body_violation(session.contract(), operation, &exchange) {
        return Err(violation.into());
    }
    // The documents do not specify the success status.
    assumed(exchange.expect_status(operation.success.as_u16()))
}

/// The operation that reads one such object.
fn read_operation(entity: Entity) -> Option<&'static Operation> {
    let reads = |operation: &&Operation| {
        operation.method == Method::GET
            && operation.entity() == Some(entity)
            && operation.path.ends_with("{id}")
    };
    operations::all().find(reads)
}

/// The fields of bodies that refer to other objects, and the kinds of objects.
const REFERENCES: [(OperationId, &str, Entity); 5] = [
    (
        OperationId::CreateOrder,
        "prospect_search_id",
        Entity::ProspectSearch,
    ),
    (OperationId::CreateOrder, "blacklist_ids", Entity::Blacklist),
    (OperationId::CreateProspect, "company_id", Entity::Company),
    (
        OperationId::SetSearchBlacklists,
        "blacklist_ids",
        Entity::Blacklist,
    ),
    (
        OperationId::DeleteBlacklistEntries,
        "entry_ids",
        Entity::BlacklistEntry,
    ),
];
/// Maximum number of references to unknown objects: each alone, and those in a list behind a known one.
pub(super) const REFERENCE_REQUESTS: usize = 3;

/// The fields of the operation's body that refer to other objects, and the kinds of objects.
pub(super) fn references(
    operation: &Operation,
) -> impl Iterator<Item = (&'static str, Entity)> + use<> {
    let id = operation.id;
    let own = REFERENCES.iter().filter(move |(known, ..)| *known == id);
    own.map(|(_, field, entity)| (*field, *entity))
}

/// Whether the body of the operation refers to another object, which must exist.
pub(super) fn has_reference(operation: &Operation) -> bool {
    references(operation).next().is_some()
}

/// The request with a reference to these objects: to all of them if the field is a list, else to the last.
pub(super) fn referring_to(
    request: ApiRequest,
    operation: &Operation,
    field: &str,
    ids: &[&str],
) -> ApiRequest {
    let mut body = request.body_json();
    if operation.id == OperationId::CreateOrder {
        // Only a discovery has a prospect search.
        body = json!({"title": body["title"], "features": body["features"], "order_type": "DISCOVERY"});
    }
    body[field] = if field.ends_with('s') {
        json!(ids)
    } else {
        json!(ids.last())
    };
    request.body(body.to_string())
}

pub(super) async fn unknown_reference(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let valid = tenant.valid_request(operation, &key).await?;
    for (field, entity) in references(operation) {
        let unknown = referring_to(valid.clone(), operation, field, &[UNKNOWN_ID]);
        expect_unknown(&session.send(unknown).await?, entity)?;
        let body = valid.body_json();
        let known = match body[field][0].as_str() {
            Some(id) => id.to_owned(),
            None if !field.ends_with('s') => continue,
            None => match tenant.existing_id(entity, &key).await {
                Ok(id) => id,
                Err(NotPassed::Skipped(_)) => continue,
                Err(other) => return Err(other),
            },
        };
        let both = referring_to(valid.clone(), operation, field, &[&known, UNKNOWN_ID]);
        expect_unknown(&session.send(both).await?, entity)?;
        if entity == Entity::BlacklistEntry && session.is_sandbox() {
            let list = OperationId::ListBlacklistEntries;
            let left = tenant.list(list, valid.id(), &key).await?;
            let is_left = left.rows().iter().any(|row| row["id"] == *known);
            let expected = "the known entry, too, after a deletion that was rejected";
            left.expect_that(is_left, "$.items[*].id", expected, json!(left.row_count()))?;
        }
    }
    Ok(())
}

/// A 404 that names the unknown object.
fn expect_unknown(exchange: &Exchange, entity: Entity) -> Outcome {
    exchange.expect_error(ErrorCode::EntityNotFound)?;
    expect_missing(exchange, UNKNOWN_ID, Some(entity))
}

pub(super) fn deletes(operation: &Operation) -> bool {
    operation.method == Method::DELETE
        && operation.path.ends_with("{id}")
        && super::open_to_keys(operation)
}

pub(super) async fn deletion(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let delete = tenant.valid_request(operation, &key).await?;
    let read = |reader| ApiRequest::on(reader, delete.id()).key(&key);
    let lists: Vec<_> = lists_inside(operation).map(read).collect();
    for list in &lists {
        // What is kept of it for later reads must not outlive it.
        session.send(list.clone()).await?;
    }
    session.send(delete.clone()).await?.expect_success()?;
    let mut reads = Vec::new();
    let reader = operation.entity().and_then(read_operation);
    for request in reader.map(read).into_iter().chain(lists) {
        reads.push(session.send(request).await?);
    }
    for read in &reads {
        let (is_gone, status) = (!read.status.is_success(), read.status.as_u16());
        let expected = "404: the object was deleted";
        let deleted = read.expect_that(is_gone, "status", expected, json!(status));
        listed_as_deletion(operation, deleted)?;
    }
    let again = session.send(delete).await?;
    again.expect_error(ErrorCode::EntityNotFound)?;
    let mut reads = reads.iter();
    reads.try_for_each(|read| read.expect_error(ErrorCode::EntityNotFound))
}

/// The lists of what belongs to the object that an operation deletes.
fn lists_inside(delete: &Operation) -> impl Iterator<Item = &'static Operation> + use<> {
    let path = delete.path;
    operations::all().filter(move |one| {
        let inside = one.path.strip_prefix(path);
        one.is_list() && inside.is_some_and(|rest| rest.starts_with('/'))
    })
}

/// The list that contains what an operation deletes.
fn list_of_deleted(operation: &Operation) -> Option<&'static Operation> {
    let path = operation
        .path
        .strip_suffix("/{id}")
        .unwrap_or(operation.path);
    let lists = |one: &&Operation| one.method == Method::GET && one.is_list() && one.path == path;
    let list = operations::all().find(lists);
    list.filter(|_| operation.method == Method::DELETE && super::open_to_keys(operation))
}

/// Whether it deletes rows of a list.
pub(super) fn deletes_from_list(operation: &Operation) -> bool {
    list_of_deleted(operation).is_some()
}

pub(super) async fn list_after_deletion(
    session: &Session,
    operation: &'static Operation,
) -> Outcome {
    let Some(list) = list_of_deleted(operation) else {
        return Ok(());
    };
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let mut delete = tenant.valid_request(operation, &key).await?;
    let before = tenant.list(list.id, delete.id(), &key).await?;
    if delete.body_json()["entry_ids"].is_array() {
        // The first of several must not be the only one.
        let ids = before.rows().iter().take(2).map(|row| row["id"].clone());
        let ids: Vec<_> = ids.collect();
        delete = delete.body(json!({"entry_ids": ids}).to_string());
    }
    let gone: HashSet<String> = match delete.body_json()["entry_ids"].as_array() {
        Some(ids) => ids
            .iter()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned)
            .collect(),
        None => HashSet::from([delete.id().to_owned()]),
    };
    let shown = |page: &Exchange| -> HashSet<String> {
        let rows = page.rows();
        rows.iter()
            .filter_map(|row| row["id"].as_str())
            .map(ToOwned::to_owned)
            .collect()
    };
    if !gone.is_subset(&shown(&before)) {
        let reason = "needs the object among the first 100 rows of its list";
        return Err(NotPassed::Skipped(reason.to_owned()));
    }
    session.send(delete.clone()).await?.expect_success()?;
    let after = tenant.list(list.id, delete.id(), &key).await?;
    let left: Vec<_> = shown(&after).intersection(&gone).cloned().collect();
    let removed = after.expect("deleted rows in the list", &json!([]), &json!(left));
    listed_as_deletion(operation, removed)?;
    if session.is_sandbox() {
        // Elsewhere, other clients may have added rows in the meantime.
        let total = before.at("/total").as_u64().unwrap_or_default();
        let expected = json!(total - gone.len() as u64);
        after.expect("$.total", &expected, &after.at("/total"))?;
        if operation.entity() == Some(Entity::Blacklist) && !delete.body_json().is_null() {
            let read = ApiRequest::on(OperationId::GetBlacklist.operation(), delete.id());
            let read = session.send(read.key(&key)).await?;
            read.expect("$.entry_count", &expected, &read.at("/entry_count"))?;
        }
    }
    Ok(())
}
