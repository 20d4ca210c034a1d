//! Receives bodies, within limits of length, time, and total memory.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use schemas::ErrorCode;

use super::capturing::fitted_body;
use crate::{
    app::App,
    budget::Reserved,
    config::limits::{MAX_CAPTURED_BODY, SMALL_BODY},
    handlers::ApiError,
};

/// How long a body that the server does not need is awaited. Most clients send it together with the head.
const UNNEEDED: Duration = Duration::from_millis(250);

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

/// Receives the body of a request that was refused before the body was read; `None` if it is longer than what a journal
/// keeps, or does not arrive at once. A client that waits for `100 Continue` is not asked to send it.
pub(super) async fn receive_unneeded(
    app: &App,
    headers: &HeaderMap,
    body: Body,
) -> Option<ReceivedBody> {
    let is_long = body.size_hint().lower() > MAX_CAPTURED_BODY as u64;
    if is_long || headers.contains_key(header::EXPECT) {
        return None;
    }
    let received = tokio::time::timeout(UNNEEDED, collect(app, body, MAX_CAPTURED_BODY));
    received.await.ok()?.ok()
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
