//! What a request must look like.

use http::header;
use serde_json::{Value, json};

use super::{Mutant, answers, asks, is_create, rows};

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("validation errors name no field", "PRV-VALIDATION-BODY", |ask, answer| if is_create(ask) && answer.is_error("VALIDATION_ERROR") { answer.edit(|body| for error in rows(&mut body["detail"], "validation_errors") { error["field"] = json!("body"); }) }),
    answers("validation errors have another code", "PRV-VALIDATION-BODY", |ask, answer| if is_create(ask) && answer.is_error("VALIDATION_ERROR") { answer.edit(|body| body["code"] = json!("CONFLICT")) }),
    asks("unknown parameters are ignored", "PRV-VALIDATION-QUERY", |ask| if ask.query() == "colour=red" { let path = ask.path().to_owned(); ask.set_target(&path) }),
    answers("broken JSON is 500", "PRV-VALIDATION-JSON", |_, answer| if answer.is_error("INVALID_JSON") { answer.set_status(500) }),
    answers("broken JSON is a validation error", "PRV-VALIDATION-JSON", |_, answer| if answer.is_error("INVALID_JSON") { answer.edit(|body| body["code"] = json!("INVALID_REQUEST")) }),
    asks("any media type is good", "PRV-VALIDATION-TYPE", |ask| if ask.head.headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "text/plain") { ask.set_header(header::CONTENT_TYPE, "application/json") }),
    asks("a company too many is dropped", "PRV-VALIDATION-SIZE", |ask| if is_create(ask) && ask.body.len() > 310_000 { ask.edit(|body| if let Some(Value::Array(companies)) = body.get_mut("companies") { companies.truncate(10_000) }) }),
];
