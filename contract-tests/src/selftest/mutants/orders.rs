//! Processing, results and deliveries of orders.

use std::collections::HashSet;

use http::{Method, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Mutant, ignore_field, ignore_parameter, is_create, is_results, patch_request, patch_response,
    reads_settings, rows,
};
use crate::selftest::target::{PatchedRequest, PatchedResponse};

/// Returns an empty page instead of the 409 for an order with this status, which its message names.
fn answer_early(request: &PatchedRequest, response: &mut PatchedResponse, status: &str) {
    let message = response.json()["message"].to_string();
    if is_results(request) && response.status == 409 && message.contains(status) {
        response.set_status(200);
        response.set_body(
            &json!({"order_id": "1", "results": [], "total": 0, "limit": 50, "offset": 0}),
        );
    }
}

fn edit_location(response: &mut PatchedResponse, edit: fn(&str) -> String) {
    let location = response.headers.get(header::LOCATION);
    let location = location
        .and_then(|location| location.to_str().ok())
        .map(edit);
    if let Some(location) = location {
        response.set_header("location", &location);
    }
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_request(
        "a discovery order drops its companies",
        "PRV-ORDER-DISCOVERY",
        |request| {
            if is_create(request) && String::from_utf8_lossy(&request.body).contains("DISCOVERY") {
                ignore_field(request, "companies");
            }
        },
    ),
    patch_response(
        "a new order is COMPLETED",
        "PRV-ORDER-READBACK",
        |request, response| {
            if is_create(request) {
                response.edit_success(|body| {
                    if body["status"] == "RECEIVED" {
                        body["status"] = json!("COMPLETED");
                    }
                });
            }
        },
    ),
    patch_response(
        "a list leaves new orders out",
        "PRV-ORDER-READBACK",
        |request, response| {
            if request.is(&Method::GET, "/orders") {
                response.edit_success(|body| {
                    if let Some(orders) = body["orders"].as_array_mut() {
                        orders.retain(|order| order["status"] != "RECEIVED");
                    }
                });
            }
        },
    ),
    patch_response(
        "a new order has no Location",
        "PRV-ORDER-READBACK",
        |_, response| {
            response.headers.remove(header::LOCATION);
        },
    ),
    patch_response(
        "a title is read back in upper case",
        "PRV-ORDER-READBACK",
        |request, response| {
            if request.is_get_order() {
                response.edit_success(|body| {
                    if let Some(title) = body["title"].as_str() {
                        body["title"] = json!(title.to_uppercase());
                    }
                });
            }
        },
    ),
    patch_response(
        "ACCEPTED is left out",
        "PRV-ORDER-PROGRESS",
        |request, response| {
            if request.is_get_order() {
                response.edit_success(|body| {
                    if body["status"] == "ACCEPTED" {
                        body["status"] = json!("IN_PROGRESS");
                    }
                });
            }
        },
    ),
    patch_response(
        "orders take longer than the settings state",
        "PRV-ORDER-PROGRESS",
        |request, response| {
            if reads_settings(request) {
                response.edit(|settings| settings["order_duration"] = json!("5s"));
            }
        },
    ),
    patch_response(
        "orders take less time than the settings state",
        "PRV-ORDER-PROGRESS",
        |request, response| {
            if reads_settings(request) {
                response.edit(|settings| settings["order_duration"] = json!("20s"));
            }
        },
    ),
    patch_response(
        "a completed order starts again",
        "PRV-ORDER-PROGRESS",
        |request, response| {
            if request.is_get_order() {
                response.edit_success(|body| {
                    let read = body["id"].to_string();
                    let again = body["status"] == "COMPLETED"
                        && !request.with_memory(|memory| memory.texts.insert(read));
                    if again {
                        body["status"] = json!("IN_PROGRESS");
                    }
                });
            }
        },
    ),
    patch_request(
        "results are those of the order requested first",
        "PRV-RESULTS-SOURCE",
        |request| {
            if is_results(request)
                && let Some(key) = request.bearer()
            {
                let key = key.to_owned();
                let path = request.path().to_owned();
                let first =
                    request.with_memory(|memory| memory.firsts.entry(key).or_insert(path).clone());
                request.set_target(&first);
            }
        },
    ),
    patch_response(
        "results of an unfinished order are empty",
        "PRV-RESULTS-EARLY",
        |request, response| {
            if is_results(request) && response.status == 409 {
                response.set_status(200);
                response.set_body(
                    &json!({"order_id": "1", "results": [], "total": 0, "limit": 50, "offset": 0}),
                );
            }
        },
    ),
    patch_response(
        "results of an order in progress are empty",
        "PRV-RESULTS-EARLY",
        |request, response| answer_early(request, response, "IN_PROGRESS"),
    ),
    patch_response(
        "results of a cancelled order are empty",
        "PRV-RESULTS-EARLY",
        |request, response| answer_early(request, response, "CANCELLED"),
    ),
    patch_response(
        "results have contacts that nobody ordered",
        "PRV-RESULTS-FEATURES",
        |request, response| {
            if is_results(request) {
                response.edit_success(|body| {
                    for result in rows(body, "results") {
                        if result.get("contacts").is_none() {
                            result["contacts"] =
                                json!([{"name": "A B", "role": "CEO", "email": "a@b.example"}]);
                        }
                    }
                });
            }
        },
    ),
    patch_response(
        "results lack the contacts",
        "PRV-RESULTS-FEATURES",
        |request, response| {
            if is_results(request) {
                response.edit_success(|body| {
                    for result in rows(body, "results") {
                        drop(
                            result
                                .as_object_mut()
                                .and_then(|fields| fields.remove("contacts")),
                        );
                    }
                });
            }
        },
    ),
    patch_response(
        "an order equal to the one before is that one",
        "PRV-ORDER-READBACK",
        |request, response| {
            if is_create(request) && response.status == 201 {
                let body = String::from_utf8_lossy(&request.body);
                let same = format!("{} {body}", request.bearer().unwrap_or_default());
                let own = response.json().to_string();
                let first =
                    request.with_memory(|memory| memory.firsts.entry(same).or_insert(own).clone());
                response.body = first.into();
            }
        },
    ),
    patch_response(
        "Location lacks the base path",
        "PRV-ORDER-READBACK",
        |_, response| {
            edit_location(response, |location| location.replace("/api/v1", ""));
        },
    ),
    patch_response(
        "Location names another host",
        "PRV-ORDER-READBACK",
        |_, response| {
            edit_location(response, |location| {
                format!("http://internal.example:8080{location}")
            });
        },
    ),
    patch_response(
        "an order has only the first of its features",
        "PRV-ORDER-READBACK",
        |request, response| {
            if is_create(request) || request.is_get_order() {
                response.edit_success(|body| {
                    if let Some(features) = body["features"].as_array_mut() {
                        features.truncate(1);
                    }
                });
            }
        },
    ),
    patch_response(
        "a new order is created an hour from now",
        "PRV-ORDER-READBACK",
        |request, response| {
            if is_create(request) {
                response.edit_success(|body| {
                    for name in ["created_at", "updated_at"] {
                        let time = body[name]
                            .as_str()
                            .and_then(|text| text.parse::<Timestamp>().ok());
                        if let Some(time) = time {
                            body[name] = json!((time + SignedDuration::from_hours(1)).to_string());
                        }
                    }
                });
            }
        },
    ),
    patch_request(
        "an external id loses its leading zeros",
        "PRV-RESULTS-SOURCE",
        |request| {
            if is_create(request) {
                request.edit(|body| {
                    for company in rows(body, "companies") {
                        let id = company["external_id"]
                            .as_str()
                            .map(|id| id.trim_start_matches('0').to_owned());
                        if let Some(id) = id {
                            company["external_id"] = json!(id);
                        }
                    }
                });
            }
        },
    ),
    patch_request(
        "companies of one name are one",
        "PRV-RESULTS-SOURCE",
        |request| {
            if is_create(request) {
                request.edit(|body| {
                    let mut seen = HashSet::new();
                    if let Some(companies) = body["companies"].as_array_mut() {
                        companies.retain(|one| seen.insert(one["company_name"].to_string()));
                    }
                });
            }
        },
    ),
    patch_request(
        "only the first blacklist is left out",
        "PRV-DISCOVERY-BLACKLIST",
        |request| {
            if is_create(request) {
                request.edit(|body| {
                    if let Some(lists) = body["blacklist_ids"].as_array_mut() {
                        lists.truncate(1);
                    }
                });
            }
        },
    ),
    patch_response(
        "source_id is lost",
        "PRV-RESULTS-SOURCE",
        |request, response| {
            if is_results(request) {
                response.edit_success(|body| {
                    for result in rows(body, "results") {
                        result["source_id"] = Value::Null;
                    }
                });
            }
        },
    ),
    patch_response(
        "source_id is that of the next company",
        "PRV-RESULTS-SOURCE",
        |request, response| {
            if is_results(request) {
                response.edit_success(|body| {
                    let mut ids: Vec<_> = rows(body, "results")
                        .map(|row| row["source_id"].take())
                        .collect();
                    if !ids.is_empty() {
                        ids.rotate_left(1);
                    }
                    for (row, id) in rows(body, "results").zip(ids) {
                        row["source_id"] = id;
                    }
                });
            }
        },
    ),
    patch_response(
        "discovered companies have a source_id",
        "PRV-RESULTS-SOURCE",
        |request, response| {
            if is_results(request) {
                response.edit_success(|body| {
                    for result in rows(body, "results") {
                        if result["source_id"].is_null() {
                            result["source_id"] = json!("x");
                        }
                    }
                });
            }
        },
    ),
    patch_request(
        "a discovery ignores its prospect search",
        "PRV-DISCOVERY-SEARCH",
        |request| {
            if is_create(request) {
                ignore_field(request, "prospect_search_id");
            }
        },
    ),
    patch_request(
        "a discovery ignores its blacklists",
        "PRV-DISCOVERY-BLACKLIST",
        |request| {
            if is_create(request) {
                ignore_field(request, "blacklist_ids");
            }
        },
    ),
    patch_request(
        "every order lists the deliveries of all",
        "PRV-DELIVERY",
        |request| ignore_parameter(request, "order_id"),
    ),
];
