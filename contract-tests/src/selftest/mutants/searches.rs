//! Prospect searches with their lock, and the filters of lists.

use http::Method;
use serde_json::json;

use super::{Mutant, answers, asks, both, ignore_field, ignore_parameter};
use crate::selftest::target::Ask;

/// What a request is about, of whose organization.
fn searched(ask: &Ask) -> String {
    format!("{} {}", ask.bearer().unwrap_or_default(), ask.path())
}

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("a stale change is answered with 200", "PRV-VERSION-STALE", |ask, answer| if ask.head.method == Method::PATCH && answer.status == 409 { answer.set_status(200) }),
    both("a stale change is made all the same", "PRV-VERSION-STALE",
        |ask| if ask.head.method == Method::PATCH && let Some(version) = ask.remember(|memory| memory.numbers.get(&searched(ask)).copied()) {
            ask.edit(|body| if body["version"].is_u64() { body["version"] = json!(version); });
        },
        |ask, answer| answer.edit_success(|body| if let Some(version) = body["version"].as_i64() {
            ask.remember(|memory| memory.numbers.insert(searched(ask), version));
        })),
    answers("nobody is told what was left out", "PRV-VERSION-STRIPPED", |ask, answer| if ask.head.method == Method::PATCH { answer.edit_success(|body| if body["stripped_fields"].is_array() { body["stripped_fields"] = json!([]); }) }),
    asks("update_mask is ignored", "PRV-VERSION-MASK", |ask| if ask.head.method == Method::PATCH { ignore_field(ask, "update_mask") }),
    answers("a prospect search shows no blacklist", "PRV-SEARCH-BLACKLISTS", |ask, answer| if ask.is(&Method::GET, "*/blacklists") && ask.path().contains("prospect-searches") { answer.edit_success(|body| body["items"] = json!([])) }),
    asks("min_match_score is ignored", "PRV-FILTER-SCORE", |ask| ignore_parameter(ask, "min_match_score")),
    asks("review_status is ignored", "PRV-FILTER-REVIEW", |ask| ignore_parameter(ask, "review_status")),
    asks("prospect_search_id is ignored", "PRV-FILTER-SEARCH-ID", |ask| ignore_parameter(ask, "prospect_search_id")),
    asks("search is ignored", "PRV-FILTER-TEXT", |ask| ignore_parameter(ask, "search")),
    asks("company_id is ignored", "PRV-FILTER-COMPANY", |ask| ignore_parameter(ask, "company_id")),
    asks("delivered_since is ignored", "PRV-FILTER-SINCE", |ask| ignore_parameter(ask, "delivered_since")),
];
