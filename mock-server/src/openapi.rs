//! The OpenAPI document, for tools that come without a key.

use axum::{Router, routing::get};
use http::{HeaderValue, header};
use schemas::openapi;

use crate::{app::App, control::ControlError, error::ApiError};

/// `GET /openapi.json`
pub(crate) fn route() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(document))
        .method_not_allowed_fallback(wrong_method)
}

async fn document() -> impl axum::response::IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        openapi::committed(),
    )
}

async fn wrong_method() -> ControlError {
    let allow = HeaderValue::from_static("GET, HEAD");
    ApiError::MethodNotAllowed { allow }.into()
}
