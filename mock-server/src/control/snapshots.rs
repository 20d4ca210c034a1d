//! `/_mock/organizations/{organization}/snapshot`: keep all that was changed, and restore it.

use axum::{Json, extract::State, response::IntoResponse};
use http::header;
use schemas::ErrorCode;
use serde_json::Value;

use super::{ControlError, RawBody, Tenant, organizations::describe};
use crate::{
    app::App,
    config::limits::MAX_SNAPSHOT,
    pipeline::body::not_json,
    tenants::{Snapshot, SnapshotError},
};

/// A snapshot of the organization, if it is not larger than what is taken back.
pub(super) async fn keep(
    State(app): State<App>,
    Tenant(organization): Tenant,
) -> Result<impl IntoResponse, ControlError> {
    let snapshot = Snapshot::of(&organization, &app.tenants.shared_data, app.machine_now());
    let json = serde_json::to_vec(&snapshot).expect("a snapshot has text keys only");
    if json.len() > MAX_SNAPSHOT {
        let message = format!(
            "the snapshot would have {} bytes; at most {MAX_SNAPSHOT} can be restored",
            json.len()
        );
        return Err(ControlError::plain(ErrorCode::Conflict, message));
    }
    Ok(([(header::CONTENT_TYPE, "application/json")], json))
}

/// Makes the organization what the snapshot says. Only its journal goes on.
pub(super) async fn restore(
    State(app): State<App>,
    Tenant(organization): Tenant,
    RawBody(json): RawBody,
) -> Result<Json<Value>, ControlError> {
    let shared_data = &app.tenants.shared_data;
    let restored = Snapshot::read(&json, &organization, shared_data)
        .and_then(|snapshot| snapshot.restore(&organization, shared_data, app.machine_now()))
        .map_err(|error| match &error {
            SnapshotError::Json(cause) if !cause.is_data() => not_json(&json, cause).into(),
            SnapshotError::Json(_)
            | SnapshotError::Version(_)
            | SnapshotError::Dependencies(_)
            | SnapshotError::Clock(_)
            | SnapshotError::Invalid(_) => ControlError::from(error),
        })?;
    let restored = app.tenants.replace(&organization, restored)?;
    Ok(Json(describe(&app, &restored)))
}

impl From<SnapshotError> for ControlError {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Json(_) => Self::invalid("", &error),
            SnapshotError::Clock(_) => Self::invalid("clock", &error),
            SnapshotError::Invalid(ref invalid) => Self::invalid(invalid.place(), &error),
            SnapshotError::Version(_) | SnapshotError::Dependencies(_) => Self::conflict(&error),
        }
    }
}
