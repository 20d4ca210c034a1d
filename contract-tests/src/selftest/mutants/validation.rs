//! Validation of requests.

use http::header;
use schemas::{Parameter, orders::Feature};
use serde_json::{Value, json};
use strum::VariantArray as _;

use super::{
    Mutant, is_create, is_list, keep_parameters, patch_request, patch_response, rows, set_parameter,
};
use crate::{
    contract::duplicates,
    selftest::target::{PatchedRequest, PatchedResponse},
};

/// The title of the requested order.
fn title(request: &PatchedRequest) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    body["title"].as_str().unwrap_or_default().to_owned()
}

/// Reads the limit as this function does.
fn read_number(request: &mut PatchedRequest, read: fn(&str) -> Option<String>) {
    let text = request.parameter("limit");
    let is_word = |text: &String| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if let Some(number) = text.and_then(|text| read(&text)).filter(is_word) {
        set_parameter(request, "limit", &number);
    }
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
    patch_response(
        "a list as body is a server error",
        "PRV-VALIDATION-JSON",
        |request, response| {
            if request.body.starts_with(b"[]") {
                response.set_status(500);
            }
        },
    ),
    patch_request(
        "what follows the JSON of a body is ignored",
        "PRV-VALIDATION-JSON",
        |request| {
            let mut values =
                serde_json::Deserializer::from_slice(&request.body).into_iter::<Value>();
            if let Some(Ok(first)) = values.next() {
                request.body = first.to_string().into();
            }
        },
    ),
    patch_response(
        "deeply nested JSON is a server error",
        "PRV-VALIDATION-JSON",
        |request, response| {
            let is_open = |byte: &&u8| **byte == b'[';
            if request.body.iter().filter(is_open).count() > 200 && response.status == 400 {
                response.set_status(500);
            }
        },
    ),
    patch_response(
        "half of a surrogate pair is a server error",
        "PRV-VALIDATION-JSON",
        |request, response| {
            if String::from_utf8_lossy(&request.body).contains("\\ud8") && response.status == 400 {
                response.set_status(500);
            }
        },
    ),
    patch_request(
        "a number is taken for a text",
        "PRV-VALIDATION-BODY",
        |request| {
            if is_create(request) {
                request.edit(|body| {
                    if body["title"].is_number() {
                        body["title"] = json!(body["title"].to_string());
                    }
                });
            }
        },
    ),
    patch_request(
        "one feature is taken for a list",
        "PRV-VALIDATION-BODY",
        |request| {
            if is_create(request) {
                request.edit(|body| {
                    if body["features"].is_string() {
                        body["features"] = json!([body["features"]]);
                    }
                });
            }
        },
    ),
    patch_request(
        "features are accepted in lower case",
        "PRV-VALIDATION-BODY",
        |request| {
            if is_create(request) {
                request.edit(|body| {
                    for feature in rows(body, "features") {
                        if let Some(word) = feature.as_str() {
                            *feature = json!(word.to_uppercase());
                        }
                    }
                });
            }
        },
    ),
    patch_request(
        "a number is read from the beginning of a parameter",
        "PRV-VALIDATION-QUERY",
        |request| {
            read_number(request, |text| {
                let end = text.find(|character: char| !character.is_ascii_digit());
                Some(text[..end.unwrap_or(text.len())].to_owned())
            });
        },
    ),
    patch_request(
        "blanks around a number are ignored",
        "PRV-VALIDATION-QUERY",
        |request| read_number(request, |text| Some(text.trim().to_owned())),
    ),
    patch_request("a fraction is cut off", "PRV-VALIDATION-QUERY", |request| {
        read_number(request, |text| Some(text.split_once('.')?.0.to_owned()));
    }),
    patch_request(
        "the last of two parameters is used",
        "PRV-VALIDATION-QUERY",
        |request| {
            let pairs = url::form_urlencoded::parse(request.query().as_bytes());
            if let Some((_, last)) = pairs.filter(|(name, _)| name == "offset").last() {
                let last = last.into_owned();
                set_parameter(request, "offset", &last);
            }
        },
    ),
    patch_response(
        "a number of many digits is a server error",
        "PRV-VALIDATION-QUERY",
        |request, response| {
            if request
                .parameter("offset")
                .is_some_and(|text| text.len() > 19)
            {
                response.set_status(500);
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
    patch_request(
        "a body without a media type is read as JSON",
        "PRV-VALIDATION-TYPE",
        |request| {
            let is_declared = request.head.headers.contains_key(header::CONTENT_TYPE);
            if !is_declared && !request.body.is_empty() {
                request.set_header(header::CONTENT_TYPE, "application/json");
            }
        },
    ),
    patch_request(
        "the case of a media type matters",
        "PRV-VALIDATION-TYPE",
        |request| {
            let declared = request.head.headers.get(header::CONTENT_TYPE);
            if declared.is_some_and(|declared| declared.as_bytes().starts_with(b"A")) {
                request.set_header(header::CONTENT_TYPE, "text/plain");
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
