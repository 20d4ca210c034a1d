//! `/_mock/organizations/{organization}/keys`: mint, list, change, rotate, revoke.

mod key_params;

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use self::key_params::Change;
pub(super) use self::key_params::{New, duration};
use super::{Body, ControlBody, ControlError, Id, Tenant, created};
use crate::{
    app::App,
    handlers::ApiError,
    keys::NewKey,
    tenants::{Organization, RotationError},
};

/// Options of a key rotation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotate {
    /// How long the old key stays valid, on the organization's clock. By default it is revoked at once.
    overlap: Option<String>,
}

impl ControlBody for Rotate {
    const CALL: &str = "rotate_key";
}

/// Only this response shows the key's full text.
pub(super) async fn mint(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let now = organization.state().clock.now(app.machine_now());
    Ok(created(mint_key(&app, &organization, new.read(now)?, now)?))
}

/// Mints a key, and returns it with its full text.
pub(super) fn mint_key(
    app: &App,
    organization: &Arc<Organization>,
    new: NewKey,
    now: Timestamp,
) -> Result<Value, ControlError> {
    let (key, found) = app.tenants.mint(organization, new, now)?;
    let mut body = organization.state().keys[found.index].to_json(now);
    body["key"] = json!(key.expose());
    Ok(body)
}

pub(super) async fn list(State(app): State<App>, Tenant(organization): Tenant) -> Json<Value> {
    let state = organization.state();
    let now = state.clock.now(app.machine_now());
    let keys: Vec<_> = state.keys.iter().map(|key| key.to_json(now)).collect();
    Json(json!({"keys": keys, "total": keys.len()}))
}

/// Changes a key. The change takes effect at once.
pub(super) async fn change(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Id(id): Id,
    Body(change): Body<Change>,
) -> Result<Json<Value>, ControlError> {
    let mut state = organization.state();
    let now = state.clock.now(app.machine_now());
    let index = state.key(&id).ok_or_else(|| missing(&id))?;
    let change = change.read(now)?;
    let key = &mut state.keys[index];
    if let Some(tier) = change.tier {
        key.set_tier(tier, |tier| app.config.policies(tier));
    }
    if let Some(scopes) = change.scopes {
        key.definition.scopes = scopes;
    }
    if let Some(expiry) = change.expiry {
        key.definition.expiry = expiry;
    }
    Ok(Json(key.to_json(now)))
}

/// Rotates a key. Only this response shows the new key's full text.
pub(super) async fn rotate(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Id(id): Id,
    Body(Rotate { overlap }): Body<Rotate>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let overlap = overlap.map_or(Ok(SignedDuration::ZERO), |text| duration("overlap", &text))?;
    let (key, rotated) = app
        .tenants
        .rotate(&organization, &id, overlap, app.machine_now())
        .map_err(|error| match error {
            RotationError::Missing => missing(&id).into(),
            RotationError::Overlap | RotationError::Over(_) => ControlError::conflict(&error),
            RotationError::Organization(error) => error.into(),
        })?;
    let state = organization.state();
    let now = state.clock.now(app.machine_now());
    let mut body = state.keys[rotated.new].to_json(now);
    body["key"] = json!(key.expose());
    body["replaces"] = state.keys[rotated.old].to_json(now);
    Ok(created(body))
}

pub(super) async fn revoke(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Id(id): Id,
) -> Result<Json<Value>, ControlError> {
    let mut state = organization.state();
    let now = state.clock.now(app.machine_now());
    let index = state.key(&id).ok_or_else(|| missing(&id))?;
    let key = &mut state.keys[index];
    key.revoke(now);
    Ok(Json(key.to_json(now)))
}

fn missing(id: &str) -> ApiError {
    ApiError::not_found("key", id)
}
