//! Only the client that requested a code can redeem it (RFC 7636).

use serde_json::json;

use super::{
    authorization_response::AuthorizationResponse,
    parameters::Parameters,
    server::{
        AuthorizationServer, Endpoint, VERIFIER, authorization_request, challenge, token_request,
    },
};
use crate::{
    finding::Outcome,
    provider::session::{Session, Tenant},
};

/// A well-formed verifier that matches no challenge.
const OTHER_VERIFIER: &str = "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Invalid lengths of a verifier: valid ones are 43 to 128.
const LENGTHS: [usize; 2] = [42, 129];
/// Either error is correct for a wrong verifier.
const ERRORS: [&str; 2] = ["invalid_grant", "invalid_request"];

/// Number of codes that the check gets.
pub(in crate::provider::checks) const CODES: usize = 6;
/// Number of authorization requests that are rejected.
pub(in crate::provider::checks) const REFUSED: usize = 4;

pub(in crate::provider::checks) async fn verifiers(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tenant = session.tenant().await?;
    let valid = authorization_request(tenant.name());
    for request in [
        valid.clone().without("code_challenge"),
        valid.clone().with("code_challenge_method", "plain"),
        valid.clone().without("code_challenge_method"),
        valid.clone().with("code_challenge", &"a".repeat(42)),
    ] {
        let response = AuthorizationResponse::from_exchange(server.authorize(&request).await?)?;
        response.expect("error", Some("invalid_request"))?;
        response.expect("code", None)?;
    }
    for verifier in [None, Some(OTHER_VERIFIER), Some(&*challenge(VERIFIER))] {
        let code = server.sign_in(&tenant).await?;
        let request = token_request(&code).without("code_verifier");
        let request = match verifier {
            Some(verifier) => request.with("code_verifier", verifier),
            None => request,
        };
        is_refused(&server, &request).await?;
    }
    for length in LENGTHS {
        wrong_length(&server, &tenant, length).await?;
    }
    // The token requests above are rejected because of their verifiers: the correct one is accepted.
    let code = server.sign_in(&tenant).await?;
    server.tokens(&token_request(&code)).await.map(drop)
}

/// The server rejects a verifier that matches its challenge but is too short or too long.
async fn wrong_length(
    server: &AuthorizationServer<'_>,
    tenant: &Tenant<'_>,
    length: usize,
) -> Outcome {
    let verifier: String = VERIFIER.chars().cycle().take(length).collect();
    let request = authorization_request(tenant.name());
    let request = request.with("code_challenge", &challenge(&verifier));
    let code = server.code(&request).await?;
    is_refused(
        server,
        &token_request(&code).with("code_verifier", &verifier),
    )
    .await
}

async fn is_refused(server: &AuthorizationServer<'_>, request: &Parameters) -> Outcome {
    let exchange = server.post(Endpoint::Token, request).await?;
    exchange.expect_status(400)?;
    let error = exchange.at("/error");
    let is_one = error.as_str().is_some_and(|error| ERRORS.contains(&error));
    exchange.expect_that(is_one, "$.error", &json!(ERRORS).to_string(), error)
}
