//! Ids of another organization: in a path, in a body, and in the filter of a list.

use schemas::{Entity, ErrorCode, Operation, Parameter};
use serde_json::json;

use super::{
    has_unique_id,
    objects::{references, referring_to},
};
use crate::{
    contract::UNKNOWN_ID,
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::{Session, Tenant},
};

/// Query parameters whose value is an id. Rows of the list have fields with the same names.
const FILTERS: [Parameter; 3] = [
    Parameter::ProspectSearchId,
    Parameter::CompanyId,
    Parameter::OrderId,
];
/// Maximum number of further requests for references and filters.
pub(super) const FURTHER_REQUESTS: usize = 8;

fn filters(operation: &Operation) -> impl Iterator<Item = Parameter> {
    let has = |filter: &Parameter| operation.query.contains(filter);
    FILTERS.into_iter().filter(has)
}

/// The fields of its body with ids that are unique across organizations. Those of entries are ids within a blacklist.
fn foreign_references(operation: &Operation) -> impl Iterator<Item = (&'static str, Entity)> {
    references(operation).filter(|(_, entity)| *entity != Entity::BlacklistEntry)
}

/// Whether a request of the operation can contain an id that is unique across organizations.
pub(super) fn takes_id(operation: &Operation) -> bool {
    has_unique_id(operation)
        || foreign_references(operation).next().is_some()
        || filters(operation).next().is_some()
}

pub(super) async fn foreign_id(session: &Session, operation: &'static Operation) -> Outcome {
    let (owner, stranger) = (session.tenant().await?, session.tenant().await?);
    if has_unique_id(operation) {
        in_path(&owner, &stranger, operation).await?;
    }
    for (field, entity) in foreign_references(operation) {
        in_body(&owner, &stranger, operation, field, entity).await?;
    }
    for filter in filters(operation) {
        in_filter(&owner, &stranger, operation, filter).await?;
    }
    Ok(())
}

async fn in_path(
    owner: &Tenant<'_>,
    stranger: &Tenant<'_>,
    operation: &'static Operation,
) -> Outcome {
    let (owners, strangers) = (owner.full_key().await?, stranger.full_key().await?);
    let request = owner.valid_request(operation, &owners).await?;
    let foreign = owner.send(request.clone().key(&strangers)).await?;
    let unknown = request.clone().with_id(UNKNOWN_ID).key(&strangers);
    let unknown = owner.send(unknown).await?;
    foreign.expect_error(ErrorCode::EntityNotFound)?;
    is_like_unknown(&foreign, &unknown, request.id())?;
    // The object still exists and was not changed by the stranger.
    owner.send(request).await?.expect_success()
}

async fn in_body(
    owner: &Tenant<'_>,
    stranger: &Tenant<'_>,
    operation: &'static Operation,
    field: &str,
    entity: Entity,
) -> Outcome {
    let id = owner.existing_id(entity, &owner.full_key().await?).await?;
    let key = stranger.full_key().await?;
    let request = stranger.valid_request(operation, &key).await?;
    let referring = |id| stranger.send(referring_to(request.clone(), operation, field, &[id]));
    let foreign = referring(id.as_str()).await?;
    foreign.expect_error(ErrorCode::EntityNotFound)?;
    is_like_unknown(&foreign, &referring(UNKNOWN_ID).await?, &id)
}

/// The filter selects what it selects for an unknown id, though its owner's list has rows with the id.
async fn in_filter(
    owner: &Tenant<'_>,
    stranger: &Tenant<'_>,
    operation: &'static Operation,
    filter: Parameter,
) -> Outcome {
    let listed = owner
        .list(operation.id, "", &owner.full_key().await?)
        .await?;
    let name = filter.to_string();
    let mut ids = listed.rows().iter().filter_map(|row| row[&name].as_str());
    let id = ids.next().ok_or_else(|| {
        NotPassed::Skipped(format!("needs a row of {} with a {name}", operation.id))
    })?;
    let key = stranger.full_key().await?;
    let filtered = |id| {
        let request = ApiRequest::to(operation).query(format!("limit=10&{name}={id}"));
        stranger.send(request.key(&key))
    };
    let foreign = filtered(id).await?;
    is_like_unknown(&foreign, &filtered(UNKNOWN_ID).await?, id)
}

/// The response equals that for the unknown id, except for the id.
fn is_like_unknown(foreign: &Exchange, unknown: &Exchange, id: &str) -> Outcome {
    foreign.expect_status(unknown.status.as_u16())?;
    let text = |exchange: &Exchange| String::from_utf8_lossy(&exchange.body).into_owned();
    let expected = text(unknown).replace(UNKNOWN_ID, id);
    foreign.expect("body", &json!(expected), &json!(text(foreign)))
}
