//! Prospect searches with their lock, and the filters of lists.

use http::Method;
use serde_json::{Value, json};

use super::{Mutant, answers, asks, both, ignore_field, ignore_parameter, rows, set_parameter};
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
    asks("blacklists that were set before stay", "PRV-SEARCH-BLACKLISTS", |ask| if ask.is(&Method::PUT, "*/blacklists") {
        let path = ask.path().to_owned();
        let body: Value = serde_json::from_slice(&ask.body).unwrap_or_default();
        let set: Vec<_> = body["blacklist_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        let all = ask.remember(|memory| { let all = memory.firsts.entry(path).or_default(); *all = format!("{all} {}", set.join(" ")); all.clone() });
        ask.edit(|body| body["blacklist_ids"] = all.split_whitespace().collect());
    }),
    asks("min_match_score is ignored", "PRV-FILTER-SCORE", |ask| ignore_parameter(ask, "min_match_score")),
    answers("a company of just the least score is left out", "PRV-FILTER-SCORE", |ask, answer| if let Some(least) = ask.parameter("min_match_score").and_then(|text| text.parse::<f64>().ok()) {
        answer.edit_success(|body| {
            let all = rows(body, "items").count();
            if let Some(items) = body["items"].as_array_mut() { items.retain(|row| row["match_score"].as_f64() != Some(least)); }
            let left = all - rows(body, "items").count();
            body["total"] = json!(body["total"].as_u64().unwrap_or_default() - left as u64);
        });
    }),
    asks("review_status_list is ignored", "PRV-FILTER-REVIEW", |ask| ignore_parameter(ask, "review_status_list")),
    asks("review_status is ignored", "PRV-FILTER-REVIEW", |ask| ignore_parameter(ask, "review_status")),
    asks("prospect_search_id is ignored", "PRV-FILTER-SEARCH-ID", |ask| ignore_parameter(ask, "prospect_search_id")),
    asks("search is ignored", "PRV-FILTER-TEXT", |ask| ignore_parameter(ask, "search")),
    asks("search minds the case", "PRV-FILTER-TEXT", |ask| if let Some(text) = ask.parameter("search") && text == text.to_uppercase() { set_parameter(ask, "search", "nothing-is-called-so") }),
    asks("company_id is ignored", "PRV-FILTER-COMPANY", |ask| ignore_parameter(ask, "company_id")),
    answers("delivered_since lets nothing through", "PRV-FILTER-SINCE", |ask, answer| if ask.parameter("delivered_since").is_some() { answer.edit_success(|body| { body["items"] = json!([]); body["total"] = json!(0); }) }),
    asks("delivered_since is ignored", "PRV-FILTER-SINCE", |ask| ignore_parameter(ask, "delivered_since")),
];
