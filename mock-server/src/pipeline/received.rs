//! Bodies on their way in: not too large, in time, and within what all of them together may take.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use schemas::ErrorCode;

use crate::{app::App, budget::Reserved, config::limits::SMALL_BODY, handlers::ApiError};

/// How long a body may take to arrive, in real time.
const TIME: Duration = Duration::from_secs(30);

/// A body that has arrived, and the memory that it has until it is dropped.
#[derive(Debug)]
pub(crate) struct ReceivedBody {
    /// What it is.
    pub bytes: Bytes,
    _memory: Reserved,
}

/// Receives a body of at most `max` bytes.
pub(crate) async fn receive(app: &App, body: Body, max: usize) -> Result<ReceivedBody, ApiError> {
    let arrived = tokio::time::timeout(TIME, collect(app, body, max)).await;
    arrived.unwrap_or_else(|_| {
        let message = format!("the body did not arrive within {} seconds", TIME.as_secs());
        Err(ApiError::plain(ErrorCode::RequestTimeout, message))
    })
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
        bytes: bytes.freeze(),
        _memory: memory,
    })
}

/// 413
pub(super) fn too_large(max: usize) -> ApiError {
    ApiError::plain(
        ErrorCode::PayloadTooLarge,
        format!("the body is larger than {max} bytes"),
    )
}
