//! What every answer and every list is like.

use axum::body::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{Mutant, answers, asks, fine, is_create, is_list, is_results, meets, rename, rows};

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("results answer 500", "PRV-SUCCESS", |ask, answer| if is_results(ask) && answer.status == 200 { answer.set_status(500) }),
    answers("creating answers 200 instead of 201", "PRV-SUCCESS", |_, answer| if answer.status == 201 { answer.set_status(200) }),
    answers("the list is called data", "PRV-SCHEMA", |ask, answer| if is_list(ask) { answer.edit_success(|body| rename(body, "orders", "data")) }),
    answers("an order has no title", "PRV-SCHEMA", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| rename(body, "title", "name")) }),
    answers("JSON is declared as text", "PRV-SCHEMA", |ask, answer| if is_results(ask) { answer.set_header("content-type", "text/plain") }),
    answers("404 has no entity_type", "PRV-404-UNKNOWN", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") { answer.edit(|body| rename(body, "entity_type", "type")) }),
    asks("limit is ignored", "PRV-LIST-LIMIT", |ask| if is_list(ask) && ask.query() == "limit=1" { ask.set_target("/api/v1/orders?limit=2") }),
    answers("total is the number of rows", "PRV-LIST-LIMIT", |ask, answer| if is_list(ask) { answer.edit_success(|body| body["total"] = body["orders"].as_array().map_or(0, Vec::len).into()) }),
    asks("offset is off by one", "PRV-LIST-PAGES", |ask| if ask.query() == "limit=1&offset=1" { ask.set_target("/api/v1/orders?limit=1&offset=0") }),
    asks("the second page skips a row", "PRV-LIST-PAGES", |ask| if ask.query() == "limit=1&offset=1" { ask.set_target("/api/v1/orders?limit=1&offset=2") }),
    asks("an id that is encoded is another one", "PRV-ID-ENCODED", |ask| if ask.path().contains('%') { let target = ask.path().replace('%', "%25"); ask.set_target(&target) }),
    asks("a blacklist keeps its old name", "PRV-WRITE-READ", |ask| if ask.head.method == Method::PATCH && ask.body.starts_with(b"{\"description") { ask.body = r#"{"description": null}"#.into(); }),
    answers("deleting twice is fine", "PRV-DELETE-FINAL", |ask, answer| if ask.head.method == Method::DELETE && answer.is_error("ENTITY_NOT_FOUND") { answer.set_status(204); answer.body = Bytes::default(); }),
    meets("a 204 has a body", "PRV-204-EMPTY", "DELETE body_where_none;status=204").by(&["PRV-204-EMPTY"]),
    answers("an unknown id gets a page of HTML", "PRV-404-UNKNOWN", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") {
        answer.set_header("content-type", "text/html");
        answer.body = Bytes::from_static(b"<!doctype html><title>Not found</title>");
    }),
    answers("errors are declared as text", "PRV-SCHEMA", |ask, answer| if is_list(ask) && !answer.status.is_success() { answer.set_header("content-type", "text/plain") }),
    answers("a number is a text", "PRV-SCHEMA", |ask, answer| if is_list(ask) { answer.edit_success(|body| body["total"] = json!(body["total"].to_string())) }),
    answers("a time has no zone", "PRV-SCHEMA", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| body["created_at"] = json!("2026-01-15T09:00:00")) }),
    answers("what must be there is null", "PRV-SCHEMA", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| body["title"] = Value::Null) }),
    answers("a status has a word that nobody knows", "PRV-SCHEMA", |ask, answer| if is_list(ask) { answer.edit_success(|body| for order in rows(body, "orders") { order["status"] = json!("DONE"); }) }),
    answers("total is one less from the second page on", "PRV-LIST-PAGES", |ask, answer| if is_list(ask) && ask.query().contains("offset=") && !ask.query().ends_with("offset=0") { answer.edit_success(|body| body["total"] = json!(body["total"].as_i64().unwrap_or_default() - 1)) }),
    asks("everybody lists the orders of one organization", "PRV-LIST-FOREIGN", |ask| if is_list(ask) { ask.let_in() }).by(&["PRV-LIST-FOREIGN", "PRV-ORDER-READBACK"]),
    fine("an object says more than it must", |ask, answer| if ask.is_api() { answer.edit_success(|body| if body.is_object() { body["colour"] = json!("red"); }) }),
    answers("an unknown id is 400", "PRV-404-UNKNOWN", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") { answer.set_status(400) }),
    answers("an unknown prospect search of an order is a validation error", "PRV-404-REFERENCE", |ask, answer| if is_create(ask) && answer.is_error("ENTITY_NOT_FOUND") { answer.set_status(422) }),
    answers("another organization's order is told apart", "PRV-404-FOREIGN", |ask, answer| if answer.is_error("ENTITY_NOT_FOUND") && !ask.path().contains("00000000") { answer.edit(|body| body["message"] = json!("this order is not yours")) }),
];
