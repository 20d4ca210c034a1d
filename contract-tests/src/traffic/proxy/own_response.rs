//! Responses of the proxy itself.

use axum::body::Body;
use http::{Response, StatusCode};

use crate::traffic::budget::OPEN_REQUESTS;

/// The response if there is no memory for a request, or for the head of its response.
pub(super) fn out_of_memory(status: StatusCode) -> Response<Body> {
    let reason =
        format!("open requests take {OPEN_REQUESTS} MiB, the maximum; send fewer concurrently");
    own_response(status, &reason)
}

/// A response of the proxy itself.
pub(super) fn own_response(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("contract-tests proxy: {text}\n")));
    *response.status_mut() = status;
    response
}
