//! What responses say of their requests, of other objects, and of time.

use http::Method;
use serde_json::{Value, json};

use super::{Mutant, is_create, patch_response, rows};
use crate::{contract::UNKNOWN_ID, selftest::target::PatchedRequest};

fn is_get_of(request: &PatchedRequest, collection: &str) -> bool {
    let path = request.path().strip_prefix("/api/v1/");
    let path = path.and_then(|path| path.trim_end_matches('/').split_once('/'));
    let is_one = path.is_some_and(|(first, id)| first == collection && !id.contains('/'));
    request.head.method == Method::GET && is_one
}

/// Changes each text with this name in a value.
fn each(value: &mut Value, name: &str, change: fn(&str) -> String) {
    match value {
        Value::Object(fields) => {
            for (known, field) in fields {
                match field.as_str().filter(|_| known == name) {
                    Some(text) => *field = json!(change(text)),
                    None => each(field, name, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, name, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response(
        "the technologies of a company name another one",
        "PRV-CONSISTENT",
        |request, response| {
            if request.is(&Method::GET, "*/webtech-intel") {
                response.edit_success(|body| body["company_id"] = json!(UNKNOWN_ID));
            }
        },
    ),
    patch_response(
        "a job names another company than the one in the path",
        "PRV-CONSISTENT",
        |request, response| {
            if request.is(&Method::GET, "*/jobs") {
                response.edit_success(|body| {
                    for job in rows(body, "items") {
                        job["company_id"] = json!(UNKNOWN_ID);
                    }
                });
            }
        },
    ),
    patch_response(
        "an order counts one company less",
        "PRV-CONSISTENT",
        |request, response| {
            if is_create(request) {
                response.edit_success(|body| {
                    let count = body["company_count"].as_u64().unwrap_or_default();
                    body["company_count"] = json!(count.saturating_sub(1));
                });
            }
        },
    ),
    patch_response(
        "a rejected value is quoted in lower case",
        "PRV-CONSISTENT",
        |request, response| {
            if request.is_api() && response.is_error("VALIDATION_ERROR") {
                response.edit(|body| each(body, "provided", str::to_lowercase));
            }
        },
    ),
    patch_response(
        "a time that was never set is in 1970",
        "PRV-CONSISTENT",
        |request, response| {
            if request.is(&Method::GET, "*/webtech-intel") {
                response.edit_success(|body| {
                    each(body, "analyzed_at", |_| "1970-01-01T00:00:00Z".to_owned());
                });
            }
        },
    ),
    patch_response(
        "the last change of a blacklist is before its creation",
        "PRV-CONSISTENT",
        |request, response| {
            if is_get_of(request, "blacklists") {
                response.edit_success(|body| {
                    each(body, "updated_at", |time| format!("2024{}", &time[4..]));
                });
            }
        },
    ),
    patch_response(
        "jobs were posted in the future",
        "PRV-CONSISTENT",
        |request, response| {
            if request.is(&Method::GET, "*/jobs") {
                response.edit_success(|body| {
                    each(body, "posted_at", |time| format!("2099{}", &time[4..]));
                });
            }
        },
    ),
    patch_response(
        "a blacklist counts none of its entries",
        "PRV-COUNTS",
        |request, response| {
            if is_get_of(request, "blacklists") {
                response.edit_success(|body| body["entry_count"] = json!(0));
            }
        },
    ),
    patch_response(
        "the total after an addition is what was added",
        "PRV-COUNTS",
        |request, response| {
            if request.is(&Method::POST, "*/entries") {
                response.edit_success(|body| body["total"] = body["added"].clone());
            }
        },
    ),
    patch_response(
        "a job search counts nothing",
        "PRV-COUNTS",
        |request, response| {
            if is_get_of(request, "job-searches") {
                response.edit_success(|body| body["total"] = json!(0));
            }
        },
    ),
    patch_response(
        "a prospect search counts one company more",
        "PRV-COUNTS",
        |request, response| {
            if is_get_of(request, "prospect-searches") {
                response.edit_success(|body| {
                    let count = body["company_count"].as_u64().unwrap_or_default();
                    body["company_count"] = json!(count + 1);
                });
            }
        },
    ),
];
