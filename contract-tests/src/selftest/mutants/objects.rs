//! What every answer and every list is like.

use axum::body::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{
    Mutant, answers, asks, fine, ignore_field, ignore_parameter, is_create, is_list, is_results,
    known, meets, move_page, organization, rename, rows,
};

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("results answer 500", "PRV-SUCCESS", |ask, answer| if is_results(ask) && answer.status == 200 { answer.set_status(500) }),
    answers("creating answers 200 instead of 201", "PRV-SUCCESS", |_, answer| if answer.status == 201 { answer.set_status(200) }),
    answers("the list is called data", "PRV-SCHEMA", |ask, answer| if is_list(ask) { answer.edit_success(|body| rename(body, "orders", "data")) }),
    answers("an order has no title", "PRV-SCHEMA", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| rename(body, "title", "name")) }),
    answers("JSON is declared as text", "PRV-SCHEMA", |ask, answer| if is_results(ask) { answer.set_header("content-type", "text/plain") }),
    answers("404 has no entity_type", "PRV-404-UNKNOWN", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") { answer.edit(|body| rename(body, "entity_type", "type")) }),
    asks("limit is ignored", "PRV-LIST-LIMIT", |ask| if is_list(ask) { ignore_parameter(ask, "limit") }),
    answers("total is the number of rows", "PRV-LIST-LIMIT", |ask, answer| if is_list(ask) { answer.edit_success(|body| body["total"] = body["orders"].as_array().map_or(0, Vec::len).into()) }),
    asks("offset is off by one", "PRV-LIST-PAGES", |ask| if is_list(ask) { move_page(ask, -1) }),
    asks("every page but the first skips a row", "PRV-LIST-PAGES", |ask| if is_list(ask) { move_page(ask, 1) }),
    asks("an id that is encoded is another one", "PRV-ID-ENCODED", |ask| if ask.path().contains('%') { let target = ask.path().replace('%', "%25"); ask.set_target(&target) }),
    asks("a blacklist keeps its old name", "PRV-WRITE-READ", |ask| if ask.head.method == Method::PATCH && ask.path().contains("/blacklists/") { ignore_field(ask, "name") }),
    asks("text is taken for Latin-1", "PRV-WRITE-TEXT", |ask| if ask.is_api() && serde_json::from_slice::<Value>(&ask.body).is_ok() { ask.body = ask.body.iter().map(|byte| char::from(*byte)).collect::<String>().into() }),
    asks("what is beyond the first 65,536 characters is lost", "PRV-WRITE-TEXT", |ask| if ask.is_api() { ask.body = String::from_utf8_lossy(&ask.body).chars().filter(|one| *one <= '\u{ffff}').collect::<String>().into() }),
    answers("a list has other titles than its orders", "PRV-LIST-READ", |ask, answer| if is_list(ask) { answer.edit_success(|body| for order in rows(body, "orders") { order["title"] = json!(order["title"].to_string()); }) }),
    answers("a blacklist that was deleted stays in the list", "PRV-DELETE-LIST", |ask, answer| {
        let organization = organization(ask);
        let (deletes, id) = (ask.head.method == Method::DELETE && answer.status == 204, ask.path().rsplit('/').next().unwrap_or_default());
        let gone: Vec<String> = ask.remember(|memory| {
            if deletes { memory.texts.insert(format!("{organization} {id}")); }
            let gone = memory.texts.iter().filter_map(|text| text.strip_prefix(&format!("{organization} ")));
            gone.map(ToOwned::to_owned).collect()
        });
        if ask.is(&Method::GET, "/blacklists") {
            answer.edit_success(|body| if let Some(items) = body["items"].as_array_mut() {
                items.extend(gone.iter().map(|id| json!({"id": id, "name": "Customers", "description": null, "entry_count": 0, "created_at": "2026-01-15T09:00:00Z", "updated_at": "2026-01-15T09:00:00Z"})));
            });
        }
    }),
    answers("what was deleted is still counted", "PRV-DELETE-LIST", |ask, answer| {
        let organization = organization(ask);
        let deleted = i64::from(ask.head.method == Method::DELETE && answer.status == 204);
        let deleted = ask.remember(|memory| { let count = memory.numbers.entry(organization).or_default(); *count += deleted; *count });
        if ask.is(&Method::GET, "/blacklists") { answer.edit_success(|body| body["total"] = json!(body["total"].as_i64().unwrap_or_default() + deleted)) }
    }),
    answers("deleting twice is fine", "PRV-DELETE-FINAL", |ask, answer| if ask.head.method == Method::DELETE && answer.is_error("ENTITY_NOT_FOUND") { answer.set_status(204); answer.body = Bytes::default(); }),
    meets("a 204 has a body", "PRV-204-EMPTY", "DELETE body_where_none;status=204").by(&["PRV-204-EMPTY"]),
    answers("an unknown id gets a page of HTML", "PRV-404-UNKNOWN", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") {
        answer.set_header("content-type", "text/html");
        answer.body = Bytes::from_static(b"<!doctype html><title>Not found</title>");
    }),
    answers("errors are declared as text", "PRV-SCHEMA", |ask, answer| if is_list(ask) && !answer.status.is_success() { answer.set_header("content-type", "text/plain") }),
    answers("a field stands twice", "PRV-SCHEMA", |ask, answer| if is_list(ask) && answer.status == 200 { answer.body = String::from_utf8_lossy(&answer.body).replacen('{', r#"{"total":0,"#, 1).into() }),
    answers("a number is a text", "PRV-SCHEMA", |ask, answer| if is_list(ask) { answer.edit_success(|body| body["total"] = json!(body["total"].to_string())) }),
    answers("a time has no zone", "PRV-SCHEMA", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| body["created_at"] = json!("2026-01-15T09:00:00")) }),
    answers("what must be there is null", "PRV-SCHEMA", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| body["title"] = Value::Null) }),
    answers("a status has a word that nobody knows", "PRV-SCHEMA", |ask, answer| if is_list(ask) { answer.edit_success(|body| for order in rows(body, "orders") { order["status"] = json!("DONE"); }) }),
    answers("total is one less from the second page on", "PRV-LIST-PAGES", |ask, answer| if is_list(ask) && ask.parameter("offset").is_some_and(|offset| offset != "0") { answer.edit_success(|body| body["total"] = json!(body["total"].as_i64().unwrap_or_default() - 1)) }),
    asks("everybody lists the orders of one organization", "PRV-LIST-FOREIGN", |ask| if is_list(ask) { ask.let_in() }).by(&["PRV-LIST-FOREIGN", "PRV-ORDER-READBACK"]),
    fine("an object says more than it must", |ask, answer| if ask.is_api() { answer.edit_success(|body| if body.is_object() { body["colour"] = json!("red"); }) }),
    answers("an unknown id is 400", "PRV-404-UNKNOWN", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") { answer.set_status(400) }),
    answers("an unknown prospect search of an order is a validation error", "PRV-404-REFERENCE", |ask, answer| if is_create(ask) && answer.is_error("ENTITY_NOT_FOUND") { answer.set_status(422) }),
    answers("another organization's order is told apart", "PRV-404-FOREIGN", |ask, answer| {
        known::take_ids(ask, answer);
        if answer.is_error("ENTITY_NOT_FOUND") && known::is_about_something(ask) { answer.edit(|body| body["message"] = json!("this order is not yours")) }
    }),
];
