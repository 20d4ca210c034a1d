//! `/_mock/organizations/{organization}/clock`: freeze, advance, set, scale, resume.
//!
//! Every verb is done when it is answered, and its answer says what came due on the way.

use axum::{Json, extract::State};
use jiff::Timestamp;
use schemas::ErrorCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, ControlError, Tenant};
use crate::{
    app::App,
    clock::{Clock, ClockError, duration, rfc3339},
    organization::Organization,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Freeze {
    at: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    by: Option<String>,
    to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scale {
    factor: f64,
}

pub(super) async fn show(State(app): State<App>, Tenant(organization): Tenant) -> Json<Value> {
    let clock = &organization.state().clock;
    Json(describe(clock, clock.now(app.machine_now())))
}

pub(super) async fn freeze(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(Freeze { at }): Body<Freeze>,
) -> Result<Json<Value>, ControlError> {
    let at = at.map(|at| time(&at)).transpose()?;
    turn(&app, &organization, |clock, machine| {
        clock.freeze(at, machine)
    })
}

pub(super) async fn advance(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(advance): Body<Advance>,
) -> Result<Json<Value>, ControlError> {
    match (advance.by, advance.to) {
        (Some(by), None) => {
            let by = duration(&by).map_err(|error| ControlError::invalid(&error))?;
            turn(&app, &organization, |clock, machine| {
                clock.advance(by, machine)
            })
        }
        (None, Some(to)) => {
            let to = time(&to)?;
            turn(&app, &organization, |clock, machine| clock.go(to, machine))
        }
        _ => Err(ControlError::invalid(
            &"say how far: either `by`, such as \"90s\", or `to`, an RFC 3339 time",
        )),
    }
}

pub(super) async fn set(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(Set { to }): Body<Set>,
) -> Result<Json<Value>, ControlError> {
    let to = time(&to)?;
    turn(&app, &organization, |clock, machine| clock.go(to, machine))
}

pub(super) async fn scale(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(Scale { factor }): Body<Scale>,
) -> Result<Json<Value>, ControlError> {
    turn(&app, &organization, |clock, machine| {
        clock.scale(factor, machine)
    })
}

pub(super) async fn resume(
    State(app): State<App>,
    Tenant(organization): Tenant,
) -> Result<Json<Value>, ControlError> {
    turn(&app, &organization, |clock, machine| {
        clock.resume(machine);
        Ok(())
    })
}

/// Does something with the clock, and tells what came due between before and after.
fn turn(
    app: &App,
    organization: &Organization,
    verb: impl FnOnce(&mut Clock, Timestamp) -> Result<(), ClockError>,
) -> Result<Json<Value>, ControlError> {
    let mut state = organization.state();
    let machine = app.machine_now();
    let from = state.clock.now(machine);
    verb(&mut state.clock, machine).map_err(|error| match error {
        ClockError::Backwards { .. } => ControlError::plain(ErrorCode::Conflict, error.to_string()),
        ClockError::OutOfRange | ClockError::Factor(_) => ControlError::invalid(&error),
    })?;
    let to = state.clock.now(machine);
    let mut body = describe(&state.clock, to);
    body["from"] = json!(rfc3339(from));
    body["fired"] = state.fired(from, to).into();
    Ok(Json(body))
}

fn describe(clock: &Clock, now: Timestamp) -> Value {
    let mode = clock.mode();
    json!({"mode": mode.name(), "factor": mode.factor(), "now": rfc3339(now)})
}

fn time(text: &str) -> Result<Timestamp, ControlError> {
    text.parse().map_err(|_| {
        let text = crate::error::echo(text);
        ControlError::invalid(&format!(
            "`{text}` is not an RFC 3339 time such as 2026-01-15T09:00:00Z"
        ))
    })
}
