//! Headers of responses.

use http::{Method, header};

use super::{Mutant, is_create, patch_response};

/// The checks that see enough responses, and the check that judges their headers.
const JUDGES: &[&str] = &[
    "PRV-SUCCESS",
    "PRV-403-SCOPE",
    "PRV-429-SHAPE",
    "PRV-VALIDATION-BODY",
    "PRV-HEADERS",
];

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response(
        "validation errors tell nothing of the quota",
        "PRV-HEADERS",
        |_, response| {
            if response.is_error("VALIDATION_ERROR") {
                response.headers.remove("x-ratelimit-remaining");
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "more is left of a quota than it has",
        "PRV-HEADERS",
        |request, response| {
            if request.head.method == Method::POST
                && response.headers.contains_key("x-ratelimit-limit")
            {
                response.set_header("x-ratelimit-remaining", "100000");
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "the end of a window is told in milliseconds that are left",
        "PRV-HEADERS",
        |_, response| {
            if response.status.is_success() && response.headers.contains_key("x-ratelimit-reset") {
                response.set_header("x-ratelimit-reset", "3600000");
            }
        },
    )
    .by(JUDGES),
    patch_response("a 403 has no challenge", "PRV-HEADERS", |_, response| {
        if response.status == 403 {
            response.headers.remove(header::WWW_AUTHENTICATE);
        }
    })
    .by(JUDGES),
    patch_response(
        "Location names the list",
        "PRV-HEADERS",
        |request, response| {
            if is_create(request) && response.status == 201 {
                response.set_header("location", "/api/v1/orders");
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "Retry-After is a date where something is created",
        "PRV-HEADERS",
        |request, response| {
            if is_create(request) && response.status == 429 {
                response.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT");
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "errors do not name their request",
        "PRV-HEADERS",
        |request, response| {
            if request.is_api() && response.status.as_u16() >= 400 {
                response.headers.remove("x-request-id");
            }
        },
    )
    .by(JUDGES),
];
