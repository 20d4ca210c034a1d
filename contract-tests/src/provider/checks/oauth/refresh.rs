//! Refresh tokens are bound to one client and rotate; the reuse of one revokes its family (RFC 6749 §6, RFC 9700 §4.14).

use serde_json::json;

use super::{
    is_accepted, is_rejected,
    server::{AuthorizationServer, REDIRECT_URI, refresh_request},
};
use crate::{finding::Outcome, provider::session::Session};

pub(in crate::provider::checks) async fn refresh_tokens(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tenant = session.tenant().await?;
    let scopes = json!({"scopes": ["orders:read", "orders:write"]});
    let other = tenant.tokens(scopes.clone()).await?;
    let first = tenant.tokens(scopes.clone()).await?;

    let stolen = tenant.tokens(scopes).await?;
    let thief = tenant.other_client(REDIRECT_URI).await?;
    let of_thief = refresh_request(&stolen.refresh).with("client_id", &thief);
    server.expect_error(&of_thief, "invalid_grant").await?;

    let wider = refresh_request(&first.refresh).with("scope", "orders:read companies:read");
    server.expect_error(&wider, "invalid_scope").await?;
    let narrower = refresh_request(&first.refresh).with("scope", "orders:read");
    let (second, exchange) = server.tokens(&narrower).await?;
    exchange.expect("$.scope", &json!("orders:read"), &exchange.at("/scope"))?;
    exchange.expect_that(
        second.refresh != first.refresh,
        "$.refresh_token",
        "another refresh token",
        json!("the same"),
    )?;
    let (third, _) = server.tokens(&refresh_request(&second.refresh)).await?;
    is_accepted(session, &third.access).await?;

    server
        .expect_error(&refresh_request(&first.refresh), "invalid_grant")
        .await?;
    server
        .expect_error(&refresh_request(&third.refresh), "invalid_grant")
        .await?;
    is_rejected(session, &third.access).await?;
    // Tokens of another grant stay valid.
    is_accepted(session, &other.access).await
}
