//! Every check is proven by a bug that it catches.
//!
//! A mutant is the faithful server with one bug. It must be caught by the check it is meant for, and
//! every check must be meant by one. The whole matrix is a snapshot, so that a check that begins to
//! sound for a bug that is not its own shows in review.

use std::{collections::BTreeSet, fmt::Write};

use axum::body::Bytes;
use contract_tests::{Selection, checks::CHECKS};
use futures_util::{StreamExt, stream};
use http::{Method, header};
use schemas::OperationId;
use serde_json::{Value, json};

use crate::target::{Answer, Ask, Bug, FAITHFUL, judge_some, red, start};

/// A server with one bug.
struct Mutant {
    /// The bug, in words.
    bug: &'static str,
    /// The check that is meant to catch it.
    caught_by: &'static str,
    how: Bug,
}

const fn asks(bug: &'static str, caught_by: &'static str, request: fn(&mut Ask)) -> Mutant {
    Mutant {
        bug,
        caught_by,
        how: Bug {
            request,
            ..FAITHFUL
        },
    }
}

const fn answers(
    bug: &'static str,
    caught_by: &'static str,
    response: fn(&Ask, &mut Answer),
) -> Mutant {
    Mutant {
        bug,
        caught_by,
        how: Bug {
            response,
            ..FAITHFUL
        },
    }
}

fn is_list(ask: &Ask) -> bool {
    ask.is(&Method::GET, "/orders")
}

fn is_create(ask: &Ask) -> bool {
    ask.is(&Method::POST, "/orders")
}

fn is_results(ask: &Ask) -> bool {
    ask.is(&Method::GET, "*/results")
}

fn bearer_is(ask: &Ask, what: impl Fn(&str) -> bool) -> bool {
    ask.authorization()
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(what)
}

fn rename(object: &mut Value, old: &str, new: &str) {
    if let Some(value) = object.as_object_mut().and_then(|fields| fields.remove(old)) {
        object[new] = value;
    }
}

/// Takes a parameter out of the query, where it is.
fn ignore_parameter(ask: &mut Ask, name: &str) {
    if !ask.query().contains(name) {
        return;
    }
    let pairs = url::form_urlencoded::parse(ask.query().as_bytes());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.filter(|(known, _)| known != name))
        .finish();
    let target = format!("{}?{query}", ask.path());
    ask.set_target(&target);
}

/// Takes a field out of the body, where it is.
fn ignore_field(ask: &mut Ask, name: &str) {
    if let Ok(Value::Object(mut body)) = serde_json::from_slice(&ask.body)
        && body.remove(name).is_some()
    {
        ask.body = Value::Object(body).to_string().into();
    }
}

const UNKNOWN: &str = "lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe";

#[rustfmt::skip]
const MUTANTS: &[Mutant] = &[
    answers("results answer 500", "PRV-SUCCESS", |ask, answer| if is_results(ask) && answer.status == 200 { answer.set_status(500) }),
    answers("creating answers 200 instead of 201", "PRV-SUCCESS", |_, answer| if answer.status == 201 { answer.set_status(200) }),
    answers("the list is called items", "PRV-SCHEMA", |ask, answer| if is_list(ask) { answer.edit_success(|body| rename(body, "orders", "items")) }),
    answers("an order has no title", "PRV-SCHEMA", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| rename(body, "title", "name")) }),
    answers("JSON is declared as text", "PRV-SCHEMA", |ask, answer| if is_results(ask) { answer.set_header("content-type", "text/plain") }),
    answers("404 has no entity_type", "PRV-404-UNKNOWN", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") { answer.edit(|body| rename(body, "entity_type", "type")) }),
    asks("limit is ignored", "PRV-LIST-LIMIT", |ask| if is_list(ask) && ask.query() == "limit=1" { ask.set_target("/api/v1/orders?limit=2") }),
    answers("total is the number of rows", "PRV-LIST-LIMIT", |ask, answer| if is_list(ask) { answer.edit_success(|body| body["total"] = body["orders"].as_array().map_or(0, Vec::len).into()) }),
    asks("offset is off by one", "PRV-LIST-PAGES", |ask| if ask.query() == "limit=1&offset=1" { ask.set_target("/api/v1/orders?limit=1&offset=0") }),
    asks("the second page skips a row", "PRV-LIST-PAGES", |ask| if ask.query() == "limit=1&offset=1" { ask.set_target("/api/v1/orders?limit=1&offset=2") }),
    asks("a blacklist keeps its old name", "PRV-WRITE-READ", |ask| if ask.head.method == Method::PATCH && ask.body.starts_with(b"{\"description") { ask.body = r#"{"description": null}"#.into(); }),
    answers("deleting twice is fine", "PRV-DELETE-FINAL", |ask, answer| if ask.head.method == Method::DELETE && answer.is_error("ENTITY_NOT_FOUND") { answer.set_status(204); answer.body = Bytes::default(); }),
    asks("a discovery order drops its companies", "PRV-ORDER-DISCOVERY", |ask| if is_create(ask) && String::from_utf8_lossy(&ask.body).contains("DISCOVERY") {
        let mut body: Value = serde_json::from_slice(&ask.body).unwrap();
        body.as_object_mut().unwrap().remove("companies");
        ask.body = body.to_string().into();
    }),
    answers("a new order is COMPLETED", "PRV-ORDER-READBACK", |ask, answer| if is_create(ask) { answer.edit_success(|body| if body["status"] == "RECEIVED" { body["status"] = json!("COMPLETED"); }) }),
    answers("a new order has no Location", "PRV-ORDER-READBACK", |_, answer| { answer.headers.remove(header::LOCATION); }),
    answers("a title is read back in upper case", "PRV-ORDER-READBACK", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| if let Some(title) = body["title"].as_str() { body["title"] = json!(title.to_uppercase()); }) }),
    answers("ACCEPTED is left out", "PRV-ORDER-PROGRESS", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| if body["status"] == "ACCEPTED" { body["status"] = json!("IN_PROGRESS"); }) }),
    answers("results of an unfinished order are empty", "PRV-RESULTS-EARLY", |ask, answer| if is_results(ask) && answer.status == 409 {
        answer.set_status(200);
        answer.body = json!({"order_id": "1", "results": [], "total": 0, "limit": 50, "offset": 0}).to_string().into();
    }),
    answers("source_id is lost", "PRV-RESULTS-SOURCE", |ask, answer| if is_results(ask) { answer.edit_success(|body| for result in body["results"].as_array_mut().into_iter().flatten() { result["source_id"] = Value::Null; }) }),
    answers("discovered companies have a source_id", "PRV-RESULTS-SOURCE", |ask, answer| if is_results(ask) { answer.edit_success(|body| for result in body["results"].as_array_mut().into_iter().flatten() { if result["source_id"].is_null() { result["source_id"] = json!("x"); } }) }),
    asks("a discovery ignores its prospect search", "PRV-DISCOVERY-SEARCH", |ask| if is_create(ask) { ignore_field(ask, "prospect_search_id") }),
    asks("a discovery ignores its blacklists", "PRV-DISCOVERY-BLACKLIST", |ask| if is_create(ask) { ignore_field(ask, "blacklist_ids") }),
    asks("every order has delivered what any has", "PRV-DELIVERY", |ask| ignore_parameter(ask, "order_id")),
    answers("a stale change is answered with 200", "PRV-VERSION-STALE", |ask, answer| if ask.head.method == Method::PATCH && answer.status == 409 { answer.set_status(200) }),
    answers("nobody is told what was left out", "PRV-VERSION-STRIPPED", |ask, answer| if ask.head.method == Method::PATCH { answer.edit_success(|body| if body["stripped_fields"].is_array() { body["stripped_fields"] = json!([]); }) }),
    asks("update_mask is ignored", "PRV-VERSION-MASK", |ask| if ask.head.method == Method::PATCH { ignore_field(ask, "update_mask") }),
    answers("a prospect search shows no blacklist", "PRV-SEARCH-BLACKLISTS", |ask, answer| if ask.is(&Method::GET, "*/blacklists") && ask.path().contains("prospect-searches") { answer.edit_success(|body| body["items"] = json!([])) }),
    asks("min_match_score is ignored", "PRV-FILTER-SCORE", |ask| ignore_parameter(ask, "min_match_score")),
    asks("review_status is ignored", "PRV-FILTER-REVIEW", |ask| ignore_parameter(ask, "review_status")),
    asks("prospect_search_id is ignored", "PRV-FILTER-SEARCH-ID", |ask| ignore_parameter(ask, "prospect_search_id")),
    asks("search is ignored", "PRV-FILTER-TEXT", |ask| ignore_parameter(ask, "search")),
    asks("company_id is ignored", "PRV-FILTER-COMPANY", |ask| ignore_parameter(ask, "company_id")),
    asks("delivered_since is ignored", "PRV-FILTER-SINCE", |ask| ignore_parameter(ask, "delivered_since")),
    asks("reading results needs no key", "PRV-401-MISSING", |ask| if is_results(ask) && ask.authorization().is_none() { ask.let_in() }),
    answers("a missing key is 403", "PRV-401-MISSING", |ask, answer| if ask.is_api() && ask.authorization().is_none() && answer.status == 401 { answer.set_status(403) }),
    asks("any scheme is good", "PRV-401-SCHEME", |ask| if let Some(key) = ask.authorization().and_then(|value| value.strip_prefix("Token ")) {
        let value = format!("Bearer {key}").parse().unwrap();
        ask.head.headers.insert(header::AUTHORIZATION, value);
    }),
    asks("keys of 31 characters are good", "PRV-401-MALFORMED", |ask| if bearer_is(ask, |key| key.len() == 40) { ask.let_in() }),
    answers("a malformed key is 400", "PRV-401-MALFORMED", |ask, answer| if bearer_is(ask, |key| key.len() != 41) && answer.status == 401 { answer.set_status(400) }),
    asks("unknown keys may create orders", "PRV-401-UNKNOWN", |ask| if is_create(ask) && bearer_is(ask, |key| key == UNKNOWN) { ask.let_in() }),
    asks("revocation does nothing", "PRV-401-REVOKED", |ask| if ask.path().ends_with("/revoke") { let target = ask.path().trim_end_matches("/revoke").rsplit_once('/').unwrap().0.to_owned(); ask.head.method = Method::GET; ask.set_target(&target) }),
    asks("expiry is ignored", "PRV-401-EXPIRED", |ask| if ask.path().ends_with("/keys") {
        let mut body: Value = serde_json::from_slice(&ask.body).unwrap();
        body.as_object_mut().unwrap().remove("expires_in");
        ask.body = body.to_string().into();
    }),
    asks("live keys are good", "PRV-401-LIVE", |ask| if bearer_is(ask, |key| key.starts_with("lnc_live_")) { ask.let_in() }),
    answers("a 401 tells that a key is unknown", "PRV-401-SAME", |ask, answer| if bearer_is(ask, |key| key == UNKNOWN) { answer.edit(|body| body["message"] = json!("Unknown key")) }),
    answers("a 401 has no challenge", "PRV-401-CHALLENGE", |_, answer| { answer.headers.remove(header::WWW_AUTHENTICATE); }),
    answers("a 401 for an unknown key has a header of its own", "PRV-401-CHALLENGE", |ask, answer| if bearer_is(ask, |key| key == UNKNOWN) { answer.set_header("x-reason", "unknown") }),
    asks("revoking a key revokes the next one, too", "PRV-REVOKE-NOW", |ask| if ask.path().ends_with("key_1/revoke") { let target = ask.path().replace("key_1", "key_2"); ask.set_target(&target) }),
    asks("keys expire a second late", "PRV-EXPIRE-NOW", |ask| if ask.path().ends_with("/keys") { ask.body = String::from_utf8_lossy(&ask.body).replace("60s", "61s").into() }),
    asks("keys expire a second early", "PRV-EXPIRE-NOW", |ask| if ask.path().ends_with("/keys") { ask.body = String::from_utf8_lossy(&ask.body).replace("60s", "59s").into() }),
    asks("creating orders needs no scope", "PRV-403-SCOPE", |ask| if ask.path().ends_with("/keys") { ask.body = String::from_utf8_lossy(&ask.body).replace(r#""orders:read","#, r#""orders:read","orders:write","#).into() }),
    answers("detail is called details", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| rename(body, "detail", "details")) }),
    answers("the message names no scope", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| body["message"] = json!("Forbidden")) }),
    answers("user_scopes is empty", "PRV-403-SCOPE", |_, answer| if answer.status == 403 { answer.edit(|body| body["detail"]["user_scopes"] = json!([])) }),
    asks("reading an order needs orders:write, too", "PRV-403-OPENS", |ask| if ask.path().ends_with("/keys") { ask.body = String::from_utf8_lossy(&ask.body).replace(r#"["orders:read"]"#, r#"["companies:read"]"#).into() }),
    answers("the 429 code is upper case", "PRV-429-SHAPE", |_, answer| if answer.status == 429 { answer.edit(|body| body["code"] = json!("RATE_LIMIT_EXCEEDED")) }),
    answers("Retry-After is a date", "PRV-429-SHAPE", |_, answer| if answer.status == 429 { answer.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT") }),
    answers("there is no Retry-After", "PRV-429-SHAPE", |_, answer| { answer.headers.remove(header::RETRY_AFTER); }),
    answers("the window is said to end later", "PRV-429-COUNT", |_, answer| if answer.status == 200 && answer.headers.contains_key("x-ratelimit-reset") { answer.set_header("x-ratelimit-reset", "1999999999") }),
    answers("the limit is said to be higher", "PRV-429-COUNT", |_, answer| if answer.headers.contains_key("x-ratelimit-limit") { answer.set_header("x-ratelimit-limit", "9") }),
    answers("Retry-After is a second short", "PRV-429-RECOVERY", |_, answer| if answer.status == 429 { answer.set_header("retry-after", "3599") }),
    answers("Retry-After is a second long", "PRV-429-RECOVERY", |_, answer| if answer.status == 429 { answer.set_header("retry-after", "3601") }),
    answers("a fresh key has less than its whole quota", "PRV-429-PER-KEY", |_, answer| if answer.headers.get("x-ratelimit-remaining").is_some_and(|left| left == "4") { answer.set_header("x-ratelimit-remaining", "3") }),
    answers("a 401 uses up the quota of its organization", "PRV-429-BAD-KEYS", |ask, answer| {
        let Some(organization) = ask.authorization().and_then(|value| value.get(value.len() - 6..)) else { return };
        let mut memory = ask.memory.lock().unwrap();
        let used = memory.entry(organization.to_owned()).or_default();
        *used += i64::from(answer.status == 401);
        if let Some(left) = answer.headers.get("x-ratelimit-remaining").and_then(|left| left.to_str().ok()?.parse::<i64>().ok()) {
            answer.set_header("x-ratelimit-remaining", &(left - *used).max(0).to_string());
        }
    }),
    answers("an unknown id is 400", "PRV-404-UNKNOWN", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") { answer.set_status(400) }),
    answers("another organization's order is told apart", "PRV-404-FOREIGN", |ask, answer| if answer.is_error("ENTITY_NOT_FOUND") && !ask.path().contains("00000000") { answer.edit(|body| body["message"] = json!("this order is not yours")) }),
    answers("an unknown path has the error of an unknown id", "PRV-404-ROUTE", |_, answer| if answer.is_error("NOT_FOUND") { answer.edit(|body| body["code"] = json!("ENTITY_NOT_FOUND")) }),
    answers("405 has no Allow", "PRV-405-ALLOW", |_, answer| { answer.headers.remove(header::ALLOW); }),
    answers("Allow forgets POST", "PRV-405-ALLOW", |_, answer| if answer.headers.contains_key(header::ALLOW) { answer.set_header("allow", "GET, HEAD, OPTIONS") }),
    asks("HEAD needs no key", "PRV-HEAD", |ask| if ask.head.method == Method::HEAD { ask.let_in() }),
    answers("HEAD is not allowed", "PRV-HEAD", |ask, answer| if ask.head.method == Method::HEAD && answer.status == 200 { answer.set_status(405) }),
    answers("a slash at the end is not found", "PRV-SLASH", |ask, answer| if ask.path().ends_with("orders/") && answer.status == 200 { answer.set_status(404) }),
    asks("a slash at the end needs no key", "PRV-SLASH", |ask| if ask.path().ends_with('/') && ask.authorization().is_none() { ask.let_in() }),
    asks("Bearer must be spelled so", "PRV-SCHEME-CASE", |ask| if ask.authorization().is_some_and(|value| !value.starts_with("Bearer")) { ask.head.headers.remove(header::AUTHORIZATION); }),
    answers("a GET may have no Content-Type", "PRV-GET-TYPE", |ask, answer| if is_list(ask) && ask.head.headers.contains_key(header::CONTENT_TYPE) && answer.status == 200 { answer.set_status(415) }),
    answers("validation errors name no field", "PRV-VALIDATION-BODY", |ask, answer| if is_create(ask) && answer.is_error("VALIDATION_ERROR") { answer.edit(|body| for error in body["detail"]["validation_errors"].as_array_mut().unwrap() { error["field"] = json!("body"); }) }),
    answers("validation errors have another code", "PRV-VALIDATION-BODY", |ask, answer| if is_create(ask) && answer.is_error("VALIDATION_ERROR") { answer.edit(|body| body["code"] = json!("CONFLICT")) }),
    asks("unknown parameters are ignored", "PRV-VALIDATION-QUERY", |ask| if ask.query() == "colour=red" { let path = ask.path().to_owned(); ask.set_target(&path) }),
    answers("broken JSON is a validation error", "PRV-VALIDATION-JSON", |_, answer| if answer.is_error("INVALID_JSON") { answer.edit(|body| body["code"] = json!("INVALID_REQUEST")) }),
    asks("any media type is good", "PRV-VALIDATION-TYPE", |ask| if ask.head.headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "text/plain") { ask.head.headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap()); }),
    asks("a company too many is dropped", "PRV-VALIDATION-SIZE", |ask| if is_create(ask) && ask.body.len() > 310_000 {
        let mut body: Value = serde_json::from_slice(&ask.body).unwrap();
        body["companies"].as_array_mut().unwrap().truncate(10_000);
        ask.body = body.to_string().into();
    }),
    answers("an unknown id is given back unmasked", "PRV-SECRET", |ask, answer| { let id = ask.path().rsplit('/').next().unwrap_or_default().to_owned(); if answer.is_error("ENTITY_NOT_FOUND") { answer.edit(|body| body["identifier"] = json!(id)); } }),
];

/// A few operations that every check has something to say of; the mutants' bugs are theirs.
fn some_operations() -> Selection {
    Selection {
        operations: [
            OperationId::ListOrders,
            OperationId::CreateOrder,
            OperationId::GetOrder,
            OperationId::GetOrderResults,
            OperationId::UpdateBlacklist,
            OperationId::DeleteBlacklist,
        ]
        .map(OperationId::operation)
        .to_vec(),
        ..Selection::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mutant_is_caught_by_the_check_it_is_meant_for() {
    let selection = &some_operations();
    let judged = stream::iter(MUTANTS)
        .map(|mutant| async move {
            let (_, run) = judge_some(start(mutant.how).await, selection, |_| {}).await;
            (mutant, red(&run))
        })
        .buffered(2)
        .collect::<Vec<_>>()
        .await;
    let mut matrix = String::new();
    for (mutant, red) in &judged {
        writeln!(matrix, "{}\n  {}", mutant.bug, red.join(" ")).unwrap();
    }
    insta::assert_snapshot!(matrix);
    for (mutant, red) in judged {
        assert!(
            red.contains(&mutant.caught_by),
            "{}: {} is green; red are {red:?}",
            mutant.bug,
            mutant.caught_by
        );
    }
}

#[test]
fn every_check_is_proven_by_a_mutant() {
    let meant: BTreeSet<_> = MUTANTS.iter().map(|mutant| mutant.caught_by).collect();
    let checks: BTreeSet<_> = CHECKS.iter().map(|check| check.id).collect();
    assert_eq!(checks, meant);
}
