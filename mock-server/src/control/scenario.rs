//! `/_mock/organizations/{org}/scenario`: the active scenario.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use http::StatusCode;
use scenarios::{MAX_BYTES, Scenario, exact, library};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::{Body, ControlBody, ControlError, Tenant};
use crate::{
    app::App,
    config::scenario_file,
    handlers::ApiError,
    pipeline::body,
    tenants::{ActivationError, ScenarioKey, active_scenario::ActiveScenario},
};

/// The scenario to activate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioChoice {
    /// The name of a bundled scenario.
    name: Option<String>,
    /// The text of a scenario file.
    yaml: Option<String>,
    /// A scenario as JSON.
    scenario: Option<Value>,
}

impl ControlBody for ScenarioChoice {
    const CALL: &str = "arm_scenario";

    /// Numbers in a scenario keep their exact digits.
    fn read(body: &[u8]) -> Result<Value, ApiError> {
        let Ok(fields) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(body) else {
            return body::json(body);
        };
        let fields = fields.into_iter().map(|(name, raw)| {
            let json = raw.get();
            let value = match &*name {
                // A scenario that is too large is rejected later, so it is not parsed exactly here.
                "scenario" if json.starts_with('{') && json.len() <= MAX_BYTES => {
                    exact::read(json.as_bytes())
                }
                _ => serde_json::from_str(json),
            };
            let value = value.map_err(|error| body::not_json(body, &error))?;
            Ok((name, value))
        });
        fields.collect::<Result<_, _>>().map(Value::Object)
    }
}

impl ScenarioChoice {
    /// The field that contains the scenario, and the scenario. The schema requires exactly one field.
    fn find(self) -> Result<(&'static str, Scenario), ControlError> {
        if let Some(name) = self.name {
            let found = library::find(&name).cloned();
            let missing = || ApiError::unknown_scenario(&name);
            return Ok(("name", found.ok_or_else(missing)?));
        }
        let (field, read) = match (self.yaml, self.scenario) {
            (Some(yaml), _) => {
                let read = scenario_file::read(&yaml);
                ("yaml", read.map_err(|error| error.to_string()))
            }
            // The caller has not seen this text, so a position in it would mislead.
            (None, scenario) => {
                let read = scenario_file::read(&exact::write(&scenario.unwrap_or_default()));
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
    Json(scenario.map_or_else(|| json!({"name": null}), ActiveScenario::to_json))
}

pub(super) async fn activate(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(choice): Body<ScenarioChoice>,
) -> Result<Json<Value>, ControlError> {
    let (field, scenario) = choice.find()?;
    app.deliver_all(&organization).await;
    let activated = app
        .tenants
        .activate(&organization, scenario, app.machine_now());
    let keys = activated.map_err(|error| match error {
        ActivationError::Data { .. } => ControlError::invalid(field, &error),
        ActivationError::Organization(error) => error.into(),
    })?;
    let mut body = show(Tenant(organization)).await;
    if !keys.is_empty() {
        body["keys"] = keys.iter().map(key).collect();
    }
    Ok(body)
}

/// A key of a scenario, with its full text. Only this response shows it.
pub(super) fn key(own: &ScenarioKey) -> Value {
    json!({"name": own.name, "key": own.key.expose()})
}

pub(super) async fn deactivate(Tenant(organization): Tenant) -> StatusCode {
    organization.set_scenario(None);
    StatusCode::NO_CONTENT
}

/// The bundled scenarios.
pub(super) async fn list() -> Json<Value> {
    let all = library::all().iter();
    let all = all.map(|scenario| json!({"name": scenario.name, "summary": scenario.summary}));
    Json(json!({"scenarios": all.collect::<Vec<_>>()}))
}
