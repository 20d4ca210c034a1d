//! Who is let in, and what a key may do.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use http::{Method, header};
use schemas::key::ApiKey;
use serde_json::{Value, json};

use super::{
    Mutant, answers, asks, both, ignore_parameter, is_create, is_results, known, mints,
    organization, rename,
};
use crate::selftest::target::Ask;

/// A key that no organization has.
const NOBODYS: &str = "lnc_test_NoSuchKeyNoSuchKeyNoSuchKey00000";

fn bearer_is(ask: &Ask, what: impl Fn(&str) -> bool) -> bool {
    ask.bearer().is_some_and(what)
}

/// Whether a well-formed key of this environment was presented.
fn is_formed(ask: &Ask) -> bool {
    bearer_is(ask, |key| {
        ApiKey::parse(key).is_ok() && key.starts_with("lnc_test_")
    })
}

/// A well-formed key that there is not.
fn is_unknown(ask: &Ask) -> bool {
    is_formed(ask) && !known::is_key(ask)
}

/// Makes keys that are to expire do so some seconds later.
fn expire_later(ask: &mut Ask, by: i64) {
    if mints(ask) {
        ask.edit(|body| {
            let seconds = body["expires_in"]
                .as_str()
                .and_then(|text| text.strip_suffix('s')?.parse::<i64>().ok());
            if let Some(seconds) = seconds {
                body["expires_in"] = json!(format!("{}s", seconds + by));
            }
        });
    }
}

/// The path without its percent-encoding.
fn decoded(ask: &Ask) -> String {
    percent_encoding::percent_decode_str(ask.path())
        .decode_utf8_lossy()
        .into_owned()
}

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    asks("reading results needs no key", "PRV-401-MISSING", |ask| if is_results(ask) && ask.authorization().is_none() { ask.let_in() }),
    answers("a missing key is 403", "PRV-401-MISSING", |ask, answer| if ask.is_api() && ask.authorization().is_none() && answer.status == 401 { answer.set_status(403) }),
    asks("any scheme is good", "PRV-401-SCHEME", |ask| if let Some(key) = ask.authorization().and_then(|value| value.strip_prefix("Token ")) {
        let value = format!("Bearer {key}");
        ask.set_header(header::AUTHORIZATION, &value);
    }),
    asks("keys of 31 characters are good", "PRV-401-MALFORMED", |ask| if bearer_is(ask, |key| key.len() == 40) { ask.let_in() }),
    answers("a malformed key is 400", "PRV-401-MALFORMED", |ask, answer| if bearer_is(ask, |key| key.len() != 41) && answer.status == 401 { answer.set_status(400) }),
    both("unknown keys may create orders", "PRV-401-UNKNOWN", |ask| if is_create(ask) && is_unknown(ask) { ask.let_in() }, |ask, answer| known::take_key(ask, answer)),
    asks("revocation does nothing", "PRV-401-REVOKED", |ask| if ask.path().ends_with("/revoke") {
        let key = ask.path().trim_end_matches("/revoke").to_owned();
        let all = key.rsplit_once('/').map_or("", |(all, _)| all);
        ask.set_target(all);
        ask.head.method = Method::GET;
    }),
    asks("expiry is ignored", "PRV-401-EXPIRED", |ask| if mints(ask) { super::ignore_field(ask, "expires_in") }),
    asks("live keys are good", "PRV-401-LIVE", |ask| if bearer_is(ask, |key| key.starts_with("lnc_live_")) { ask.let_in() }),
    answers("a 401 tells that a key is unknown", "PRV-401-SAME", |ask, answer| {
        known::take_key(ask, answer);
        if is_unknown(ask) { answer.edit(|body| body["message"] = json!("Unknown key")) }
    }),
    answers("a 401 has no challenge", "PRV-401-CHALLENGE", |_, answer| { answer.headers.remove(header::WWW_AUTHENTICATE); }),
    answers("a 401 for an unknown key has a header of its own", "PRV-401-CHALLENGE", |ask, answer| {
        known::take_key(ask, answer);
        if is_unknown(ask) { answer.set_header("x-reason", "unknown") }
    }),
    answers("a key that once worked is 403", "PRV-401-REVOKED", |ask, answer| {
        known::take_key(ask, answer);
        if answer.status == 401 && known::is_key(ask) { answer.set_status(403) }
    }),
    answers("a 401 takes longer for a key that once worked", "PRV-401-TIME", |ask, answer| {
        known::take_key(ask, answer);
        if answer.status == 401 && known::is_key(ask) { answer.delay = Duration::from_millis(200) }
    }),
    asks("a key in the query is good", "PRV-401-QUERY", |ask| if ask.authorization().is_none() && let Some(key) = ask.parameter("api_key") {
        ignore_parameter(ask, "api_key");
        ask.present(&key);
    }),
    asks("a key in X-API-Key is good", "PRV-401-HEADER", |ask| if let Some(key) = ask.head.headers.get("x-api-key").and_then(|key| key.to_str().ok().map(ToOwned::to_owned)) { ask.present(&key) }),
    asks("a key in a cookie is good", "PRV-401-HEADER", |ask| if let Some(key) = ask.head.headers.get(header::COOKIE).and_then(|value| value.to_str().ok()?.strip_prefix("api_key=").map(ToOwned::to_owned)) { ask.present(&key) }),
    both("the case of a key is ignored", "PRV-401-CASE", |ask| if let Some(key) = known::key_in_any_case(ask) { ask.present(&key) }, |ask, answer| known::take_key(ask, answer)),
    answers("a body that is no JSON is refused before the key is looked at", "PRV-401-FIRST", |ask, answer| if answer.status == 401 && !ask.body.is_empty() && serde_json::from_slice::<Value>(&ask.body).is_err() {
        answer.set_status(400);
        answer.set_body(&json!({"code": "INVALID_JSON", "message": "The body is not valid JSON"}));
    }),
    asks("a path that is encoded needs no key", "PRV-401-SPELLING", |ask| if ask.is_api() && ask.path().contains('%') && ask.authorization().is_none() {
        let path = decoded(ask);
        ask.set_target(&path);
        ask.let_in();
    }),
    asks("a path with two slashes needs no key", "PRV-401-SPELLING", |ask| if ask.is_api() && ask.path().contains("//") && ask.authorization().is_none() {
        let path = ask.path().replace("//", "/");
        ask.set_target(&path);
        ask.let_in();
    }),
    asks("a revoked key goes on for five seconds", "PRV-REVOKE-NOW", |ask| if ask.path().ends_with("/revoke") {
        let target = ask.path().replace("/revoke", "/rotate");
        ask.set_target(&target);
        ask.body = r#"{"overlap": "5s"}"#.into();
    }),
    both("revoking a key revokes all of its organization", "PRV-REVOKE-NOW",
        |ask| if ask.remember(|memory| memory.texts.contains(&organization(ask))) { ask.present(NOBODYS) },
        |ask, answer| if ask.path().ends_with("/revoke") && answer.status.is_success() {
            let organization = ask.path().split('/').nth(3).unwrap_or_default().to_owned();
            ask.remember(|memory| memory.texts.insert(organization));
        }),
    asks("keys expire a second late", "PRV-EXPIRE-NOW", |ask| expire_later(ask, 1)),
    asks("keys expire a second early", "PRV-EXPIRE-NOW", |ask| expire_later(ask, -1)),
    both("creating orders needs no scope", "PRV-403-SCOPE", |ask| if is_create(ask) && let Some(key) = known::whole_key(ask) { ask.present(&key) }, |ask, answer| known::take_key(ask, answer)),
    answers("an object that is not there is 404 before the scope is looked at", "PRV-403-FIRST", |ask, answer| {
        known::take_ids(ask, answer);
        if answer.status == 403 && ask.path().starts_with("/api/v1/orders/") && !known::is_about_something(ask) {
            answer.set_status(404);
            answer.set_body(&json!({"code": "ENTITY_NOT_FOUND", "message": "There is no such order", "entity_type": "order", "identifier": "1"}));
        }
    }),
    answers("a body that is no JSON is refused before the scope is looked at", "PRV-403-FIRST", |ask, answer| if answer.status == 403 && !ask.body.is_empty() && serde_json::from_slice::<Value>(&ask.body).is_err() {
        answer.set_status(400);
        answer.set_body(&json!({"code": "INVALID_JSON", "message": "The body is not valid JSON"}));
    }),
    answers("detail is called info", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| rename(body, "detail", "info")) }),
    answers("the message names no scope", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| body["message"] = json!("Forbidden")) }),
    answers("user_scopes is empty", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| body["detail"]["user_scopes"] = json!([])) }),
    answers("reading an order needs orders:write, too", "PRV-403-OPENS", |ask, answer| {
        known::take_key(ask, answer);
        if ask.is_get_order() && answer.status == 200 && known::scopes(ask).is_some_and(|held| !held.contains("orders:write")) { answer.set_status(403) }
    }),
    answers("a 403 has the key in a header", "PRV-SECRET", |ask, answer| if answer.status == 403 && let Some(key) = ask.bearer() { answer.set_header("x-caller", key) }),
    answers("answers have a part of the key in base64", "PRV-SECRET", |ask, answer| if ask.is_api() && let Some(key) = ask.bearer() { answer.set_header("x-caller", &BASE64_STANDARD.encode(key)) }),
    answers("an unknown id is given back unmasked", "PRV-SECRET-ECHO", |ask, answer| { let id = ask.path().rsplit('/').next().unwrap_or_default().to_owned(); if answer.is_error("ENTITY_NOT_FOUND") { answer.edit(|body| body["identifier"] = json!(id)); } }),
];
