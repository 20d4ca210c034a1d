//! The response to a redeemed code, and the claims of the access token (RFC 6749 §5.1, RFC 9068).

use schemas::API_PREFIX;
use serde_json::{Value, json};

use super::{
    jwt::Jwt,
    server::{AuthorizationServer, CLIENT, expect_private_json, token_request},
};
use crate::{
    finding::{Exchange, NotPassed, Outcome},
    provider::session::Session,
};

/// The parameter of a JWK that only private keys have (RFC 7518 §6.2.2).
const PRIVATE: &str = "d";

pub(in crate::provider::checks) async fn token(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tenant = session.tenant().await?;
    let code = server.sign_in(&tenant).await?;
    let (tokens, exchange) = server.tokens(&token_request(&code)).await?;
    expect_private_json(&exchange)?;
    exchange.expect(
        "$.token_type",
        &json!("Bearer"),
        &exchange.at("/token_type"),
    )?;
    let jwt = Jwt::read(&tokens.access).ok_or_else(|| {
        let expected = json!("a signed JWT");
        exchange.violation(
            "$.access_token",
            expected,
            json!("another text"),
            "is not a JWT",
        )
    })?;
    is_signed(&exchange, &jwt, &server.keys().await?)?;
    let issuer = server.issuer();
    for (name, right) in [
        ("iss", json!(issuer)),
        ("sub", json!(format!("admin@{}", tenant.name()))),
        ("organization", json!(tenant.name())),
        ("client_id", json!(CLIENT)),
        ("scope", exchange.at("/scope")),
    ] {
        exchange.expect(&claim(name), &right, &jwt.claims[name])?;
    }
    exchange.text_at("/scope")?;
    let audience = json!(format!("{issuer}{API_PREFIX}"));
    let actual = &jwt.claims["aud"];
    let several = actual.as_array();
    let is_for_api = *actual == audience || several.is_some_and(|all| all.contains(&audience));
    exchange.expect_that(
        is_for_api,
        &claim("aud"),
        &audience.to_string(),
        actual.clone(),
    )?;
    let id = &jwt.claims["jti"];
    let has_id = id.as_str().is_some_and(|id| !id.is_empty());
    exchange.expect_that(has_id, &claim("jti"), "an id", id.clone())?;
    let lifetime = exchange.number_at("/expires_in")?;
    let issued_at = jwt.claims["iat"].as_u64().unwrap_or_default();
    exchange.expect(
        &claim("exp"),
        &json!(issued_at + lifetime),
        &jwt.claims["exp"],
    )
}

fn claim(name: &str) -> String {
    format!("claim {name} of $.access_token")
}

/// The header names a published key that has signed the token, and no private key is published.
fn is_signed(exchange: &Exchange, jwt: &Jwt, keys: &Exchange) -> Outcome {
    let at = |name: &str| format!("header {name} of $.access_token");
    exchange.expect(&at("typ"), &json!("at+jwt"), &jwt.header["typ"])?;
    let listed = keys.at("/keys");
    let listed = listed.as_array().map_or(&[][..], Vec::as_slice);
    let is_public = listed.iter().all(|key| key[PRIVATE].is_null());
    keys.expect_that(is_public, "$.keys", "public keys", json!("a private key"))?;
    let id = &jwt.header["kid"];
    let key = find_key(listed, id).ok_or_else(|| unknown_key(exchange, &at("kid"), id, listed))?;
    exchange.expect(&at("alg"), &key["alg"], &jwt.header["alg"])?;
    exchange.expect_that(
        jwt.is_signed_by(key),
        "signature of $.access_token",
        "a signature of the key that `kid` names",
        json!("another signature"),
    )
}

fn find_key<'a>(keys: &'a [Value], id: &Value) -> Option<&'a Value> {
    keys.iter()
        .find(|key| key["kid"].is_string() && key["kid"] == *id)
}

fn unknown_key(exchange: &Exchange, at: &str, id: &Value, keys: &[Value]) -> NotPassed {
    let ids: Vec<_> = keys.iter().map(|key| &key["kid"]).collect();
    let expected = json!({"one of": ids});
    exchange.violation(at, expected, id.clone(), "names no key of the JWKS")
}
