//! `/_mock/oauth/clients`: clients of the authorization server, registered while the server runs.

use axum::{Json, extract::State};
use http::StatusCode;
use schemas::ErrorCode;
use serde_json::{Value, json};

use super::{Body, ControlBody, ControlError, Id, created};
use crate::{
    app::{App, ClientError},
    config::ClientSetting,
    handlers::ApiError,
};

impl ControlBody for ClientSetting {
    const CALL: &str = "register_client";
}

pub(super) async fn list(State(app): State<App>) -> Json<Value> {
    let all = app.clients.all(&app.config.oauth);
    let all: Vec<_> = all.iter().map(|client| describe(client)).collect();
    Json(json!({"total": all.len(), "clients": all}))
}

/// The response does not contain the secret: the caller has it.
pub(super) async fn register(
    State(app): State<App>,
    Body(client): Body<ClientSetting>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let registered = app.clients.register(&app.config.oauth, client);
    let client = registered.map_err(|error| ControlError::conflict(&error))?;
    Ok(created(describe(&client)))
}

pub(super) async fn delete(State(app): State<App>, Id(id): Id) -> Result<StatusCode, ControlError> {
    app.clients
        .remove(&app.config.oauth, &id)
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|error| match error {
            ClientError::Unknown => ApiError::not_found("client", &id).into(),
            ClientError::Configured | ClientError::Exists | ClientError::TooMany => {
                ControlError::plain(ErrorCode::Conflict, error.to_string())
            }
        })
}

fn describe(client: &ClientSetting) -> Value {
    let redirect_uris: Vec<_> = client
        .redirect_uris
        .iter()
        .map(ToString::to_string)
        .collect();
    json!({
        "client_id": client.client_id,
        "redirect_uris": redirect_uris,
        "has_secret": client.client_secret.is_some(),
        "scopes": client.scopes,
    })
}
