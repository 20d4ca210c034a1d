//! What holds of every operation, and of every object that an id names.

use http::Method;
use schemas::{Entity, ErrorCode, Operation, OperationId, operations};
use serde_json::json;

use super::orders::assumed;
use crate::{check::Outcome, client::Call, sample::NOBODY, session::Session};

pub(super) async fn success(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let exchange = session.send(tenant.sample(operation, &key).await?).await?;
    exchange.expect_success()?;
    // Which of the successful statuses it is, the documents do not say.
    assumed(exchange.expect_status(operation.success.as_u16()))
}

/// The operation that reads one object of this kind.
fn reader(entity: Entity) -> Option<&'static Operation> {
    let reads = |operation: &&Operation| {
        operation.method == Method::GET
            && operation.entity() == Some(entity)
            && operation.path.ends_with("{id}")
    };
    operations::all().find(reads)
}

pub(super) async fn unknown_id(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let sample = tenant.sample(operation, &key).await?;
    for id in [NOBODY, "ps_abc123"] {
        let exchange = session.send(sample.clone().about(id)).await?;
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

/// The field of a body that names something else, and what that is.
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

/// Whether its body names something else, which has to be there.
pub(super) fn refers(operation: &Operation) -> bool {
    reference(operation).is_some()
}

pub(super) async fn unknown_reference(session: &Session, operation: &'static Operation) -> Outcome {
    let Some((field, entity)) = reference(operation) else {
        return Ok(());
    };
    let tenant = session.tenant().await?;
    let sample = tenant.sample(operation, &tenant.full_key().await?).await?;
    let mut body = sample.body_json();
    if operation.id == OperationId::CreateOrder {
        // Only a discovery is of a prospect search.
        body = json!({"title": body["title"], "features": body["features"], "order_type": "DISCOVERY"});
    }
    body[field] = if field.ends_with('s') {
        json!([NOBODY])
    } else {
        json!(NOBODY)
    };
    let exchange = session.send(sample.body(body.to_string())).await?;
    exchange.expect_error(ErrorCode::EntityNotFound)?;
    exchange.expect("$.identifier", &json!(NOBODY), &exchange.at("/identifier"))?;
    let entity_type = exchange.at("/entity_type");
    exchange.expect("$.entity_type", &json!(entity.as_str()), &entity_type)
}

pub(super) async fn foreign_id(session: &Session, operation: &'static Operation) -> Outcome {
    let (owner, stranger) = (session.tenant().await?, session.tenant().await?);
    let (owners, strangers) = (owner.full_key().await?, stranger.full_key().await?);
    let sample = owner.sample(operation, &owners).await?;
    let foreign = session.send(sample.clone().key(&strangers)).await?;
    let nobodys = session
        .send(sample.clone().about(NOBODY).key(&strangers))
        .await?;
    foreign.expect_error(ErrorCode::EntityNotFound)?;
    let text = String::from_utf8_lossy(&nobodys.body).replace(NOBODY, sample.id());
    foreign.expect(
        "body",
        &json!(text),
        &json!(String::from_utf8_lossy(&foreign.body)),
    )?;
    // It is there all the same, untouched by who may not see it.
    session.send(sample).await?.expect_success()
}

/// What a change says of the object before it, not after.
const READ_VERSION: &str = "version";
/// What the answer to a change says of the change, not of the object.
const LEFT_OUT: &str = "stripped_fields";

/// Whether what it writes can be read by another operation in the same shape.
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

pub(super) async fn readback(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let write = tenant.sample(operation, &key).await?;
    let written = session.send(write.clone()).await?;
    written.expect_success()?;
    let mut answer = written.json().clone();
    for (name, sent) in write.body_json().as_object().into_iter().flatten() {
        if let Some(told) = answer.get(name).filter(|_| name != READ_VERSION) {
            written.expect(&format!("$.{name}"), sent, told)?;
        }
    }
    let Some(reader) = readback_of(operation) else {
        return Ok(());
    };
    let id = match operation.entity() {
        Some(_) => write.id().to_owned(),
        None if reader.has_id() => written.text_at("/id")?,
        None => String::new(),
    };
    let read = session.send(Call::on(reader, &id).key(&key)).await?;
    read.expect_status(200)?;
    if let Some(answer) = answer.as_object_mut() {
        answer.remove(LEFT_OUT);
    }
    read.expect("$", &answer, read.json())
}

/// Whether it deletes an object.
pub(super) fn deletes(operation: &Operation) -> bool {
    operation.method == Method::DELETE
        && operation.path.ends_with("{id}")
        && super::open_to_keys(operation)
}

pub(super) async fn deletion(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let delete = tenant.sample(operation, &key).await?;
    session.send(delete.clone()).await?.expect_success()?;
    session
        .send(delete.clone())
        .await?
        .expect_error(ErrorCode::EntityNotFound)?;
    let Some(reader) = operation.entity().and_then(reader) else {
        return Ok(());
    };
    let read = Call::on(reader, delete.id()).key(&key);
    session
        .send(read)
        .await?
        .expect_error(ErrorCode::EntityNotFound)
}
