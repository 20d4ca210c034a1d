//! Who is let in, and what a key may do.

use std::time::Duration;

use http::{Method, header};
use serde_json::json;

use super::{Mutant, answers, asks, is_create, is_results, mints, rename};
use crate::selftest::target::Ask;

/// The key that nobody has, which checks present.
const UNKNOWN: &str = "lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe";

fn bearer_is(ask: &Ask, what: impl Fn(&str) -> bool) -> bool {
    ask.bearer().is_some_and(what)
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
    asks("unknown keys may create orders", "PRV-401-UNKNOWN", |ask| if is_create(ask) && bearer_is(ask, |key| key == UNKNOWN) { ask.let_in() }),
    asks("revocation does nothing", "PRV-401-REVOKED", |ask| if ask.path().ends_with("/revoke") {
        let key = ask.path().trim_end_matches("/revoke").to_owned();
        let all = key.rsplit_once('/').map_or("", |(all, _)| all);
        ask.set_target(all);
        ask.head.method = Method::GET;
    }),
    asks("expiry is ignored", "PRV-401-EXPIRED", |ask| if mints(ask) { super::ignore_field(ask, "expires_in") }),
    asks("live keys are good", "PRV-401-LIVE", |ask| if bearer_is(ask, |key| key.starts_with("lnc_live_")) { ask.let_in() }),
    answers("a 401 tells that a key is unknown", "PRV-401-SAME", |ask, answer| if bearer_is(ask, |key| key == UNKNOWN) { answer.edit(|body| body["message"] = json!("Unknown key")) }),
    answers("a 401 has no challenge", "PRV-401-CHALLENGE", |_, answer| { answer.headers.remove(header::WWW_AUTHENTICATE); }),
    answers("a 401 for an unknown key has a header of its own", "PRV-401-CHALLENGE", |ask, answer| if bearer_is(ask, |key| key == UNKNOWN) { answer.set_header("x-reason", "unknown") }),
    answers("a key that once worked is 403", "PRV-401-REVOKED", |ask, answer| if answer.status == 401 && bearer_is(ask, |key| key != UNKNOWN && key.starts_with("lnc_test_") && key.len() == 41) { answer.set_status(403) }),
    answers("a 401 takes longer for a key that once worked", "PRV-401-TIME", |ask, answer| if answer.status == 401 && bearer_is(ask, |key| key != UNKNOWN && key.starts_with("lnc_test_") && key.len() == 41) { answer.delay = Duration::from_millis(200) }),
    asks("a revoked key goes on for five seconds", "PRV-REVOKE-NOW", |ask| if ask.path().ends_with("/revoke") {
        let target = ask.path().replace("/revoke", "/rotate");
        ask.set_target(&target);
        ask.body = r#"{"overlap": "5s"}"#.into();
    }),
    asks("revoking a key revokes the next one, too", "PRV-REVOKE-NOW", |ask| if ask.path().ends_with("key_1/revoke") { let target = ask.path().replace("key_1", "key_2"); ask.set_target(&target) }),
    asks("keys expire a second late", "PRV-EXPIRE-NOW", |ask| if mints(ask) { ask.replace("60s", "61s") }),
    asks("keys expire a second early", "PRV-EXPIRE-NOW", |ask| if mints(ask) { ask.replace("60s", "59s") }),
    asks("creating orders needs no scope", "PRV-403-SCOPE", |ask| if mints(ask) { ask.replace(r#""orders:read","#, r#""orders:read","orders:write","#) }),
    answers("detail is called info", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| rename(body, "detail", "info")) }),
    answers("the message names no scope", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| body["message"] = json!("Forbidden")) }),
    answers("user_scopes is empty", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| body["detail"]["user_scopes"] = json!([])) }),
    asks("reading an order needs orders:write, too", "PRV-403-OPENS", |ask| if mints(ask) { ask.replace(r#"["orders:read"]"#, r#"["companies:read"]"#) }),
    answers("an unknown id is given back unmasked", "PRV-SECRET", |ask, answer| { let id = ask.path().rsplit('/').next().unwrap_or_default().to_owned(); if answer.is_error("ENTITY_NOT_FOUND") { answer.edit(|body| body["identifier"] = json!(id)); } }),
];
