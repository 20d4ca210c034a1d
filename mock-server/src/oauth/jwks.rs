//! The public keys that verify access tokens.

use axum::{Json, extract::State};
use serde_json::Value;

use crate::app::App;

pub(super) async fn keys(State(app): State<App>) -> Json<Value> {
    Json(app.tenants.signing_keys.jwks())
}
