//! The server redirects only to URIs that the client has registered (RFC 6749 §4.1.2.1, RFC 9700 §2.1).

use http::header;
use serde_json::json;

use super::{
    authorization_response::{AuthorizationResponse, location},
    parameters::Parameters,
    server::{AuthorizationServer, authorization_request},
};
use crate::{finding::Outcome, provider::session::Session};

/// Registered by the client of a sandbox. The port of a loopback address may differ (RFC 8252 §7.3).
const REGISTERED: [&str; 4] = [
    "http://127.0.0.1:1/callback",
    "http://127.0.0.1:65535/callback",
    "http://localhost:8910/callback",
    "http://[::1]:8910/callback",
];

/// Not registered.
const UNREGISTERED: [&str; 14] = [
    "https://127.0.0.1:8910/callback",
    "http://127.0.0.1:8910/other",
    "http://127.0.0.1:8910/callback/more",
    "http://127.0.0.1:8910/callbackmore",
    "http://127.0.0.1:8910/callback/../other",
    "http://127.0.0.1:8910/callback?more=1",
    "http://127.0.0.1:8910/callback#more",
    "http://127.0.0.1.attacker.example/callback",
    "http://127.0.0.1:8910@attacker.example/callback",
    "http://attacker@127.0.0.1:8910/callback",
    "http://attacker.example/callback",
    "http://attacker.example\\@127.0.0.1/callback",
    "//attacker.example/callback",
    "javascript:alert(1)",
];

/// The metadata, an unknown and a missing client, each of these URIs, no URI, and two URIs.
pub(in crate::provider::checks) const MAX_REQUESTS: usize =
    1 + 2 + REGISTERED.len() + UNREGISTERED.len() + 2;

pub(in crate::provider::checks) async fn registered_only(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tenant = session.tenant().await?;
    let valid = authorization_request(tenant.name());
    for request in [
        valid.clone().with("client_id", "no-such-client"),
        valid.clone().without("client_id"),
    ] {
        shows_a_page(&server, &request).await?;
    }
    if !session.is_sandbox() {
        return Ok(());
    }
    for uri in REGISTERED {
        let exchange = server
            .authorize(&valid.clone().with("redirect_uri", uri))
            .await?;
        let (target, _) = location(&exchange);
        exchange.expect("header location", &json!(uri), &json!(target))?;
        let code = AuthorizationResponse::from_exchange(exchange)?.code()?;
        session.secrets.add(&code);
    }
    for uri in UNREGISTERED {
        shows_a_page(&server, &valid.clone().with("redirect_uri", uri)).await?;
    }
    for request in [
        valid.clone().without("redirect_uri"),
        valid.and("redirect_uri", "http://attacker.example/callback"),
    ] {
        shows_a_page(&server, &request).await?;
    }
    Ok(())
}

/// The server shows the user an error and does not redirect.
async fn shows_a_page(server: &AuthorizationServer<'_>, request: &Parameters) -> Outcome {
    let exchange = server.authorize(request).await?;
    let location = exchange.header(header::LOCATION);
    exchange.expect("header location", &json!(null), &json!(location))?;
    let status = exchange.status;
    exchange.expect_that(
        status.is_client_error(),
        "status",
        "400, or another error of the client",
        json!(status.as_u16()),
    )
}
