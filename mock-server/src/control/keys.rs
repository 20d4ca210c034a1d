//! `/_mock/organizations/{organization}/keys`: mint, list, revoke.

use axum::{
    Json,
    extract::{Path, State},
};
use http::StatusCode;
use jiff::Timestamp;
use schemas::{Preset, ScopeSet, Tier};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, ControlError, Tenant, created};
use crate::{
    app::App, clock::duration, config::MAX_KEY_NAME, directory::NewKey, error::ApiError,
    keys::Expiry,
};

/// Which key to make: `preset` or `scopes`, and what else it has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    name: Option<String>,
    preset: Option<Preset>,
    scopes: Option<ScopeSet>,
    #[serde(default)]
    tier: Tier,
    /// A duration from now on, on the organization's clock.
    expires_in: Option<String>,
    /// RFC 3339.
    expires_at: Option<String>,
}

impl New {
    fn scopes(&self) -> Result<ScopeSet, ControlError> {
        match (self.preset, self.scopes) {
            (Some(preset), None) => Ok(preset.scopes()),
            (None, Some(scopes)) => Ok(scopes),
            _ => Err(ControlError::invalid(
                &"say what the key may do: either `preset` or `scopes`",
            )),
        }
    }

    fn name(&self) -> Result<Option<String>, ControlError> {
        match &self.name {
            Some(name) if name.chars().count() > MAX_KEY_NAME => {
                let wrong = format!("a key's name has {MAX_KEY_NAME} characters at the most");
                Err(ControlError::invalid(&wrong))
            }
            name => Ok(name.clone()),
        }
    }

    fn expiry(&self, now: Timestamp) -> Result<Expiry, ControlError> {
        match (&self.expires_in, &self.expires_at) {
            (None, None) => Ok(Expiry::Never),
            (Some(text), None) => duration(text)
                .and_then(|duration| now.checked_add(duration).map_err(|error| error.to_string()))
                .map(Expiry::At)
                .map_err(|error| ControlError::invalid(&error)),
            (None, Some(text)) => text
                .parse()
                .map(Expiry::At)
                .map_err(|error| ControlError::invalid(&error)),
            _ => Err(ControlError::invalid(
                &"say when the key expires: either `expires_in` or `expires_at`",
            )),
        }
    }
}

/// The reply is the one place where a key's full text is seen.
pub(super) async fn mint(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let now = organization.state().clock.now(app.machine_now());
    let (name, scopes, expiry) = (new.name()?, new.scopes()?, new.expiry(now)?);
    let new = NewKey {
        name,
        scopes,
        tier: new.tier,
        expiry,
    };
    let (key, found) = app.directory.mint(&organization, new)?;
    let mut body = organization.state().keys[found.index].to_json(now);
    body["key"] = json!(key.expose());
    Ok(created(body))
}

pub(super) async fn list(State(app): State<App>, Tenant(organization): Tenant) -> Json<Value> {
    let state = organization.state();
    let now = state.clock.now(app.machine_now());
    let keys: Vec<_> = state.keys.iter().map(|key| key.to_json(now)).collect();
    Json(json!({"keys": keys, "total": keys.len()}))
}

pub(super) async fn revoke(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, ControlError> {
    let mut state = organization.state();
    let now = state.clock.now(app.machine_now());
    let key = state
        .keys
        .iter_mut()
        .find(|key| key.definition.id == id)
        .ok_or_else(|| ApiError::not_found("key", &id))?;
    key.revoke(now);
    Ok(Json(key.to_json(now)))
}
