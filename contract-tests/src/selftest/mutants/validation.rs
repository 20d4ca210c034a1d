//! What a request must look like.

use http::header;
use serde_json::{Value, json};

use super::{Mutant, answers, asks, is_create, is_list, rows};
use crate::selftest::target::{Answer, Ask};

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
    asks("unknown parameters are ignored", "PRV-VALIDATION-QUERY", |ask| if ask.query() == "colour=red" { let path = ask.path().to_owned(); ask.set_target(&path) }),
    answers("broken JSON is 500", "PRV-VALIDATION-JSON", |_, answer| if answer.is_error("INVALID_JSON") { answer.set_status(500) }),
    answers("broken JSON is a validation error", "PRV-VALIDATION-JSON", |_, answer| if answer.is_error("INVALID_JSON") { answer.edit(|body| body["code"] = json!("INVALID_REQUEST")) }),
    asks("any media type is good", "PRV-VALIDATION-TYPE", |ask| if ask.head.headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "text/plain") { ask.set_header(header::CONTENT_TYPE, "application/json") }),
    answers("the longest allowed title is refused", "PRV-PROP-VALID", |ask, answer| if is_create(ask) && title(ask).chars().count() == 200 { refuse(answer, "title") }),
    answers("an emoji is a server error", "PRV-PROP-VALID", |ask, answer| if is_create(ask) && title(ask).chars().any(|one| one > '\u{ffff}') && answer.status == 201 { answer.set_status(500); }),
    answers("the largest offset is refused", "PRV-PROP-VALID", |ask, answer| if is_list(ask) && ask.query().contains("offset=1000000000") && answer.status == 200 { refuse(answer, "offset") }),
    answers("a long answer is not of its shape", "PRV-PROP-VALID", |ask, answer| if is_create(ask) && title(ask).len() > 100 { answer.edit_success(|body| body["title"] = Value::Null) }),
    asks("one character too many is cut off", "PRV-PROP-INVALID", |ask| if is_create(ask) { ask.edit(|body| if let Some(title) = body["title"].as_str() { body["title"] = title.chars().take(200).collect::<String>().into() }) }),
    asks("an unknown word is left out", "PRV-PROP-INVALID", |ask| if is_create(ask) { ask.edit(|body| if let Some(Value::Array(features)) = body.get_mut("features") { for feature in features { if feature == "NO_SUCH_WORD" { *feature = json!("CONTACTS") } } }) }),
    answers("what is cut off is a server error", "PRV-PROP-INVALID", |ask, answer| if ask.body.len() > 1 && answer.is_error("INVALID_JSON") { answer.set_status(500) }),
    asks("a company too many is dropped", "PRV-VALIDATION-SIZE", |ask| if is_create(ask) && ask.body.len() > 310_000 { ask.edit(|body| if let Some(Value::Array(companies)) = body.get_mut("companies") { companies.truncate(10_000) }) }),
];
