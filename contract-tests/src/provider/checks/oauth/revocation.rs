//! Tokens that a client revokes are invalid from then on (RFC 7009).

use serde_json::json;

use super::{
    is_accepted, is_rejected,
    parameters::Parameters,
    server::{AuthorizationServer, CLIENT, Endpoint, expect_refused, refresh_request},
};
use crate::{finding::Outcome, provider::session::Session};

pub(in crate::provider::checks) async fn revocation(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tenant = session.tenant().await?;
    let first = tenant.tokens(json!({})).await?;
    let second = tenant.tokens(json!({})).await?;
    let other = tenant.tokens(json!({})).await?;
    for tokens in [&first, &second] {
        is_accepted(session, &tokens.access).await?;
    }
    let unauthenticated = revocation_request(&first.access).without("client_id");
    let exchange = server.post(Endpoint::Revocation, &unauthenticated).await?;
    expect_refused(&exchange, 401, "invalid_client")?;
    is_accepted(session, &first.access).await?;

    // Revoking an unknown or already invalid token succeeds, too: the token is invalid, as the client wants.
    for token in ["no-such-token", &*first.access, &*first.access] {
        revoke(&server, token).await?;
    }
    is_rejected(session, &first.access).await?;
    revoke(&server, &second.refresh).await?;
    is_rejected(session, &second.access).await?;
    server
        .expect_error(&refresh_request(&second.refresh), "invalid_grant")
        .await?;
    is_accepted(session, &other.access).await
}

/// The form that revokes a token.
pub(super) fn revocation_request(token: &str) -> Parameters {
    Parameters::new([("client_id", CLIENT), ("token", token)])
}

pub(super) async fn revoke(server: &AuthorizationServer<'_>, token: &str) -> Outcome {
    let request = revocation_request(token);
    let exchange = server.post(Endpoint::Revocation, &request).await?;
    exchange.expect_status(200)
}
