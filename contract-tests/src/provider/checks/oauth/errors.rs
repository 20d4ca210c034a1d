//! Requests that the token endpoint rejects, each with its error (RFC 6749 §5.2).

use http::header;
use serde_json::json;

use super::{
    parameters::Parameters,
    server::{
        AuthorizationServer, CLIENT, Endpoint, expect_private_json, expect_refused,
        refresh_request, token_request,
    },
};
use crate::{finding::Outcome, provider::session::Session};

/// Number of requests to the token endpoint.
pub(in crate::provider::checks) const TOKEN_ERRORS: usize = 13;

/// Basic credentials of an unregistered client.
const UNKNOWN_CLIENT: &str = "Basic bm8tc3VjaC1jbGllbnQ6bm8tc3VjaC1zZWNyZXQ=";

/// Rejected forms, each with its status and error.
fn invalid_requests(refresh_token: &str) -> [(u16, &'static str, Parameters); 11] {
    let code = || token_request("no-such-code");
    let refresh = || refresh_request("no-such-token");
    let invalid = |parameters| (400, "invalid_request", parameters);
    [
        invalid(code().without("grant_type")),
        invalid(code().and("grant_type", "authorization_code")),
        invalid(code().without("code")),
        invalid(refresh().without("refresh_token")),
        (
            400,
            "unsupported_grant_type",
            code().with("grant_type", "password"),
        ),
        (400, "invalid_grant", code()),
        (400, "invalid_grant", refresh()),
        (
            400,
            "invalid_scope",
            refresh_request(refresh_token).with("scope", "no-such-scope"),
        ),
        (
            401,
            "invalid_client",
            refresh().with("client_id", "no-such-client"),
        ),
        (401, "invalid_client", refresh().without("client_id")),
        (
            401,
            "invalid_client",
            refresh().with("client_secret", "no-such-secret"),
        ),
    ]
}

pub(in crate::provider::checks) async fn errors(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tokens = session.tenant().await?.tokens(json!({})).await?;
    for (status, error, parameters) in invalid_requests(&tokens.refresh) {
        let exchange = server.post(Endpoint::Token, &parameters).await?;
        expect_refused(&exchange, status, error)?;
        expect_private_json(&exchange)?;
    }
    let refresh = refresh_request(&tokens.refresh);
    let by_header = server
        .form(Endpoint::Token, &refresh.clone().without("client_id"))?
        .authorization(UNKNOWN_CLIENT);
    let exchange = session.send(by_header).await?;
    expect_refused(&exchange, 401, "invalid_client")?;
    let challenge = exchange
        .header(header::WWW_AUTHENTICATE)
        .unwrap_or_default();
    exchange.expect_that(
        challenge.starts_with("Basic"),
        "header www-authenticate",
        "a Basic challenge",
        json!(challenge),
    )?;
    let body = json!({
        "grant_type": "refresh_token",
        "client_id": CLIENT,
        "refresh_token": tokens.refresh,
    });
    let request = server.form(Endpoint::Token, &refresh)?;
    let request = request
        .media_type("application/json")
        .body(body.to_string());
    expect_refused(&session.send(request).await?, 400, "invalid_request")
}
