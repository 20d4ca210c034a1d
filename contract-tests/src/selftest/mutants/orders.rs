//! What orders do, find and deliver.

use http::{Method, header};
use serde_json::{Value, json};

use super::{Mutant, answers, asks, ignore_field, ignore_parameter, is_create, is_results, rows};

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    asks("a discovery order drops its companies", "PRV-ORDER-DISCOVERY", |ask| if is_create(ask) && String::from_utf8_lossy(&ask.body).contains("DISCOVERY") { ignore_field(ask, "companies") }),
    answers("a new order is COMPLETED", "PRV-ORDER-READBACK", |ask, answer| if is_create(ask) { answer.edit_success(|body| if body["status"] == "RECEIVED" { body["status"] = json!("COMPLETED"); }) }),
    answers("a list leaves new orders out", "PRV-ORDER-READBACK", |ask, answer| if ask.is(&Method::GET, "/orders") { answer.edit_success(|body| if let Some(orders) = body["orders"].as_array_mut() { orders.retain(|order| order["status"] != "RECEIVED") }) }),
    answers("a new order has no Location", "PRV-ORDER-READBACK", |_, answer| { answer.headers.remove(header::LOCATION); }),
    answers("a title is read back in upper case", "PRV-ORDER-READBACK", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| if let Some(title) = body["title"].as_str() { body["title"] = json!(title.to_uppercase()); }) }),
    answers("ACCEPTED is left out", "PRV-ORDER-PROGRESS", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| if body["status"] == "ACCEPTED" { body["status"] = json!("IN_PROGRESS"); }) }),
    answers("a completed order begins anew", "PRV-ORDER-PROGRESS", |ask, answer| if ask.is_get_order() { answer.edit_success(|body| {
        let read = body["id"].to_string();
        let again = body["status"] == "COMPLETED" && !ask.remember(|memory| memory.texts.insert(read));
        if again { body["status"] = json!("IN_PROGRESS"); }
    }); }),
    asks("results are those of the order that was asked for first", "PRV-RESULTS-SOURCE", |ask| if is_results(ask) && let Some(key) = ask.bearer() {
        let key = key.to_owned();
        let path = ask.path().to_owned();
        let first = ask.remember(|memory| memory.firsts.entry(key).or_insert(path).clone());
        ask.set_target(&first);
    }),
    answers("results of an unfinished order are empty", "PRV-RESULTS-EARLY", |ask, answer| if is_results(ask) && answer.status == 409 {
        answer.set_status(200);
        answer.set_body(&json!({"order_id": "1", "results": [], "total": 0, "limit": 50, "offset": 0}));
    }),
    answers("source_id is lost", "PRV-RESULTS-SOURCE", |ask, answer| if is_results(ask) { answer.edit_success(|body| for result in rows(body, "results") { result["source_id"] = Value::Null; }) }),
    answers("source_id is that of the next company", "PRV-RESULTS-SOURCE", |ask, answer| if is_results(ask) { answer.edit_success(|body| {
        let mut ids: Vec<_> = rows(body, "results").map(|row| row["source_id"].take()).collect();
        if !ids.is_empty() { ids.rotate_left(1); }
        for (row, id) in rows(body, "results").zip(ids) { row["source_id"] = id; }
    }); }),
    answers("discovered companies have a source_id", "PRV-RESULTS-SOURCE", |ask, answer| if is_results(ask) { answer.edit_success(|body| for result in rows(body, "results") { if result["source_id"].is_null() { result["source_id"] = json!("x"); } }) }),
    asks("a discovery ignores its prospect search", "PRV-DISCOVERY-SEARCH", |ask| if is_create(ask) { ignore_field(ask, "prospect_search_id") }),
    asks("a discovery ignores its blacklists", "PRV-DISCOVERY-BLACKLIST", |ask| if is_create(ask) { ignore_field(ask, "blacklist_ids") }),
    asks("every order has delivered what any has", "PRV-DELIVERY", |ask| ignore_parameter(ask, "order_id")),
];
