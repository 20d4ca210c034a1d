//! Rules for every operation, and for every object with an id.

use std::{collections::HashSet, mem};

use http::Method;
use schemas::{Entity, ErrorCode, Operation, OperationId, operations};
use serde_json::{Map, Value, json};

use super::evidence::{assumed, listed_as_deletion};
use crate::{
    contract::{UNKNOWN_ID, coverage},
    finding::{ApiRequest, Bearer, Exchange, NotPassed, Outcome},
    provider::{check_context, session::Session},
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

pub(super) async fn unknown_id(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let request = tenant.valid_request(operation, &key).await?;
    for id in [UNKNOWN_ID, "ps_abc123"] {
        let exchange = session.send(request.clone().with_id(id)).await?;
        exchange.expect_error(ErrorCode::EntityNotFound)?;
        exchange.expect("$.identifier", &json!(id), &exchange.at("/identifier"))?;
        exchange.expect(
            "$.entity_type",
            &json!(operation.entity().map(Entity::as_str)),
            &exchange.at("/entity_type"),
        )?;
    }
    Ok(())
}

/// The field of a body that refers to another object, and the kind of object.
fn reference(operation: &Operation) -> Option<(&'static str, Entity)> {
    let references = [
        (
            OperationId::CreateOrder,
            "prospect_search_id",
            Entity::ProspectSearch,
        ),
        (OperationId::CreateProspect, "company_id", Entity::Company),
        (
            OperationId::SetSearchBlacklists,
            "blacklist_ids",
            Entity::Blacklist,
        ),
    ];
    let known = references.into_iter().find(|(id, ..)| *id == operation.id);
    known.map(|(_, field, entity)| (field, entity))
}

/// Whether the body of the operation refers to another object, which must exist.
pub(super) fn has_reference(operation: &Operation) -> bool {
    reference(operation).is_some()
}

pub(super) async fn unknown_reference(session: &Session, operation: &'static Operation) -> Outcome {
    let Some((field, entity)) = reference(operation) else {
        return Ok(());
    };
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let mut body = request.body_json();
    if operation.id == OperationId::CreateOrder {
        // Only a discovery has a prospect search.
        body = json!({"title": body["title"], "features": body["features"], "order_type": "DISCOVERY"});
    }
    body[field] = if field.ends_with('s') {
        json!([UNKNOWN_ID])
    } else {
        json!(UNKNOWN_ID)
    };
    let exchange = session.send(request.body(body.to_string())).await?;
    exchange.expect_error(ErrorCode::EntityNotFound)?;
    exchange.expect(
        "$.identifier",
        &json!(UNKNOWN_ID),
        &exchange.at("/identifier"),
    )?;
    let entity_type = exchange.at("/entity_type");
    exchange.expect("$.entity_type", &json!(entity.as_str()), &entity_type)
}

pub(super) async fn foreign_id(session: &Session, operation: &'static Operation) -> Outcome {
    let (owner, stranger) = (session.tenant().await?, session.tenant().await?);
    let (owners, strangers) = (owner.full_key().await?, stranger.full_key().await?);
    let request = owner.valid_request(operation, &owners).await?;
    let foreign = session.send(request.clone().key(&strangers)).await?;
    let unknown = session
        .send(request.clone().with_id(UNKNOWN_ID).key(&strangers))
        .await?;
    foreign.expect_error(ErrorCode::EntityNotFound)?;
    let text = String::from_utf8_lossy(&unknown.body).replace(UNKNOWN_ID, request.id());
    foreign.expect(
        "body",
        &json!(text),
        &json!(String::from_utf8_lossy(&foreign.body)),
    )?;
    // The object still exists and was not changed by the stranger.
    session.send(request).await?.expect_success()
}

/// The field of an update that names the version before the update.
const VERSION: &str = "version";
/// A field of the response that is about the change, not the object.
const STRIPPED_FIELDS: &str = "stripped_fields";

/// Whether another operation reads what it writes, in the same shape.
pub(super) fn writes(operation: &Operation) -> bool {
    operation.method != Method::GET && readback_of(operation).is_some()
}

/// The operation that reads what this one has written, in the same shape.
fn readback_of(operation: &Operation) -> Option<&'static Operation> {
    let document = operation.response?;
    operations::all().find(|other| {
        other.method == Method::GET
            && other.response == Some(document)
            && (other.path == operation.path
                || other.path.strip_suffix("/{id}") == Some(operation.path))
    })
}

/// A write, and the response to a read of the object afterwards.
struct WriteAndRead {
    /// The body of the write, without the version.
    sent: Map<String, Value>,
    response: Exchange,
    read: Exchange,
}

impl WriteAndRead {
    /// Sends a write and reads the object.
    async fn send(
        session: &Session,
        request: ApiRequest,
        key: &impl Bearer,
    ) -> Result<Self, NotPassed> {
        let response = session.send(request.clone()).await?;
        response.expect_success()?;
        let reader = request.operation.and_then(readback_of);
        let reader =
            reader.ok_or_else(|| NotPassed::Skipped("needs an operation that reads".into()))?;
        let id = if !reader.has_id() {
            String::new()
        } else if request.id().is_empty() {
            response.text_at("/id")?
        } else {
            request.id().to_owned()
        };
        let read = session.send(ApiRequest::on(reader, &id).key(key)).await?;
        read.expect_status(200)?;
        let mut body = request.body_json();
        let mut sent = body.as_object_mut().map(mem::take).unwrap_or_default();
        sent.remove(VERSION);
        Ok(Self {
            sent,
            response,
            read,
        })
    }

    /// Both responses have the values that were sent, in the fields that they have.
    fn expect_sent_values(&self) -> Outcome {
        for (name, sent) in &self.sent {
            for exchange in [&self.response, &self.read] {
                if let Some(returned) = exchange.json().get(name) {
                    exchange.expect(&format!("$.{name}"), sent, returned)?;
                }
            }
        }
        Ok(())
    }

    /// At least one sent value can be read back, as a field or as a row with its id. Otherwise the check proves nothing.
    fn require_readable(&self) -> Outcome {
        let (read, rows) = (self.read.json(), self.read.rows());
        let mut ids = self.sent.values().filter_map(Value::as_array).flatten();
        let is_row = |id: &Value| rows.iter().any(|row| row["id"] == *id);
        if self.sent.keys().any(|name| read.get(name).is_some()) || ids.any(is_row) {
            return Ok(());
        }
        let reason = "needs a field that can be read; none of the written ones is returned";
        Err(NotPassed::Skipped(reason.to_owned()))
    }
}

/// Makes a text of the body unique, if it has any: the server may have returned the example's text all along.
fn with_unique_text(session: &Session, write: ApiRequest) -> ApiRequest {
    let mut body = write.body_json();
    let text = TEXTS.iter().find(|name| body[**name].is_string());
    let (Some(name), Some(operation)) = (text, write.operation) else {
        return write;
    };
    let mark = check_context::derived_name(session.seed(), operation.id.as_str(), 0);
    body[*name] = json!(format!(
        "{} {mark}",
        body[*name].as_str().unwrap_or_default()
    ));
    write.body(body.to_string())
}

pub(super) async fn readback(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let write = with_unique_text(session, tenant.valid_request(operation, &key).await?);
    if let Some(reader) = readback_of(operation).filter(|_| operation.method != Method::POST) {
        let before = session
            .send(ApiRequest::on(reader, write.id()).key(&key))
            .await?;
        let sent = write.body_json();
        let sent = sent.as_object().into_iter().flatten();
        let sent = sent.filter(|(name, _)| *name != VERSION);
        let mut changes = sent.filter_map(|(name, sent)| Some(before.json().get(name)? != sent));
        if changes
            .next()
            .is_some_and(|first| !first && !changes.any(|one| one))
        {
            let reason =
                "needs an object that the update would change; it already has these values";
            return Err(NotPassed::Skipped(reason.to_owned()));
        }
    }
    let result = WriteAndRead::send(session, write, &key).await?;
    result.expect_sent_values()?;
    result.require_readable()?;
    let fields = result.response.json().as_object();
    let is_some = fields.is_some_and(|fields| !fields.is_empty());
    let body = result.response.json().clone();
    result
        .response
        .expect_that(is_some, "$", "what was written", body)?;
    let mut returned = result.response.json().clone();
    if let Some(returned) = returned.as_object_mut() {
        returned.remove(STRIPPED_FIELDS);
    }
    result.read.expect("$", &returned, result.read.json())
}

/// Fields with free text.
const TEXTS: &[&str] = &[
    "title",
    "profile_name",
    "name",
    "description",
    "city",
    "country",
    "first_name",
    "last_name",
    "role",
    "comment",
    "ideal_customer_profile",
];
/// Latin letters with composed and combining marks, other scripts, and a character beyond the BMP.
const TEXT: &str = "Zo\u{eb} \u{141}\u{f3}d\u{17a} e\u{301} \u{682a}\u{5f0f}\u{4f1a}\u{793e} \u{5d0}\u{5d1} \u{1f600}";

/// Whether it writes free text that can be read back.
pub(super) fn writes_text(operation: &Operation) -> bool {
    writes(operation) && texts(operation).next().is_some()
}

fn texts(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let schema = super::properties::schema(operation);
    let known = move |name: &&str| schema["properties"].get(*name).is_some();
    TEXTS.iter().copied().filter(known)
}

pub(super) async fn texts_read_back(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let request = tenant.valid_request(operation, &key).await?;
    let mut body = request.body_json();
    for name in texts(operation) {
        body[name] = json!(TEXT);
    }
    let result = WriteAndRead::send(session, request.body(body.to_string()), &key).await?;
    result.expect_sent_values()?;
    let read = result.read.json();
    let shown = texts(operation).any(|name| read.get(name).is_some());
    let reason = "needs a text field that can be read; none of the written ones is returned";
    shown
        .then_some(())
        .ok_or_else(|| NotPassed::Skipped(reason.into()))
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
    session.send(delete.clone()).await?.expect_success()?;
    let read = match operation.entity().and_then(read_operation) {
        Some(reader) => {
            let read = ApiRequest::on(reader, delete.id()).key(&key);
            Some(session.send(read).await?)
        }
        None => None,
    };
    if let Some(read) = &read {
        let (is_gone, status) = (!read.status.is_success(), read.status.as_u16());
        let expected = "404: the object was deleted";
        let deleted = read.expect_that(is_gone, "status", expected, json!(status));
        listed_as_deletion(operation, deleted)?;
    }
    let again = session.send(delete).await?;
    again.expect_error(ErrorCode::EntityNotFound)?;
    read.map_or(Ok(()), |read| read.expect_error(ErrorCode::EntityNotFound))
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
    let delete = tenant.valid_request(operation, &key).await?;
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
    let before = tenant.list(list.id, delete.id(), &key).await?;
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
    }
    Ok(())
}
