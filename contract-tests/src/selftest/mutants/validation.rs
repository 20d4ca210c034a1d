//! What a request must look like.

use http::header;
use schemas::{Parameter, orders::Feature};
use serde_json::{Value, json};
use strum::VariantArray as _;

use super::{Mutant, answers, asks, is_create, is_list, keep_parameters, rows};
use crate::{
    contract::duplicates,
    selftest::target::{Answer, Ask},
};

/// The title of the order that is asked for.
fn title(ask: &Ask) -> String {
    let body: Value = serde_json::from_slice(&ask.body).unwrap_or_default();
    body["title"].as_str().unwrap_or_default().to_owned()
}

/// Refuses what was asked because of a field.
fn refuse(answer: &mut Answer, field: &str) {
    answer.set_status(422);
    answer.set_body(&json!({
        "code": "VALIDATION_ERROR", "message": "Request validation failed",
        "detail": {"validation_errors": [{"field": field, "error": "is too much", "provided": null}]},
    }));
}

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("validation errors name no field", "PRV-VALIDATION-BODY", |ask, answer| if is_create(ask) && answer.is_error("VALIDATION_ERROR") { answer.edit(|body| for error in rows(&mut body["detail"], "validation_errors") { error["field"] = json!("body"); }) }),
    answers("validation errors have another code", "PRV-VALIDATION-BODY", |ask, answer| if is_create(ask) && answer.is_error("VALIDATION_ERROR") { answer.edit(|body| body["code"] = json!("CONFLICT")) }),
    asks("unknown parameters are ignored", "PRV-VALIDATION-QUERY", |ask| if ask.is_api() { keep_parameters(ask, |name| Parameter::VARIANTS.iter().any(|known| known.as_str() == name)) }),
    answers("broken JSON is 500", "PRV-VALIDATION-JSON", |_, answer| if answer.is_error("INVALID_JSON") { answer.set_status(500) }),
    answers("broken JSON is a validation error", "PRV-VALIDATION-JSON", |_, answer| if answer.is_error("INVALID_JSON") { answer.edit(|body| body["code"] = json!("INVALID_REQUEST")) }),
    asks("any media type is good", "PRV-VALIDATION-TYPE", |ask| if ask.head.headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "text/plain") { ask.set_header(header::CONTENT_TYPE, "application/json") }),
    answers("the longest allowed title is refused", "PRV-PROP-VALID", |ask, answer| if is_create(ask) && title(ask).chars().count() == 200 { refuse(answer, "title") }),
    answers("an emoji is a server error", "PRV-PROP-VALID", |ask, answer| if is_create(ask) && title(ask).chars().any(|one| one > '\u{ffff}') && answer.status == 201 { answer.set_status(500); }),
    answers("the largest offset is refused", "PRV-PROP-VALID", |ask, answer| if is_list(ask) && ask.parameter("offset").and_then(|text| text.parse::<i64>().ok()) >= Some(1_000_000_000) && answer.status == 200 { refuse(answer, "offset") }),
    answers("a long answer is not of its shape", "PRV-PROP-VALID", |ask, answer| if is_create(ask) && title(ask).len() > 100 { answer.edit_success(|body| body["title"] = Value::Null) }),
    asks("one character too many is cut off", "PRV-PROP-INVALID", |ask| if is_create(ask) { ask.edit(|body| if let Some(title) = body["title"].as_str() { body["title"] = title.chars().take(200).collect::<String>().into() }) }),
    asks("an unknown word is taken for another", "PRV-PROP-INVALID", |ask| if is_create(ask) { ask.edit(|body| for feature in rows(body, "features") { if feature.is_string() && serde_json::from_value::<Feature>(feature.clone()).is_err() { *feature = json!("CONTACTS") } }) }),
    answers("what is cut off is a server error", "PRV-PROP-INVALID", |ask, answer| if answer.is_error("INVALID_JSON") && serde_json::from_slice::<Value>(&ask.body).is_err_and(|error| error.is_eof()) { answer.set_status(500) }),
    answers("a field that stands twice is a server error", "PRV-VALIDATION-NAMES", |ask, answer| if is_create(ask) && duplicates::of(&ask.body).is_some() { answer.set_status(500) }),
    answers("of a field that stands twice the value counts that is not allowed", "PRV-VALIDATION-NAMES", |ask, answer| if is_create(ask) && let Some(place) = duplicates::of(&ask.body) { answer.edit_success(|body| body[&place[1..]] = Value::Null) }),
    asks("a company too many is dropped", "PRV-VALIDATION-SIZE", |ask| if is_create(ask) && ask.body.len() > 100_000 { ask.edit(|body| if let Some(Value::Array(companies)) = body.get_mut("companies") { companies.truncate(10_000) }) }),
];
