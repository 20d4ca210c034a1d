//! What is stored: texts, updates, feedback, and deletions of several.

use axum::body::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{Mutant, harmless, is_create, known, patch_both, patch_request, patch_response};
use crate::selftest::target::{PatchedRequest, PatchedResponse};

/// Changes each text in the body of a request to the API.
fn each_text(request: &mut PatchedRequest, change: fn(&str) -> String) {
    if request.is_api() && request.head.method != Method::GET {
        request.edit(|body| texts(body, change));
    }
}

fn texts(value: &mut Value, change: fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| texts(value, change)),
        Value::Object(fields) => fields.values_mut().for_each(|value| texts(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether it changes one blacklist.
fn updates_blacklist(request: &PatchedRequest) -> bool {
    request.head.method == Method::PATCH && request.path().contains("/blacklists/")
}

fn is_about_entries(request: &PatchedRequest, method: &Method) -> bool {
    request.is(method, "*/entries")
}

/// Changes a delivery that is read, or each one in a list.
fn edit_deliveries(
    request: &PatchedRequest,
    response: &mut PatchedResponse,
    edit: impl Fn(&mut Value),
) {
    if request.head.method == Method::GET && request.path().contains("/deliveries") {
        response.edit_success(|body| {
            edit(body);
            for row in body["items"].as_array_mut().into_iter().flatten() {
                edit(row);
            }
        });
    }
}

/// Removes the ids that no response had from a list in the body, unless that leaves none.
fn keep_known(request: &mut PatchedRequest, field: &str) {
    let known = request.with_memory(|memory| memory.texts.clone());
    request.edit(|body| {
        let ids = body.get_mut(field).and_then(Value::as_array_mut);
        let is_known = |id: &Value| id.as_str().is_some_and(|id| known.contains(id));
        if let Some(ids) = ids.filter(|ids| ids.iter().any(is_known)) {
            ids.retain(is_known);
        }
    });
}

pub(super) const MUTANTS: &[Mutant] = &[
    harmless("an order counts its responses", |request, response| {
        if request.is_get_order() || (is_create(request) && response.status == 201) {
            let count = request.with_memory(|memory| memory.count("responses"));
            response.edit_success(|body| body["responses"] = json!(1_000 + count));
        }
    }),
    patch_request(
        "an update clears what it does not name",
        "PRV-WRITE-READ",
        |request| {
            if updates_blacklist(request) {
                request.edit(|body| {
                    if body.is_object() && body.get("description").is_none() {
                        body["description"] = Value::Null;
                    }
                });
            }
        },
    ),
    patch_request("texts are trimmed", "PRV-WRITE-TEXT", |request| {
        each_text(request, |text| {
            let trimmed = text.trim();
            (if trimmed.is_empty() { text } else { trimmed }).to_owned()
        });
    }),
    patch_request("markup is escaped", "PRV-WRITE-TEXT", |request| {
        each_text(request, |text| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        });
    }),
    patch_request("backslashes are lost", "PRV-WRITE-TEXT", |request| {
        each_text(request, |text| text.replace('\\', ""));
    }),
    patch_request(
        "characters without a width are lost",
        "PRV-WRITE-TEXT",
        |request| {
            each_text(request, |text| text.replace('\u{200d}', ""));
        },
    ),
    patch_request("line ends are those of Unix", "PRV-WRITE-TEXT", |request| {
        each_text(request, |text| text.replace("\r\n", "\n"));
    }),
    patch_response(
        "feedback is not stored",
        "PRV-WRITE-READ",
        |request, response| {
            edit_deliveries(request, response, |delivery| {
                if delivery.get("feedback").is_some() {
                    delivery["feedback"] = Value::Null;
                }
            });
        },
    ),
    patch_request("the first feedback stays", "PRV-WRITE-READ", |request| {
        let path = request.path().to_owned();
        if request.is(&Method::PUT, "*/feedback")
            && !request.with_memory(|memory| memory.texts.insert(path.clone()))
            && let Some(read) = path.strip_suffix("/feedback")
        {
            request.head.method = Method::GET;
            request.set_target(read);
        }
    }),
    patch_response(
        "the time of the last change stays the first one",
        "PRV-WRITE-READ",
        |request, response| {
            if !request.path().contains("/blacklists/") {
                return;
            }
            response.edit_success(|body| {
                let time = body["updated_at"].as_str().map(ToOwned::to_owned);
                if let (Some(id), Some(time)) = (body["id"].as_str(), time) {
                    let of = format!("updated_at of {id}");
                    let first = request
                        .with_memory(|memory| memory.firsts.entry(of).or_insert(time).clone());
                    body["updated_at"] = json!(first);
                }
            });
        },
    ),
    patch_response(
        "an Idempotency-Key makes of two orders one",
        "PRV-ORDER-READBACK",
        |request, response| {
            let key = request.head.headers.get("idempotency-key");
            if let Some(key) = key.filter(|_| is_create(request)) {
                let key = format!("order of {key:?}");
                response.edit_success(|body| {
                    let id = body["id"].as_str().unwrap_or_default().to_owned();
                    let first = request
                        .with_memory(|memory| memory.firsts.entry(key).or_insert(id).clone());
                    body["id"] = json!(first);
                });
            }
        },
    ),
    patch_both(
        "unknown entries of a deletion are left out",
        "PRV-404-REFERENCE",
        |request| {
            if is_about_entries(request, &Method::DELETE) {
                keep_known(request, "entry_ids");
            }
        },
        |request, response| known::record_ids(request, response),
    ),
    patch_response(
        "a deletion of unknown entries only succeeds",
        "PRV-404-REFERENCE",
        |request, response| {
            if is_about_entries(request, &Method::DELETE)
                && response.json()["entity_type"] == "blacklist_entry"
            {
                response.set_status(204);
                response.body = Bytes::new();
            }
        },
    ),
    patch_both(
        "unknown blacklists of an order are left out",
        "PRV-404-REFERENCE",
        |request| {
            if is_create(request) {
                keep_known(request, "blacklist_ids");
            }
        },
        |request, response| known::record_ids(request, response),
    ),
    patch_request(
        "of several entries, the first is deleted",
        "PRV-DELETE-LIST",
        |request| {
            if is_about_entries(request, &Method::DELETE) {
                request.edit(|body| {
                    if let Some(ids) = body["entry_ids"].as_array_mut() {
                        ids.truncate(1);
                    }
                });
            }
        },
    ),
    patch_response(
        "a blacklist counts deleted entries",
        "PRV-DELETE-LIST",
        |request, response| {
            let path = request.path().trim_end_matches("/entries").to_owned();
            if is_about_entries(request, &Method::DELETE) && response.status == 204 {
                request.with_memory(|memory| memory.texts.insert(path));
            } else if request.with_memory(|memory| memory.texts.contains(&path)) {
                response.edit_success(|body| {
                    if let Some(count) = body["entry_count"].as_u64() {
                        body["entry_count"] = json!(count + 1);
                    }
                });
            }
        },
    ),
];
