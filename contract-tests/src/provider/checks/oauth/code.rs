//! An authorization code is valid once, for one client, one redirect URI and a short time (RFC 6749 §4.1.2, §4.1.3).

use super::{
    is_accepted, is_rejected,
    server::{AuthorizationServer, REDIRECT_URI, refresh_request, token_request},
};
use crate::{finding::Outcome, provider::session::Session};

/// Maximum lifetime of a code in seconds.
const MAX_LIFETIME: u64 = 600;

pub(in crate::provider::checks) async fn codes(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tenant = session.tenant().await?;
    let code = server.sign_in(&tenant).await?;
    // This URI is registered, too, but the code was not sent to it.
    let elsewhere = token_request(&code).with("redirect_uri", "http://localhost:8910/callback");
    server.expect_error(&elsewhere, "invalid_grant").await?;

    let code = server.sign_in(&tenant).await?;
    let other = tenant.other_client(REDIRECT_URI).await?;
    let of_other = token_request(&code).with("client_id", &other);
    server.expect_error(&of_other, "invalid_grant").await?;

    let code = server.sign_in(&tenant).await?;
    let (tokens, _) = server.tokens(&token_request(&code)).await?;
    is_accepted(session, &tokens.access).await?;
    server
        .expect_error(&token_request(&code), "invalid_grant")
        .await?;
    is_rejected(session, &tokens.access).await?;
    server
        .expect_error(&refresh_request(&tokens.refresh), "invalid_grant")
        .await?;

    let code = server.sign_in(&tenant).await?;
    tenant.advance(MAX_LIFETIME + 1).await?;
    server
        .expect_error(&token_request(&code), "invalid_grant")
        .await
}
