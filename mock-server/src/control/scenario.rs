//! `/_mock/organizations/{org}/scenario`: what goes wrong there.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;
use scenarios::{Scenario, library};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, ControlError, Tenant};
use crate::{
    app::App,
    directory::{ArmingError, Brought},
    scenario::{self, Running},
};

/// Which scenario to switch on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// One that comes along.
    name: Option<String>,
    /// The text of a file.
    yaml: Option<String>,
    /// The same as JSON.
    scenario: Option<Value>,
}

impl Wanted {
    fn find(self) -> Result<Scenario, String> {
        match (self.name, self.yaml, self.scenario) {
            (Some(name), None, None) => library::find(&name).cloned().ok_or_else(|| {
                let names: Vec<_> = library::all().iter().map(|known| &*known.name).collect();
                format!(
                    "there is no scenario `{name}`; known are {}",
                    names.join(", ")
                )
            }),
            (None, Some(yaml), None) => scenario::read(&yaml),
            (None, None, Some(scenario)) => scenario::read(&scenario.to_string()),
            _ => Err("one of `name`, `yaml` and `scenario` says which".to_owned()),
        }
    }
}

pub(super) async fn show(Tenant(organization): Tenant) -> Json<Value> {
    let state = organization.state();
    let scenario = state.scenario.as_ref();
    Json(scenario.map_or_else(|| json!({"name": null}), Running::to_json))
}

pub(super) async fn arm(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(wanted): Body<Wanted>,
) -> Result<Json<Value>, ControlError> {
    let scenario = wanted
        .find()
        .map_err(|error| ControlError::invalid(&error))?;
    let armed = app
        .directory
        .arm(&organization, &Arc::new(scenario), app.machine_now());
    let brought = armed?;
    let mut body = show(Tenant(organization)).await;
    if !brought.is_empty() {
        body["keys"] = brought.iter().map(key).collect();
    }
    Ok(body)
}

/// A key that a scenario has brought along, in full: this is the one place where it is seen.
pub(super) fn key(brought: &Brought) -> Value {
    json!({"name": brought.name, "key": brought.key.expose()})
}

impl From<ArmingError> for ControlError {
    fn from(error: ArmingError) -> Self {
        match error {
            ArmingError::Organization(error) => error.into(),
            ArmingError::Data { .. } => Self::invalid(&error),
        }
    }
}

pub(super) async fn disarm(Tenant(organization): Tenant) -> StatusCode {
    organization.set_scenario(None);
    StatusCode::NO_CONTENT
}

/// The scenarios that come along.
pub(super) async fn list() -> Json<Value> {
    let all = library::all().iter();
    let all = all.map(|one| json!({"name": one.name, "summary": one.summary}));
    Json(json!({"scenarios": all.collect::<Vec<_>>()}))
}
