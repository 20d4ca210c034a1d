//! `/_mock/organizations`: create, show, reset and delete organizations.

use axum::{Json, extract::State};
use http::StatusCode;
use schemas::ErrorCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, ControlBody, ControlError, Tenant, created, keys};
use crate::{
    app::App,
    clock::{Clock, ClockSetting, rfc3339},
    tenants::{ActivationError, Organization, OrganizationError, TooManyKeys},
};

/// An organization to create.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    /// Six letters or digits; by default, an unused name.
    name: Option<String>,
    /// The same values as `--clock`.
    clock: Option<String>,
    /// How long it exists after its last request, in real time; by default, until it is deleted.
    lease: Option<String>,
    /// Its initial keys.
    #[serde(default)]
    keys: Vec<keys::New>,
}

impl ControlBody for New {
    const CALL: &str = "make_organization";
}

pub(super) async fn create(
    State(app): State<App>,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let clock: Option<ClockSetting> = new
        .clock
        .map(|clock| clock.parse())
        .transpose()
        .map_err(|error: String| ControlError::conflict(&error))?;
    let clock = clock.unwrap_or(app.config.clock);
    let lease = new.lease.map(|text| keys::duration("lease", &text));
    let lease = lease.transpose()?;
    let machine = app.machine_now();
    // All errors are found before anything is created.
    let now = Clock::new(clock, machine).now(machine);
    let keys: Result<Vec<_>, _> = new.keys.into_iter().map(|key| key.read(now)).collect();
    let keys = keys?;
    let (organization, brought) =
        app.tenants
            .create(new.name.as_deref(), Some(clock), lease, machine)?;
    let mut minted = Vec::new();
    for new in keys {
        minted.push(keys::mint_key(&app, &organization, new, now)?);
    }
    let mut body = describe(&app, &organization);
    if !brought.is_empty() {
        body["scenario_keys"] = brought.iter().map(super::scenario::key).collect();
    }
    if !minted.is_empty() {
        body["minted"] = minted.into();
    }
    Ok(created(body))
}

pub(super) async fn list(State(app): State<App>) -> Json<Value> {
    let all: Vec<_> = app
        .tenants
        .organizations(app.machine_now())
        .iter()
        .map(|organization| describe(&app, organization))
        .collect();
    Json(json!({"total": all.len(), "organizations": all}))
}

pub(super) async fn show(State(app): State<App>, Tenant(organization): Tenant) -> Json<Value> {
    Json(describe(&app, &organization))
}

pub(super) async fn delete(
    State(app): State<App>,
    Tenant(organization): Tenant,
) -> Result<StatusCode, ControlError> {
    app.tenants.delete(&organization)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn reset(
    State(app): State<App>,
    Tenant(organization): Tenant,
) -> Result<Json<Value>, ControlError> {
    app.tenants.reset(&organization, app.machine_now())?;
    Ok(Json(describe(&app, &organization)))
}

impl From<ActivationError> for ControlError {
    fn from(error: ActivationError) -> Self {
        match error {
            ActivationError::Organization(error) => error.into(),
            ActivationError::Data { .. } => Self::conflict(&error),
        }
    }
}

impl From<OrganizationError> for ControlError {
    fn from(error: OrganizationError) -> Self {
        match error {
            OrganizationError::Name(_) => Self::invalid("name", &error),
            OrganizationError::Memory(_) | OrganizationError::Keys(TooManyKeys::Memory(_)) => {
                Self::plain(ErrorCode::ServiceUnavailable, error.to_string())
            }
            OrganizationError::NoRoom(_)
            | OrganizationError::Full(_)
            | OrganizationError::Exists(_)
            | OrganizationError::Gone(_)
            | OrganizationError::Pinned(_)
            | OrganizationError::Keys(_)
            | OrganizationError::KeyTaken(_)
            | OrganizationError::KeyTwice(_) => Self::plain(ErrorCode::Conflict, error.to_string()),
        }
    }
}

/// Summary of an organization.
pub(super) fn describe(app: &App, organization: &Organization) -> Value {
    let state = organization.state();
    json!({
        "name": organization.name(),
        "clock": {"mode": state.clock.mode().name(), "now": rfc3339(state.clock.now(app.machine_now()))},
        "keys": state.keys.len(),
        "orders": state.store.orders.len(),
        "lease_ends_at": organization.lease_end().map(rfc3339),
    })
}
