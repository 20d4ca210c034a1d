//! Statements of vendor pages that contradict the authentication page. A server that follows such a page has no bug, but the
//! sandbox must follow the authentication page.

use http::Method;
use serde_json::json;

use super::{Mutant, is_list, patch_response, rename, rows};

/// The checks that would also report it as a bug if the judge did not first convert it to the authentication page's reading.
const JUDGES: &[&str] = &[
    "PRV-SUCCESS",
    "PRV-LIST-LIMIT",
    "PRV-401-MISSING",
    "PRV-403-SCOPE",
    "PRV-404-UNKNOWN",
    "PRV-429-SHAPE",
    "PRV-VALIDATION-BODY",
    "PRV-VALIDATION-QUERY",
    "PRV-SCHEMA",
    "PRV-READING",
];

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response("errors are nested", "PRV-READING", |request, response| {
        if request.is_api() && response.status.as_u16() >= 400 {
            response.edit(|body| *body = json!({"error": body.take()}));
        }
    })
    .by(JUDGES),
    patch_response(
        "the code of a 401 is UNAUTHORIZED",
        "PRV-READING",
        |_, response| {
            if response.is_error("AUTHENTICATION_ERROR") {
                response.edit(|body| body["code"] = json!("UNAUTHORIZED"));
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "detail of a 403 is called details",
        "PRV-READING",
        |_, response| {
            if response.status == 403 {
                response.edit(|body| rename(body, "detail", "details"));
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "the message of a 403 starts differently",
        "PRV-READING",
        |_, response| {
            if response.status == 403 {
                response.edit(|body| {
                    if let Some(message) = body["message"].as_str() {
                        body["message"] = json!(message.replace(
                            "Insufficient permissions. Required scopes: ",
                            "Missing required scopes: "
                        ));
                    }
                });
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "the code of a 429 is in upper case",
        "PRV-READING",
        |_, response| {
            if response.status == 429 {
                response.edit(|body| body["code"] = json!("RATE_LIMIT_EXCEEDED"));
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "each kind of object has a 404 of its own",
        "PRV-READING",
        |_, response| {
            if response.is_error("ENTITY_NOT_FOUND") {
                response.edit(|body| {
                    *body = json!({"code": "ORDER_NOT_FOUND", "message": body["message"]});
                });
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "orders are listed in items",
        "PRV-READING",
        |request, response| {
            if is_list(request) {
                response.edit_success(|body| rename(body, "orders", "items"));
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "a list has no has_more",
        "PRV-READING",
        |request, response| {
            if request.is(&Method::GET, "/blacklists") {
                response.edit_success(|body| {
                    if let Some(fields) = body.as_object_mut() {
                        fields.remove("has_more");
                    }
                });
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "an invalid request returns 400 INVALID_REQUEST",
        "PRV-READING",
        |_, response| {
            if response.is_error("VALIDATION_ERROR") {
                response.set_status(400);
                response.edit(|body| {
                    body["code"] = json!("INVALID_REQUEST");
                    rename(body, "detail", "details");
                });
            }
        },
    )
    .by(JUDGES),
    patch_response("orders are rejected", "PRV-READING", |request, response| {
        if is_list(request) {
            response.edit_success(|body| {
                for order in rows(body, "orders") {
                    order["status"] = json!("REJECTED");
                }
            });
        }
    })
    .by(JUDGES),
];
