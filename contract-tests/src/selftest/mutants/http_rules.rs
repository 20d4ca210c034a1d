//! What HTTP asks of any server.

use http::{Method, header};
use serde_json::json;

use super::{Mutant, answers, asks, is_list, meets};

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("an unknown path has the error of an unknown id", "PRV-404-ROUTE", |_, answer| if answer.is_error("NOT_FOUND") { answer.edit(|body| body["code"] = json!("ENTITY_NOT_FOUND")) }),
    answers("405 has no Allow", "PRV-405-ALLOW", |_, answer| { answer.headers.remove(header::ALLOW); }),
    answers("Allow forgets POST", "PRV-405-ALLOW", |_, answer| if answer.headers.contains_key(header::ALLOW) { answer.set_header("allow", "GET, HEAD, OPTIONS") }),
    asks("HEAD needs no key", "PRV-HEAD", |ask| if ask.head.method == Method::HEAD { ask.let_in() }),
    answers("HEAD is not allowed", "PRV-HEAD", |ask, answer| if ask.head.method == Method::HEAD && answer.status == 200 { answer.set_status(405) }),
    meets("the answer to HEAD has a body", "PRV-HEAD-EMPTY", "HEAD body_where_none;status=200").by(&["PRV-HEAD-EMPTY"]),
    answers("a slash at the end is not found", "PRV-SLASH", |ask, answer| if ask.path().ends_with("orders/") && answer.status == 200 { answer.set_status(404) }),
    asks("a slash at the end needs no key", "PRV-SLASH", |ask| if ask.path().ends_with('/') && ask.authorization().is_none() { ask.let_in() }),
    asks("Bearer must be spelled so", "PRV-SCHEME-CASE", |ask| if ask.authorization().is_some_and(|value| !value.starts_with("Bearer")) { ask.head.headers.remove(header::AUTHORIZATION); }),
    answers("a GET may have no Content-Type", "PRV-GET-TYPE", |ask, answer| if is_list(ask) && ask.head.headers.contains_key(header::CONTENT_TYPE) && answer.status == 200 { answer.set_status(415) }),
];
