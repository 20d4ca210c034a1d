//! Properties of all responses.

use axum::body::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{
    Mutant, harmless, ignore_field, is_create, is_list, is_results, keep_fields, known,
    organization, patch_request, patch_response, rename, rows, with_fault,
};

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response("results return 500", "PRV-SUCCESS", |request, response| {
        if is_results(request) && response.status == 200 {
            response.set_status(500);
        }
    }),
    patch_request("results do not exist", "PRV-EXISTS", |request| {
        if request.path().ends_with("/results") {
            request.set_target("/nothing");
        }
    }),
    patch_response(
        "creating returns 200 instead of 201",
        "PRV-SUCCESS",
        |_, response| {
            if response.status == 201 {
                response.set_status(200);
            }
        },
    ),
    patch_response(
        "the list is called data",
        "PRV-SCHEMA",
        |request, response| {
            if is_list(request) {
                response.edit_success(|body| rename(body, "orders", "data"));
            }
        },
    ),
    patch_response(
        "an order has no title",
        "PRV-SCHEMA",
        |request, response| {
            if request.is_get_order() {
                response.edit_success(|body| rename(body, "title", "name"));
            }
        },
    ),
    patch_response(
        "JSON is declared as text",
        "PRV-SCHEMA",
        |request, response| {
            if is_results(request) {
                response.set_header("content-type", "text/plain");
            }
        },
    ),
    patch_response(
        "JSON is declared as Latin-1",
        "PRV-SCHEMA",
        |_, response| {
            if response.status == 200 {
                response.set_header("content-type", "application/json; charset=iso-8859-1");
            }
        },
    ),
    patch_response(
        "404 has no entity_type",
        "PRV-404-UNKNOWN",
        |_, response| {
            if response.is_error("ENTITY_NOT_FOUND") {
                response.edit(|body| rename(body, "entity_type", "type"));
            }
        },
    ),
    patch_response(
        "an order has nothing but its id",
        "PRV-ID-ENCODED",
        |request, response| {
            if request.is_get_order() {
                response.edit_success(|body| keep_fields(body, &["id"]));
            }
        },
    ),
    patch_request(
        "a percent-encoded id is not found",
        "PRV-ID-ENCODED",
        |request| {
            if request.path().contains('%') {
                let target = request.path().replace('%', "%25");
                request.set_target(&target);
            }
        },
    ),
    patch_request(
        "a blacklist keeps its old name",
        "PRV-WRITE-READ",
        |request| {
            if request.head.method == Method::PATCH && request.path().contains("/blacklists/") {
                ignore_field(request, "name");
            }
        },
    ),
    patch_request(
        "every order has the title of the first",
        "PRV-WRITE-READ",
        |request| {
            if is_create(request) {
                request.edit(|body| body["title"] = json!("Q1 Enrichment"));
            }
        },
    ),
    patch_request("text is read as Latin-1", "PRV-WRITE-TEXT", |request| {
        if request.is_api() && serde_json::from_slice::<Value>(&request.body).is_ok() {
            request.body = request
                .body
                .iter()
                .map(|byte| char::from(*byte))
                .collect::<String>()
                .into();
        }
    }),
    patch_request(
        "text after the first 65,536 characters is lost",
        "PRV-WRITE-TEXT",
        |request| {
            if request.is_api() {
                request.body = String::from_utf8_lossy(&request.body)
                    .chars()
                    .filter(|character| *character <= '\u{ffff}')
                    .collect::<String>()
                    .into();
            }
        },
    ),
    patch_response(
        "a deleted blacklist stays in the list",
        "PRV-DELETE-LIST",
        |request, response| {
            let organization = organization(request);
            let (deletes, id) = (
                request.head.method == Method::DELETE && response.status == 204,
                request.path().rsplit('/').next().unwrap_or_default(),
            );
            let gone: Vec<String> = request.with_memory(|memory| {
                if deletes {
                    memory.texts.insert(format!("{organization} {id}"));
                }
                let gone = memory
                    .texts
                    .iter()
                    .filter_map(|text| text.strip_prefix(&format!("{organization} ")));
                gone.map(ToOwned::to_owned).collect()
            });
            if request.is(&Method::GET, "/blacklists") {
                response.edit_success(|body| {
                    if let Some(items) = body["items"].as_array_mut() {
                        items.extend(gone.iter().map(|id| json!({
                    "id": id, "name": "Customers", "description": null, "entry_count": 0,
                    "created_at": "2026-01-15T09:00:00Z", "updated_at": "2026-01-15T09:00:00Z",
                })));
                    }
                });
            }
        },
    ),
    patch_response(
        "deleted objects are still counted",
        "PRV-DELETE-LIST",
        |request, response| {
            let organization = organization(request);
            let deleted =
                i64::from(request.head.method == Method::DELETE && response.status == 204);
            let deleted = request.with_memory(|memory| {
                let count = memory.numbers.entry(organization).or_default();
                *count += deleted;
                *count
            });
            if request.is(&Method::GET, "/blacklists") {
                response.edit_success(|body| {
                    body["total"] = json!(body["total"].as_i64().unwrap_or_default() + deleted);
                });
            }
        },
    ),
    patch_response(
        "the entries of a deleted blacklist can be read",
        "PRV-DELETE-FINAL",
        |request, response| {
            let (method, path) = (&request.head.method, request.path());
            if *method == Method::DELETE && response.status == 204 {
                request.with_memory(|memory| memory.texts.insert(format!("{path}/entries")));
            }
            let is_deleted = request.with_memory(|memory| memory.texts.contains(path));
            if *method == Method::GET && response.status == 404 && is_deleted {
                response.set_status(200);
                response.set_body(&json!({
                    "items": [], "total": 0, "limit": 50, "offset": 0, "has_more": false,
                }));
            }
        },
    ),
    patch_response(
        "deleting twice succeeds",
        "PRV-DELETE-FINAL",
        |request, response| {
            if request.head.method == Method::DELETE && response.is_error("ENTITY_NOT_FOUND") {
                response.set_status(204);
                response.body = Bytes::default();
            }
        },
    ),
    patch_response(
        "deleting returns an empty object",
        "PRV-SCHEMA",
        |request, response| {
            if request.head.method == Method::DELETE && response.status == 204 {
                response.set_status(200);
                response.set_header("content-type", "application/json");
                response.set_body(&json!({}));
            }
        },
    ),
    with_fault(
        "a 204 has a body",
        "PRV-204-EMPTY",
        "DELETE body_where_none;status=204",
    )
    .by(&["PRV-204-EMPTY"]),
    patch_response(
        "an unknown id returns an HTML page",
        "PRV-404-UNKNOWN",
        |_, response| {
            if response.is_error("ENTITY_NOT_FOUND") {
                response.set_header("content-type", "text/html");
                response.body = Bytes::from_static(b"<!doctype html><title>Not found</title>");
            }
        },
    ),
    patch_response(
        "errors are declared as text",
        "PRV-SCHEMA",
        |request, response| {
            if is_list(request) && !response.status.is_success() {
                response.set_header("content-type", "text/plain");
            }
        },
    ),
    patch_response(
        "a field is duplicated",
        "PRV-SCHEMA",
        |request, response| {
            if is_list(request) && response.status == 200 {
                response.body = String::from_utf8_lossy(&response.body)
                    .replacen('{', r#"{"total":0,"#, 1)
                    .into();
            }
        },
    ),
    patch_response("a number is a string", "PRV-SCHEMA", |request, response| {
        if is_list(request) {
            response.edit_success(|body| body["total"] = json!(body["total"].to_string()));
        }
    }),
    patch_response(
        "a time has no UTC offset",
        "PRV-SCHEMA",
        |request, response| {
            if request.is_get_order() {
                response.edit_success(|body| body["created_at"] = json!("2026-01-15T09:00:00"));
            }
        },
    ),
    patch_response(
        "a required field is null",
        "PRV-SCHEMA",
        |request, response| {
            if request.is_get_order() {
                response.edit_success(|body| body["title"] = Value::Null);
            }
        },
    ),
    patch_response(
        "a status has an unknown value",
        "PRV-SCHEMA",
        |request, response| {
            if is_list(request) {
                response.edit_success(|body| {
                    for order in rows(body, "orders") {
                        order["status"] = json!("DONE");
                    }
                });
            }
        },
    ),
    harmless("an object has an additional field", |request, response| {
        if request.is_api() {
            response.edit_success(|body| {
                if body.is_object() {
                    body["colour"] = json!("red");
                }
            });
        }
    }),
    patch_response(
        "an unknown id returns 400",
        "PRV-404-UNKNOWN",
        |_, response| {
            if response.is_error("ENTITY_NOT_FOUND") {
                response.set_status(400);
            }
        },
    ),
    patch_response(
        "an id of many characters is a server error",
        "PRV-404-UNKNOWN",
        |request, response| {
            if request.path().len() > 255 {
                response.set_status(500);
            }
        },
    ),
    patch_response(
        "an unknown prospect search of an order is a validation error",
        "PRV-404-REFERENCE",
        |request, response| {
            if is_create(request) && response.is_error("ENTITY_NOT_FOUND") {
                response.set_status(422);
            }
        },
    ),
    patch_response(
        "another organization's order returns a different error",
        "PRV-404-FOREIGN",
        |request, response| {
            known::record_ids(request, response);
            if response.is_error("ENTITY_NOT_FOUND") && known::is_about_something(request) {
                response.edit(|body| body["message"] = json!("this order is not yours"));
            }
        },
    ),
];
