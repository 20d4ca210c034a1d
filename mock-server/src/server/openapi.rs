//! The OpenAPI document, for tools without a key.

use axum::{Router, extract::State, response::IntoResponse, routing::get};
use bytes::Bytes;
use http::{HeaderValue, header};
use schemas::openapi;

use crate::{app::App, control::ControlError, handlers::ApiError};

/// `GET /openapi.json`
pub(crate) fn route() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(document))
        .method_not_allowed_fallback(wrong_method)
}

async fn document(State(app): State<App>) -> impl IntoResponse {
    let text = || Bytes::from(openapi::text(app.config.profile));
    let document = app.openapi.get_or_init(text);
    (
        [(header::CONTENT_TYPE, "application/json")],
        document.clone(),
    )
}

async fn wrong_method() -> ControlError {
    let allow = HeaderValue::from_static("GET, HEAD");
    ApiError::MethodNotAllowed { allow }.into()
}
