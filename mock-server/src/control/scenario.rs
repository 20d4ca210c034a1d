//! `/_mock/organizations/{org}/scenario`: what goes wrong there.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;
use scenarios::{Scenario, library};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, ControlError, Says, Tenant};
use crate::{
    app::App,
    directory::{ArmingError, Brought},
    error::ApiError,
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

impl Says for Wanted {
    const CALL: &str = "arm_scenario";
}

impl Wanted {
    /// The field that says which, and the scenario. By the schema, there is one.
    fn find(self) -> Result<(&'static str, Scenario), ControlError> {
        if let Some(name) = self.name {
            let found = library::find(&name).cloned();
            let missing = || ApiError::not_found("scenario", &name);
            return Ok(("name", found.ok_or_else(missing)?));
        }
        let (field, read) = match (self.yaml, self.scenario) {
            (Some(yaml), _) => {
                let read = scenario::read(&yaml);
                ("yaml", read.map_err(|error| error.to_string()))
            }
            // Nobody has seen the text, so a place in it would mislead.
            (None, scenario) => {
                let read = scenario::read(&scenario.unwrap_or_default().to_string());
                ("scenario", read.map_err(|error| error.what().to_owned()))
            }
        };
        let read = read.map_err(|error| ControlError::invalid(field, &error))?;
        Ok((field, read))
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
    let (field, scenario) = wanted.find()?;
    let armed = app
        .directory
        .arm(&organization, &Arc::new(scenario), app.machine_now());
    let brought = armed.map_err(|error| match error {
        ArmingError::Data { .. } => ControlError::invalid(field, &error),
        ArmingError::Organization(error) => error.into(),
    })?;
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
