//! Access tokens are valid for an hour, and refresh tokens get new ones.

use serde_json::json;

use super::{
    is_accepted, is_rejected,
    server::{AuthorizationServer, refresh_request, token_request},
};
use crate::{finding::Outcome, provider::session::Session};

/// Lifetime of an access token in seconds.
const HOUR: u64 = 3_600;

pub(in crate::provider::checks) async fn lifetime(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tenant = session.tenant().await?;
    let code = server.sign_in(&tenant).await?;
    let (first, exchange) = server.tokens(&token_request(&code)).await?;
    exchange.expect("$.expires_in", &json!(HOUR), &exchange.at("/expires_in"))?;
    tenant.advance(HOUR - 1).await?;
    is_accepted(session, &first.access).await?;
    tenant.advance(1).await?;
    is_rejected(session, &first.access).await?;
    let (second, exchange) = server.tokens(&refresh_request(&first.refresh)).await?;
    exchange.expect("$.expires_in", &json!(HOUR), &exchange.at("/expires_in"))?;
    is_accepted(session, &second.access).await
}
