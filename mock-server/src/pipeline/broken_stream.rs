//! Responses over HTTP/2 whose stream ends early.
//!
//! The HTTP library has no function for this. It resets a stream if the response or its body ends with an error,
//! with the reason that it finds in the error.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, future, stream};
use http::{HeaderMap, Response, header};
use scenarios::StreamEnd;

/// Time for earlier bytes to be sent: a reset discards bytes that are still buffered.
const LET_OUT: Duration = Duration::from_millis(50);

/// Replaces a response: its stream is reset before the headers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamRejected(h2::Reason);

impl StreamRejected {
    /// The response, or the reset that replaces it.
    pub(crate) fn instead_of<T>(response: Response<T>) -> Result<Response<T>, h2::Error> {
        match response.extensions().get::<Self>() {
            Some(Self(reason)) => Err((*reason).into()),
            None => Ok(response),
        }
    }
}

/// A response that ends after this many bytes of its body, or before its headers.
pub(crate) fn broken(
    response: Response<Bytes>,
    after: Option<usize>,
    end: StreamEnd,
) -> Response<Body> {
    let (mut head, mut bytes) = response.into_parts();
    match (after, end) {
        (None, StreamEnd::Reset(reason)) => {
            head.extensions.insert(StreamRejected(reason.into()));
        }
        (None, StreamEnd::Stall) | (Some(_), _) => whole_length(&mut head.headers, &bytes),
    }
    bytes.truncate(after.unwrap_or_default());
    let first = stream::once(future::ready(Ok(bytes)));
    let last = stream::once(async move {
        match end {
            StreamEnd::Reset(reason) => {
                let_out().await;
                Err(h2::Error::from(h2::Reason::from(reason)))
            }
            StreamEnd::Stall => future::pending().await,
        }
    });
    Response::from_parts(head, Body::from_stream(first.chain(last)))
}

/// Sets the `Content-Length` of the whole body.
fn whole_length(headers: &mut HeaderMap, body: &Bytes) {
    headers.insert(header::CONTENT_LENGTH, body.len().into());
}

#[expect(
    clippy::disallowed_methods,
    reason = "bytes need real time to get out, whatever an organization's clock says"
)]
async fn let_out() {
    tokio::time::sleep(LET_OUT).await;
}
