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
        "validation errors have no quota headers",
        "PRV-HEADERS",
        |_, response| {
            if response.is_error("VALIDATION_ERROR") {
                response.headers.remove("x-ratelimit-remaining");
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "the remaining quota exceeds the limit",
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
        "the reset is the remaining time in milliseconds",
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
        "Location is the list",
        "PRV-HEADERS",
        |request, response| {
            if is_create(request) && response.status == 201 {
                response.set_header("location", "/api/v1/orders");
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "a 201 has a date as Retry-After",
        "PRV-HEADERS",
        |request, response| {
            if is_create(request) && response.status == 429 {
                response.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT");
            }
        },
    )
    .by(JUDGES),
    patch_response(
        "errors have no request id",
        "PRV-HEADERS",
        |request, response| {
            if request.is_api() && response.status.as_u16() >= 400 {
                response.headers.remove("x-request-id");
            }
        },
    )
    .by(JUDGES),
];
