//! The authorization server: OAuth 2.0 with PKCE.

mod authorization_response;
mod code;
mod errors;
mod introspection;
pub(crate) mod jwt;
mod lifetime;
mod metadata;
mod parameters;
pub(super) mod pkce;
pub(super) mod redirect_uri;
mod refresh;
mod revocation;
mod server;
mod token;

use schemas::{ErrorCode, OperationId};
use serde_json::Value;

use crate::{
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::Session,
};

use self::server::AuthorizationServer;
pub(super) use self::{
    authorization_response::responses,
    code::codes,
    errors::{TOKEN_ERRORS, errors},
    introspection::introspection,
    lifetime::lifetime,
    metadata::metadata,
    refresh::refresh_tokens,
    revocation::revocation,
    token::token,
};

/// The first published key that verifies access tokens; `None` if no key is published.
pub(super) async fn signing_key(session: &Session) -> Result<Option<Value>, NotPassed> {
    let server = match AuthorizationServer::discover(session).await {
        Err(NotPassed::Skipped(_)) => return Ok(None),
        server => server?,
    };
    let keys = server.keys().await?;
    Ok(keys.json()["keys"].get(0).cloned())
}

/// The response of the API to a request with an access token.
async fn list_orders(session: &Session, access_token: &str) -> Result<Exchange, NotPassed> {
    let list = ApiRequest::to(OperationId::ListOrders.operation());
    let bearer = format!("Bearer {access_token}");
    session.send(list.authorization(&bearer)).await
}

async fn is_accepted(session: &Session, access_token: &str) -> Outcome {
    list_orders(session, access_token).await?.expect_status(200)
}

async fn is_rejected(session: &Session, access_token: &str) -> Outcome {
    let exchange = list_orders(session, access_token).await?;
    exchange.expect_error(ErrorCode::AuthenticationError)
}
