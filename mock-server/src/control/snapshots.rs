//! `/_mock/organizations/{organization}/snapshot`: save everything that was changed, and restore it.

use std::{convert::Infallible, future, sync::Arc};

use axum::{Json, body::Body, extract::State, response::IntoResponse};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, header};
use schemas::ErrorCode;
use serde_json::Value;

use super::{ControlError, RawBody, Tenant, organizations::describe};
use crate::{
    app::App,
    budget::Reserved,
    config::limits::MAX_SNAPSHOT,
    pipeline::body::not_json,
    tenants::{Snapshot, SnapshotError},
};

/// Number of bytes per part of the response.
const PART: usize = 64 * 1024;

/// A snapshot of the organization, unless it is too large to be restored.
pub(super) async fn save(
    State(app): State<App>,
    Tenant(organization): Tenant,
) -> Result<impl IntoResponse, ControlError> {
    let shared = Arc::clone(&app.tenants.shared_data);
    let machine = app.machine_now();
    app.deliver_all(&organization).await;
    let saved = app.long_work.run(move || {
        let mut memory = shared.memory.nothing();
        let json = Snapshot::save(&organization, &shared, machine, MAX_SNAPSHOT)?;
        memory.grow(json.len()).map_err(SnapshotError::OverBudget)?;
        Ok::<_, SnapshotError>((json, memory))
    });
    let (json, memory) = saved.await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (header::CONTENT_LENGTH, json.len().into()),
    ];
    Ok((headers, stream(json.into(), memory)))
}

/// A body that releases its reserved memory when its last part is sent.
fn stream(json: Bytes, memory: Reserved) -> Body {
    let parts = stream::unfold((json, memory), |(mut rest, memory)| {
        let part = rest.split_to(rest.len().min(PART));
        let part = (!part.is_empty()).then_some((Ok::<_, Infallible>(part), (rest, memory)));
        future::ready(part)
    });
    Body::from_stream(parts)
}

/// Restores a snapshot. Only the journal continues.
pub(super) async fn restore(
    State(app): State<App>,
    Tenant(organization): Tenant,
    RawBody(received): RawBody<MAX_SNAPSHOT>,
) -> Result<Json<Value>, ControlError> {
    let (shared, machine) = (Arc::clone(&app.tenants.shared_data), app.machine_now());
    let length = received.bytes.len();
    let restored = app.long_work.on(length, move || {
        let json = &*received.bytes;
        Snapshot::read(json, &organization, &shared)
            .and_then(|snapshot| snapshot.restore(&organization, &shared, machine))
            .map(|restored| (organization, restored))
            .map_err(|error| {
                if let SnapshotError::Json(cause) = &error
                    && !cause.is_data()
                {
                    return not_json(json, cause).into();
                }
                ControlError::from(error)
            })
    });
    let (organization, restored) = restored.await?;
    let restored = app.tenants.replace(&organization, restored)?;
    Ok(Json(describe(&app, &restored)))
}

impl From<SnapshotError> for ControlError {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Json(_) => Self::invalid("", &error),
            SnapshotError::Clock(_) => Self::invalid("clock", &error),
            SnapshotError::Invalid(ref invalid) => Self::invalid(invalid.place(), &error),
            SnapshotError::Version(_)
            | SnapshotError::Dependencies(_)
            | SnapshotError::TooLarge(_) => Self::conflict(&error),
            SnapshotError::TooMany => Self::plain(ErrorCode::PayloadTooLarge, error.to_string()),
            SnapshotError::OverBudget(_) => {
                Self::plain(ErrorCode::ServiceUnavailable, error.to_string())
            }
        }
    }
}
