//! What stands in the head of an answer.

use http::{Method, header};

use super::{Mutant, answers, is_create};

/// The checks that see enough answers, and the one that judges their heads.
const JUDGES: &[&str] = &[
    "PRV-SUCCESS",
    "PRV-403-SCOPE",
    "PRV-429-SHAPE",
    "PRV-VALIDATION-BODY",
    "PRV-HEADERS",
];

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("validation errors tell nothing of the quota", "PRV-HEADERS", |_, answer| if answer.is_error("VALIDATION_ERROR") { answer.headers.remove("x-ratelimit-remaining"); }).by(JUDGES),
    answers("more is left of a quota than it has", "PRV-HEADERS", |ask, answer| if ask.head.method == Method::POST && answer.headers.contains_key("x-ratelimit-limit") { answer.set_header("x-ratelimit-remaining", "100000") }).by(JUDGES),
    answers("the end of a window is told in milliseconds that are left", "PRV-HEADERS", |_, answer| if answer.status.is_success() && answer.headers.contains_key("x-ratelimit-reset") { answer.set_header("x-ratelimit-reset", "3600000") }).by(JUDGES),
    answers("a 403 has no challenge", "PRV-HEADERS", |_, answer| if answer.status == 403 { answer.headers.remove(header::WWW_AUTHENTICATE); }).by(JUDGES),
    answers("Location names the list", "PRV-HEADERS", |ask, answer| if is_create(ask) && answer.status == 201 { answer.set_header("location", "/api/v1/orders") }).by(JUDGES),
    answers("Retry-After is a date where something is created", "PRV-HEADERS", |ask, answer| if is_create(ask) && answer.status == 429 { answer.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT") }).by(JUDGES),
    answers("errors do not name their request", "PRV-HEADERS", |ask, answer| if ask.is_api() && answer.status.as_u16() >= 400 { answer.headers.remove("x-request-id"); }).by(JUDGES),
];
