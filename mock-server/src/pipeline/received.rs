//! Receives bodies, within limits of length, time, and total memory.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use schemas::ErrorCode;

use super::capturing::fitted_body;
use crate::{app::App, budget::Reserved, config::limits::SMALL_BODY, handlers::ApiError};

/// A received body, and the memory that it reserves until it is dropped.
#[derive(Debug)]
pub(crate) struct ReceivedBody {
    pub bytes: Bytes,
    _memory: Reserved,
}

/// Receives a body of at most `max` bytes.
pub(crate) async fn receive(app: &App, body: Body, max: usize) -> Result<ReceivedBody, ApiError> {
    in_time(app, collect(app, body, max)).await?
}

async fn collect(app: &App, mut body: Body, max: usize) -> Result<ReceivedBody, ApiError> {
    let mut memory = app.tenants.shared_data.memory.nothing();
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|_| ApiError::plain(ErrorCode::InvalidRequest, "the body is incomplete"))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > max {
            return Err(too_large(max));
        }
        if bytes.len() + data.len() <= SMALL_BODY {
            memory.grow_always(data.len());
        } else {
            let taken = memory.grow(data.len());
            taken
                .map_err(|over| ApiError::plain(ErrorCode::ServiceUnavailable, over.to_string()))?;
        }
        bytes.extend_from_slice(&data);
    }
    Ok(ReceivedBody {
        bytes: fitted_body(bytes),
        _memory: memory,
    })
}

/// The body did not arrive in time.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive within {} seconds", .0.as_secs())]
pub(crate) struct Late(Duration);

impl From<Late> for ApiError {
    fn from(late: Late) -> Self {
        Self::plain(ErrorCode::RequestTimeout, late.to_string())
    }
}

/// Limits the time of reading a body.
pub(crate) async fn in_time<T>(app: &App, read: impl Future<Output = T>) -> Result<T, Late> {
    let time = app.config.deadlines.body;
    let read = tokio::time::timeout(time, read).await;
    read.map_err(|_| Late(time))
}

/// 413.
pub(super) fn too_large(max: usize) -> ApiError {
    ApiError::plain(
        ErrorCode::PayloadTooLarge,
        format!("the body is larger than {max} bytes"),
    )
}
