//! What the server can do, for clients that find out by themselves (RFC 8414).

use axum::Json;
use serde_json::{Value, json};

use super::{AUTHORIZE, INTROSPECT, JWKS, REVOKE, Server, TOKEN};
use crate::config::Role;

/// How clients authenticate; a public one does not.
const CLIENTS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];

pub(super) async fn oauth(server: Server) -> Json<Value> {
    Json(document(&server.issuer))
}

/// The same where libraries for OpenID Connect look for it, with what they insist on. There are no ID tokens.
pub(super) async fn openid(server: Server) -> Json<Value> {
    let mut document = document(&server.issuer);
    document["subject_types_supported"] = json!(["public"]);
    document["id_token_signing_alg_values_supported"] = json!(["ES256"]);
    Json(document)
}

fn document(issuer: &str) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "issuer": issuer,
        "authorization_endpoint": at(AUTHORIZE),
        "token_endpoint": at(TOKEN),
        "revocation_endpoint": at(REVOKE),
        "introspection_endpoint": at(INTROSPECT),
        "jwks_uri": at(JWKS),
        "scopes_supported": Role::Admin.scopes(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "token_endpoint_auth_methods_supported": CLIENTS,
        "revocation_endpoint_auth_methods_supported": CLIENTS,
        "introspection_endpoint_auth_methods_supported": CLIENTS[1..],
    })
}
