//! `/_mock/organizations/{organization}/clock`: freeze, advance, set, scale, resume.
//!
//! Every change is complete when its response is sent. The response lists the events that it caused.

use axum::{Json, extract::State};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, ControlBody, ControlError, Tenant};
use crate::{
    app::App,
    clock::{Clock, ClockError, duration, rfc3339},
    tenants::{Event, Organization},
};

/// How far ahead events are listed.
pub(crate) const AHEAD: SignedDuration = SignedDuration::from_hours(1);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Freeze {
    at: Option<String>,
}

impl ControlBody for Freeze {
    const CALL: &str = "freeze_clock";
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    by: Option<String>,
    to: Option<String>,
}

impl ControlBody for Advance {
    const CALL: &str = "advance_clock";
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    to: String,
}

impl ControlBody for Set {
    const CALL: &str = "set_clock";
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scale {
    factor: f64,
}

impl ControlBody for Scale {
    const CALL: &str = "scale_clock";
}

pub(super) async fn show(State(app): State<App>, Tenant(organization): Tenant) -> Json<Value> {
    let state = organization.state();
    let now = state.clock.now(app.machine_now());
    let until = now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    let mut body = describe(&state.clock, now);
    body["due"] = events(state.due(now, until, &app.config));
    Json(body)
}

fn events(events: Vec<Event<'_>>) -> Value {
    events.into_iter().map(Event::to_json).collect()
}

pub(super) async fn freeze(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(Freeze { at }): Body<Freeze>,
) -> Result<Json<Value>, ControlError> {
    let at = at.map(|at| time("at", &at)).transpose()?;
    turn(&app, &organization, |clock, machine| {
        clock.freeze(at, machine)
    })
}

pub(super) async fn advance(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(advance): Body<Advance>,
) -> Result<Json<Value>, ControlError> {
    if let Some(to) = advance.to {
        let to = time("to", &to)?;
        return turn(&app, &organization, |clock, machine| clock.go(to, machine));
    }
    let by = advance.by.unwrap_or_default();
    let by = duration(&by).map_err(|error| ControlError::invalid("by", &error))?;
    turn(&app, &organization, |clock, machine| {
        clock.advance(by, machine)
    })
}

pub(super) async fn set(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Body(Set { to }): Body<Set>,
) -> Result<Json<Value>, ControlError> {
    let to = time("to", &to)?;
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

/// Changes the clock, and lists the events between the time before and the time after.
fn turn(
    app: &App,
    organization: &Organization,
    verb: impl FnOnce(&mut Clock, Timestamp) -> Result<(), ClockError>,
) -> Result<Json<Value>, ControlError> {
    let mut state = organization.state();
    let machine = app.machine_now();
    let from = state.clock.now(machine);
    verb(&mut state.clock, machine).map_err(|error| match error {
        ClockError::Backwards { .. } | ClockError::OutOfRange => ControlError::conflict(&error),
        ClockError::Factor(_) => ControlError::invalid("factor", &error),
    })?;
    let to = state.clock.now(machine);
    let mut body = describe(&state.clock, to);
    body["from"] = json!(rfc3339(from));
    body["fired"] = events(state.fired(from, to));
    Ok(Json(body))
}

fn describe(clock: &Clock, now: Timestamp) -> Value {
    let mode = clock.mode();
    json!({"mode": mode.name(), "factor": mode.factor(), "now": rfc3339(now)})
}

/// Parses a time in a field. The schema has already validated it.
fn time(field: &str, text: &str) -> Result<Timestamp, ControlError> {
    text.parse()
        .map_err(|error: jiff::Error| ControlError::invalid(field, &error))
}
