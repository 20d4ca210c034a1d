//! `/_mock/organizations/{organization}/tokens` and `/_mock/oauth`: access tokens for tests, without a sign-in.

use axum::{Json, extract::State};
use http::{HeaderMap, StatusCode, Uri};
use schemas::ScopeSet;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Body, ControlBody, ControlError, Tenant, created, keys};
use crate::{
    app::{self, App},
    config::oauth::{self, DASHBOARD},
    handlers::ApiError,
    tokens::Terms,
};

/// The tokens to issue.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    /// The user; by default, the admin.
    user: Option<String>,
    /// The client; by default, the dashboard.
    client_id: Option<String>,
    /// The scopes; by default, all that the user can grant.
    #[serde(default, deserialize_with = "oauth::scopes")]
    scopes: Option<ScopeSet>,
    /// Lifetime of the grant's access tokens.
    expires_in: Option<String>,
    /// Whether to issue a refresh token; by default, yes.
    refresh_token: Option<bool>,
    /// Claims that replace those of the access token; `null` removes a claim.
    #[serde(default)]
    claims: Map<String, Value>,
    /// The `typ` that replaces that of the access token.
    typ: Option<String>,
}

impl ControlBody for New {
    const CALL: &str = "mint_tokens";
}

/// Only this response shows the tokens.
pub(super) async fn mint(
    State(app): State<App>,
    Tenant(organization): Tenant,
    uri: Uri,
    headers: HeaderMap,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let oauth = &app.config.oauth;
    let user = new.user.as_deref().unwrap_or("admin");
    let found = oauth.user(user, organization.name());
    let user = found.ok_or_else(|| ApiError::not_found("user", user))?;
    let client_id = new.client_id.as_deref().unwrap_or(DASHBOARD);
    if app.client(client_id).is_none() {
        return Err(ApiError::not_found("client", client_id).into());
    }
    let lifetime = new
        .expires_in
        .map(|text| keys::duration("expires_in", &text))
        .transpose()?;
    let terms = Terms {
        issuer: app::issuer(&app, &uri, &headers).into(),
        subject: user.subject(organization.name()).into(),
        client_id: client_id.into(),
        scopes: new.scopes.unwrap_or_else(|| user.role.scopes()),
    };
    let issued = {
        let mut state = organization.state();
        let now = state.clock.now(app.machine_now());
        let refreshable = new.refresh_token.unwrap_or(true);
        state.grants.grant(terms, lifetime, refreshable, now)
    };
    let mut claims = issued.token.claims();
    for (name, value) in new.claims {
        claims[name] = value;
    }
    if let Value::Object(claims) = &mut claims {
        claims.retain(|_, value| !value.is_null());
    }
    let text = app.tenants.signing_keys.sign(&claims, new.typ.as_deref());
    let mut body = issued.to_json(&text);
    body["subject"] = json!(issued.token.subject);
    body["jti"] = json!(issued.token.id.to_string());
    Ok(created(body))
}

/// Signs with a new key from now on.
pub(super) async fn rotate_signing_key(State(app): State<App>) -> Json<Value> {
    app.tenants.rotate_signing_key();
    Json(app.tenants.signing_keys.jwks())
}
