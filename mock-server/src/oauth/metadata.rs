//! Metadata of the authorization server, for discovery by clients (RFC 8414).

use axum::Json;
use schemas::oauth::{AUTHORIZE, INTROSPECT, JWKS, Metadata, REVOKE, TOKEN};

use super::Server;
use crate::config::Role;

/// How clients authenticate; public clients do not.
const CLIENTS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];

pub(super) async fn oauth(server: Server) -> Json<Metadata> {
    Json(document(&server.issuer))
}

/// The same metadata where OpenID Connect libraries look for it, with the fields that they require. There are no ID
/// tokens.
pub(super) async fn openid(server: Server) -> Json<Metadata> {
    Json(Metadata {
        subject_types_supported: Some(vec!["public"]),
        id_token_signing_alg_values_supported: Some(vec!["ES256"]),
        ..document(&server.issuer)
    })
}

fn document(issuer: &str) -> Metadata {
    let at = |path: &str| format!("{issuer}{path}");
    Metadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: at(AUTHORIZE),
        token_endpoint: at(TOKEN),
        revocation_endpoint: at(REVOKE),
        introspection_endpoint: at(INTROSPECT),
        jwks_uri: at(JWKS),
        scopes_supported: Role::Admin.scopes(),
        response_types_supported: vec!["code"],
        response_modes_supported: vec!["query"],
        grant_types_supported: vec!["authorization_code", "refresh_token"],
        prompt_values_supported: vec!["none", "login", "consent", "select_account"],
        code_challenge_methods_supported: vec!["S256"],
        authorization_response_iss_parameter_supported: true,
        token_endpoint_auth_methods_supported: CLIENTS.to_vec(),
        revocation_endpoint_auth_methods_supported: CLIENTS.to_vec(),
        introspection_endpoint_auth_methods_supported: CLIENTS[1..].to_vec(),
        subject_types_supported: None,
        id_token_signing_alg_values_supported: None,
    }
}
