//! Made-up requests to an authorization server.

use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::clients::{
    credential::{Credential, Grant},
    example::{took, trial_with},
    trace::{Exchange, Message, Origin, Outcome},
    trial_record::TrialRecord,
};

/// The authorization server.
pub(super) const ISSUER: &str = "http://127.0.0.1:8000";
/// How long each request takes.
const TOOK: u64 = 10;

/// The access token with this number: its signature cannot be guessed.
pub(super) fn token(number: u32) -> String {
    format!("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.signature-of-token-{number:04}")
}

/// The refresh token with this number.
pub(super) fn refresh_token(number: u32) -> String {
    format!("ort_number{number:0>20}demo01")
}

/// A trial of a program that signs in, with these requests.
pub(super) fn signed_in(exchanges: Vec<Exchange>) -> TrialRecord {
    let grant = Grant {
        issuer: ISSUER.to_owned(),
        client_id: "openprospect-dashboard",
        refresh_token: refresh_token(0),
        login_hint: "admin@demo01".to_owned(),
    };
    trial_with(Credential::Grant(grant), exchanges)
}

/// A request to the API with an access token.
pub(super) fn call(at_ms: u64, number: u32, status: u16) -> Exchange {
    let mut exchange = took(TOOK, at_ms, "/api/v1/orders", status, None);
    let value = format!("Bearer {}", token(number)).into_bytes();
    let headers = &mut exchange.request.message.headers;
    headers.push(("Authorization".to_owned(), value));
    exchange
}

fn response(exchange: &mut Exchange) -> &mut Message {
    let Outcome::Response(response) = &mut exchange.outcome else {
        panic!("an example has a response");
    };
    &mut response.message
}

/// A request to the token endpoint.
pub(super) fn token_exchange(
    at_ms: u64,
    parameters: &[(&str, &str)],
    status: u16,
    body: &Value,
) -> Exchange {
    let mut exchange = took(TOOK, at_ms, "/oauth/token", status, None);
    exchange.origin = Origin::AuthorizationServer;
    exchange.connection = 1;
    "POST".clone_into(&mut exchange.request.method);
    let form = Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    exchange.request.message.body = form.into_bytes();
    response(&mut exchange).body = body.to_string().into_bytes();
    exchange
}

/// A refresh that redeems a refresh token and issues the access and refresh tokens with the next number.
pub(super) fn refresh(at_ms: u64, number: u32) -> Exchange {
    let issued = serde_json::json!({
        "access_token": token(number + 1), "refresh_token": refresh_token(number + 1), "token_type": "Bearer",
    });
    refreshes(at_ms, number, 200, &issued)
}

/// A refresh with this response.
pub(super) fn refreshes(at_ms: u64, number: u32, status: u16, body: &Value) -> Exchange {
    let sent = refresh_token(number);
    let parameters = [("grant_type", "refresh_token"), ("refresh_token", &*sent)];
    token_exchange(at_ms, &parameters, status, body)
}

/// A refresh that is rejected.
pub(super) fn refused(at_ms: u64, number: u32) -> Exchange {
    refreshes(
        at_ms,
        number,
        400,
        &serde_json::json!({"error": "invalid_grant"}),
    )
}

/// A refresh while the server is unavailable.
pub(super) fn unavailable(at_ms: u64, number: u32) -> Exchange {
    refreshes(at_ms, number, 503, &Value::Null)
}

/// An authorization request with these additional parameters, and its redirect.
pub(super) fn authorizes(at_ms: u64, parameters: &str, location: &str) -> Exchange {
    let target = format!("/oauth/authorize?client_id=a&response_type=code&{parameters}");
    let mut exchange = took(TOOK, at_ms, &target, 303, None);
    exchange.origin = Origin::AuthorizationServer;
    let location = ("Location".to_owned(), location.as_bytes().to_vec());
    response(&mut exchange).headers.push(location);
    exchange
}
