//! What another page of the vendor's says than the authority: no bug of a server that follows that page, but one
//! of a sandbox, which is to follow the authority.

use serde_json::json;

use super::{Mutant, answers, is_list, rename, rows};

/// The checks that would take it for a bug, too, if it were not put as the authority would.
const JUDGES: &[&str] = &[
    "PRV-SUCCESS",
    "PRV-LIST-LIMIT",
    "PRV-401-MISSING",
    "PRV-403-SCOPE",
    "PRV-404-UNKNOWN",
    "PRV-429-SHAPE",
    "PRV-SCHEMA",
    "PRV-READING",
];

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("errors are nested", "PRV-READING", |ask, answer| if ask.is_api() && answer.status.as_u16() >= 400 { answer.edit(|body| *body = json!({"error": body.take()})) }).by(JUDGES),
    answers("the code of a 401 is UNAUTHORIZED", "PRV-READING", |_, answer| if answer.is_error("AUTHENTICATION_ERROR") { answer.edit(|body| body["code"] = json!("UNAUTHORIZED")) }).by(JUDGES),
    answers("detail of a 403 is called details", "PRV-READING", |_, answer| if answer.status == 403 { answer.edit(|body| rename(body, "detail", "details")) }).by(JUDGES),
    answers("the message of a 403 begins otherwise", "PRV-READING", |_, answer| if answer.status == 403 { answer.edit(|body| if let Some(message) = body["message"].as_str() { body["message"] = json!(message.replace("Insufficient permissions. Required scopes: ", "Missing required scopes: ")) }) }).by(JUDGES),
    answers("the code of a 429 is in upper case", "PRV-READING", |_, answer| if answer.status == 429 { answer.edit(|body| body["code"] = json!("RATE_LIMIT_EXCEEDED")) }).by(JUDGES),
    answers("each kind of object has a 404 of its own", "PRV-READING", |_, answer| if answer.is_error("ENTITY_NOT_FOUND") { answer.edit(|body| *body = json!({"code": "ORDER_NOT_FOUND", "message": body["message"]})) }).by(JUDGES),
    answers("orders are listed in items", "PRV-READING", |ask, answer| if is_list(ask) { answer.edit_success(|body| rename(body, "orders", "items")) }).by(JUDGES),
    answers("orders are rejected", "PRV-READING", |ask, answer| if is_list(ask) { answer.edit_success(|body| for order in rows(body, "orders") { order["status"] = json!("REJECTED"); }) }).by(JUDGES),
];
