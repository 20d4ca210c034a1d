//! `/_mock/organizations/{org}/scenario`: what goes wrong there.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;
use scenarios::{Scenario, library};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, ControlError, Tenant};
use crate::{app::App, scenario::Running};

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
        let parse = |text: &str| scenarios::parse(text).map_err(|error| error.to_string());
        match (self.name, self.yaml, self.scenario) {
            (Some(name), None, None) => library::find(&name).cloned().ok_or_else(|| {
                let names: Vec<_> = library::all().iter().map(|known| &*known.name).collect();
                format!(
                    "there is no scenario `{name}`; known are {}",
                    names.join(", ")
                )
            }),
            (None, Some(yaml), None) => parse(&yaml),
            (None, None, Some(scenario)) => parse(&scenario.to_string()),
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
    organization.set_scenario(Some(Arc::new(scenario)), app.config.seed, app.machine_now());
    Ok(show(Tenant(organization)).await)
}

pub(super) async fn disarm(State(app): State<App>, Tenant(organization): Tenant) -> StatusCode {
    organization.set_scenario(None, app.config.seed, app.machine_now());
    StatusCode::NO_CONTENT
}

/// The scenarios that come along.
pub(super) async fn list() -> Json<Value> {
    let all = library::all().iter();
    let all = all.map(|one| json!({"name": one.name, "summary": one.summary}));
    Json(json!({"scenarios": all.collect::<Vec<_>>()}))
}
