//! Validation of requests.

use http::header;
use schemas::{Parameter, orders::Feature};
use serde_json::{Value, json};
use strum::VariantArray as _;

use super::{Mutant, is_create, is_list, keep_parameters, patch_request, patch_response, rows};
use crate::{
    contract::duplicates,
    selftest::target::{PatchedRequest, PatchedResponse},
};

/// The title of the requested order.
fn title(request: &PatchedRequest) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    body["title"].as_str().unwrap_or_default().to_owned()
}

/// Replaces the response by a rejection because of a field.
fn refuse(response: &mut PatchedResponse, field: &str) {
    response.set_status(422);
    response.set_body(&json!({
        "code": "VALIDATION_ERROR", "message": "Request validation failed",
        "detail": {"validation_errors": [{"field": field, "error": "is too much", "provided": null}]},
    }));
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response(
        "the setting validation_status is ignored",
        "PRV-SCHEMA",
        |_, response| {
            if response.is_error("VALIDATION_ERROR") {
                response.set_status(400);
            }
        },
    ),
    patch_response(
        "validation errors name no field",
        "PRV-VALIDATION-BODY",
        |request, response| {
            if is_create(request) && response.is_error("VALIDATION_ERROR") {
                response.edit(|body| {
                    for error in rows(&mut body["detail"], "validation_errors") {
                        error["field"] = json!("body");
                    }
                });
            }
        },
    ),
    patch_response(
        "validation errors have another code",
        "PRV-VALIDATION-BODY",
        |request, response| {
            if is_create(request) && response.is_error("VALIDATION_ERROR") {
                response.edit(|body| body["code"] = json!("CONFLICT"));
            }
        },
    ),
    patch_request(
        "unknown parameters are ignored",
        "PRV-VALIDATION-QUERY",
        |request| {
            if request.is_api() {
                keep_parameters(request, |name| {
                    Parameter::VARIANTS
                        .iter()
                        .any(|parameter| parameter.as_str() == name)
                });
            }
        },
    ),
    patch_response(
        "malformed JSON returns 500",
        "PRV-VALIDATION-JSON",
        |_, response| {
            if response.is_error("INVALID_JSON") {
                response.set_status(500);
            }
        },
    ),
    patch_response(
        "malformed JSON is a validation error",
        "PRV-VALIDATION-JSON",
        |_, response| {
            if response.is_error("INVALID_JSON") {
                response.edit(|body| body["code"] = json!("INVALID_REQUEST"));
            }
        },
    ),
    patch_request(
        "any media type is accepted",
        "PRV-VALIDATION-TYPE",
        |request| {
            if request
                .head
                .headers
                .get(header::CONTENT_TYPE)
                .is_some_and(|value| value == "text/plain")
            {
                request.set_header(header::CONTENT_TYPE, "application/json");
            }
        },
    ),
    patch_response(
        "the longest allowed title is rejected",
        "PRV-PROP-VALID",
        |request, response| {
            if is_create(request) && title(request).chars().count() == 200 {
                refuse(response, "title");
            }
        },
    ),
    patch_response(
        "an emoji is a server error",
        "PRV-PROP-VALID",
        |request, response| {
            if is_create(request)
                && title(request)
                    .chars()
                    .any(|character| character > '\u{ffff}')
                && response.status == 201
            {
                response.set_status(500);
            }
        },
    ),
    patch_response(
        "the largest offset is rejected",
        "PRV-PROP-VALID",
        |request, response| {
            if is_list(request)
                && request
                    .parameter("offset")
                    .and_then(|text| text.parse::<i64>().ok())
                    >= Some(1_000_000_000)
                && response.status == 200
            {
                refuse(response, "offset");
            }
        },
    ),
    patch_response(
        "a long response violates its schema",
        "PRV-PROP-VALID",
        |request, response| {
            if is_create(request) && title(request).len() > 100 {
                response.edit_success(|body| body["title"] = Value::Null);
            }
        },
    ),
    patch_request(
        "one character too many is truncated",
        "PRV-PROP-INVALID",
        |request| {
            if is_create(request) {
                request.edit(|body| {
                    if let Some(title) = body["title"].as_str() {
                        body["title"] = title.chars().take(200).collect::<String>().into();
                    }
                });
            }
        },
    ),
    patch_request(
        "an unknown value is replaced by a known one",
        "PRV-PROP-INVALID",
        |request| {
            if is_create(request) {
                request.edit(|body| {
                    for feature in rows(body, "features") {
                        if feature.is_string()
                            && serde_json::from_value::<Feature>(feature.clone()).is_err()
                        {
                            *feature = json!("CONTACTS");
                        }
                    }
                });
            }
        },
    ),
    patch_response(
        "truncated JSON is a server error",
        "PRV-PROP-INVALID",
        |request, response| {
            if response.is_error("INVALID_JSON")
                && serde_json::from_slice::<Value>(&request.body).is_err_and(|error| error.is_eof())
            {
                response.set_status(500);
            }
        },
    ),
    patch_response(
        "a duplicate field is a server error",
        "PRV-VALIDATION-NAMES",
        |request, response| {
            if is_create(request) && duplicates::first_duplicate(&request.body).is_some() {
                response.set_status(500);
            }
        },
    ),
    patch_response(
        "the invalid value of a duplicate field is used",
        "PRV-VALIDATION-NAMES",
        |request, response| {
            if is_create(request)
                && let Some(place) = duplicates::first_duplicate(&request.body)
            {
                response.edit_success(|body| body[&place[1..]] = Value::Null);
            }
        },
    ),
    patch_request(
        "surplus companies are dropped",
        "PRV-VALIDATION-SIZE",
        |request| {
            if is_create(request) && request.body.len() > 100_000 {
                request.edit(|body| {
                    if let Some(Value::Array(companies)) = body.get_mut("companies") {
                        companies.truncate(10_000);
                    }
                });
            }
        },
    ),
];
