//! What a key may do, and what responses reveal about it.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use super::{Mutant, is_create, known, patch_both, patch_response, rename};

pub(super) const MUTANTS: &[Mutant] = &[
    patch_both(
        "creating orders needs no scope",
        "PRV-403-SCOPE",
        |request| {
            if is_create(request)
                && let Some(key) = known::whole_key(request)
            {
                request.present(&key);
            }
        },
        |request, response| known::record_key(request, response),
    ),
    patch_response(
        "an unknown object returns 404 before the scope is checked",
        "PRV-403-FIRST",
        |request, response| {
            known::record_ids(request, response);
            if response.status == 403
                && request.path().starts_with("/api/v1/orders/")
                && !known::is_about_something(request)
            {
                response.set_status(404);
                response.set_body(&json!({
                    "code": "ENTITY_NOT_FOUND", "message": "There is no such order",
                    "entity_type": "order", "identifier": "1",
                }));
            }
        },
    ),
    patch_response(
        "malformed JSON is rejected before the scope is checked",
        "PRV-403-FIRST",
        |request, response| {
            if response.status == 403
                && !request.body.is_empty()
                && serde_json::from_slice::<Value>(&request.body).is_err()
            {
                response.set_status(400);
                response.set_body(
                    &json!({"code": "INVALID_JSON", "message": "The body is not valid JSON"}),
                );
            }
        },
    ),
    patch_response("detail is called info", "PRV-403-SCOPE", |_, response| {
        if response.status == 403 {
            response.edit(|body| rename(body, "detail", "info"));
        }
    }),
    patch_response(
        "the message names no scope",
        "PRV-403-SCOPE",
        |_, response| {
            if response.status == 403 {
                response.edit(|body| body["message"] = json!("Forbidden"));
            }
        },
    ),
    patch_response("user_scopes is empty", "PRV-403-SCOPE", |_, response| {
        if response.status == 403 {
            response.edit(|body| body["detail"]["user_scopes"] = json!([]));
        }
    }),
    patch_response(
        "reading an order also needs orders:write",
        "PRV-403-OPENS",
        |request, response| {
            known::record_key(request, response);
            if request.is_get_order()
                && response.status == 200
                && known::scopes(request).is_some_and(|held| !held.contains("orders:write"))
            {
                response.set_status(403);
            }
        },
    ),
    patch_response(
        "a 403 returns the key in a header",
        "PRV-SECRET",
        |request, response| {
            if response.status == 403
                && let Some(key) = request.bearer()
            {
                response.set_header("x-caller", key);
            }
        },
    ),
    patch_response(
        "responses contain a part of the key in base64",
        "PRV-SECRET",
        |request, response| {
            if request.is_api()
                && let Some(key) = request.bearer()
            {
                response.set_header("x-caller", &BASE64_STANDARD.encode(key));
            }
        },
    ),
    patch_response(
        "an unknown id is returned unmasked",
        "PRV-SECRET-ECHO",
        |request, response| {
            let id = request
                .path()
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            if response.is_error("ENTITY_NOT_FOUND") {
                response.edit(|body| body["identifier"] = json!(id));
            }
        },
    ),
];
