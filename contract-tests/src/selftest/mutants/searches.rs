//! Prospect searches with their version lock, and the filters of lists.

use std::time::Duration;

use http::{HeaderName, Method};
use serde_json::{Value, json};

use super::{
    Mutant, ignore_field, ignore_parameter, patch_both, patch_request, patch_response, rows,
    set_parameter,
};
use crate::selftest::target::PatchedRequest;

/// The caller and the object of a request.
fn searched(request: &PatchedRequest) -> String {
    format!(
        "{} {}",
        request.bearer().unwrap_or_default(),
        request.path()
    )
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response(
        "a stale change returns 200",
        "PRV-VERSION-STALE",
        |request, response| {
            if request.head.method == Method::PATCH && response.status == 409 {
                response.set_status(200);
            }
        },
    ),
    patch_both(
        "a stale change is applied",
        "PRV-VERSION-STALE",
        |request| {
            if request.head.method == Method::PATCH
                && let Some(version) =
                    request.with_memory(|memory| memory.numbers.get(&searched(request)).copied())
            {
                request.edit(|body| {
                    if body["version"].is_u64() {
                        body["version"] = json!(version);
                    }
                });
            }
        },
        |request, response| {
            response.edit_success(|body| {
                if let Some(version) = body["version"].as_i64() {
                    request.with_memory(|memory| memory.numbers.insert(searched(request), version));
                }
            });
        },
    ),
    patch_response(
        "a version that does not exist yet is accepted",
        "PRV-VERSION-STALE",
        |request, response| {
            let sent = serde_json::from_slice::<Value>(&request.body).unwrap_or_default();
            if request.head.method == Method::PATCH
                && response.status == 409
                && sent["version"].as_u64() > Some(500)
            {
                response.set_status(200);
            }
        },
    ),
    patch_both(
        "of two updates at once, both succeed",
        "PRV-VERSION-STALE",
        |request| {
            if request.head.method == Method::PATCH {
                request.with_memory(|memory| {
                    *memory.numbers.entry("waiting".to_owned()).or_default() += 1;
                });
                request.delay = Duration::from_millis(30);
            }
        },
        |request, response| {
            if request.head.method != Method::PATCH {
                return;
            }
            let others = request.with_memory(|memory| {
                let waiting = memory.numbers.entry("waiting".to_owned()).or_default();
                *waiting -= 1;
                let overlapped = *waiting > 0 || memory.texts.remove("overlapped");
                if *waiting > 0 {
                    memory.texts.insert("overlapped".to_owned());
                }
                overlapped
            });
            if response.status == 409 && others {
                response.set_status(200);
            }
        },
    )
    .by(&["PRV-VERSION-STALE"]),
    patch_request(
        "an empty set of blacklists is ignored",
        "PRV-SEARCH-BLACKLISTS",
        |request| {
            let sent = serde_json::from_slice::<Value>(&request.body).unwrap_or_default();
            if request.head.method == Method::PUT && sent["blacklist_ids"] == json!([]) {
                request.head.method = Method::GET;
            }
        },
    ),
    patch_response(
        "ignored fields are not named",
        "PRV-VERSION-STRIPPED",
        |request, response| {
            if request.head.method == Method::PATCH {
                response.edit_success(|body| {
                    if body["stripped_fields"].is_array() {
                        body["stripped_fields"] = json!([]);
                    }
                });
            }
        },
    ),
    patch_request("update_mask is ignored", "PRV-VERSION-MASK", |request| {
        if request.head.method == Method::PATCH {
            ignore_field(request, "update_mask");
        }
    }),
    patch_response(
        "a prospect search shows no blacklist",
        "PRV-SEARCH-BLACKLISTS",
        |request, response| {
            if request.is(&Method::GET, "*/blacklists")
                && request.path().contains("prospect-searches")
            {
                response.edit_success(|body| body["items"] = json!([]));
            }
        },
    ),
    patch_request(
        "setting blacklists keeps the previous ones",
        "PRV-SEARCH-BLACKLISTS",
        |request| {
            if request.is(&Method::PUT, "*/blacklists") {
                let path = request.path().to_owned();
                let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                let set: Vec<_> = body["blacklist_ids"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(ToOwned::to_owned)
                    .collect();
                let all = request.with_memory(|memory| {
                    let all = memory.firsts.entry(path).or_default();
                    *all = format!("{all} {}", set.join(" "));
                    all.clone()
                });
                request.edit(|body| body["blacklist_ids"] = all.split_whitespace().collect());
            }
        },
    ),
    patch_request(
        "min_match_score is ignored",
        "PRV-FILTER-SCORE",
        |request| ignore_parameter(request, "min_match_score"),
    ),
    patch_response(
        "a company with exactly the minimum score is left out",
        "PRV-FILTER-SCORE",
        |request, response| {
            if let Some(min) = request
                .parameter("min_match_score")
                .and_then(|text| text.parse::<f64>().ok())
            {
                response.edit_success(|body| {
                    let all = rows(body, "items").count();
                    if let Some(items) = body["items"].as_array_mut() {
                        items.retain(|row| row["match_score"].as_f64() != Some(min));
                    }
                    let left = all - rows(body, "items").count();
                    body["total"] = json!(body["total"].as_u64().unwrap_or_default() - left as u64);
                });
            }
        },
    ),
    patch_request(
        "review_status_list is ignored",
        "PRV-FILTER-REVIEW",
        |request| ignore_parameter(request, "review_status_list"),
    ),
    patch_request("review_status is ignored", "PRV-FILTER-REVIEW", |request| {
        ignore_parameter(request, "review_status");
    }),
    patch_request(
        "prospect_search_id is ignored",
        "PRV-FILTER-SEARCH-ID",
        |request| ignore_parameter(request, "prospect_search_id"),
    ),
    patch_request("search is ignored", "PRV-FILTER-TEXT", |request| {
        ignore_parameter(request, "search");
    }),
    patch_request(
        "search is ignored for prospects",
        "PRV-FILTER-TEXT",
        |request| {
            if request.is(&Method::GET, "/prospects") {
                ignore_parameter(request, "search");
            }
        },
    ),
    patch_request("search is case-sensitive", "PRV-FILTER-TEXT", |request| {
        if let Some(text) = request.parameter("search")
            && text == text.to_uppercase()
        {
            set_parameter(request, "search", "nothing-is-called-so");
        }
    }),
    patch_response(
        "search compares only the beginning",
        "PRV-FILTER-TEXT",
        |request, response| {
            let text = request
                .parameter("search")
                .unwrap_or_default()
                .to_lowercase();
            let begins = |name: &Value| {
                let name = name.as_str().unwrap_or_default();
                name.to_lowercase().starts_with(&text)
            };
            response.edit_success(|body| {
                if !text.is_empty()
                    && let Some(items) = body["items"].as_array_mut()
                {
                    items.retain(|row| begins(&row["name"]) || begins(&row["last_name"]));
                    body["total"] = json!(items.len());
                }
            });
        },
    ),
    patch_request(
        "search ignores case only in ASCII",
        "PRV-FILTER-TEXT",
        |request| {
            if let Some(text) = request.parameter("search")
                && text.to_ascii_lowercase() != text.to_lowercase()
            {
                set_parameter(request, "search", "nothing-is-called-so");
            }
        },
    ),
    patch_request(
        "a percent sign in a search is a wildcard",
        "PRV-FILTER-TEXT",
        |request| {
            if let Some(text) = request.parameter("search")
                && let Some((_, end)) = text.split_once('%')
            {
                let end: String = url::form_urlencoded::byte_serialize(end.as_bytes()).collect();
                set_parameter(request, "search", &end);
            }
        },
    ),
    patch_response(
        "a quote in a search is a server error",
        "PRV-FILTER-TEXT",
        |request, response| {
            if request
                .parameter("search")
                .is_some_and(|text| text.contains('\''))
            {
                response.set_status(500);
            }
        },
    ),
    patch_request(
        "only one of several filters applies",
        "PRV-FILTER-TOGETHER",
        |request| {
            if request.parameter("min_match_score").is_some() {
                ignore_parameter(request, "review_status");
            }
        },
    ),
    patch_both(
        "a filter applies to the rows of the page",
        "PRV-FILTER-TOGETHER",
        |request| {
            if let Some(status) = request.parameter("review_status") {
                ignore_parameter(request, "review_status");
                request.set_header(HeaderName::from_static("x-filter"), &status);
            }
        },
        |request, response| {
            if let Some(status) = request.head.headers.get("x-filter")
                && let Ok(status) = status.to_str()
            {
                response.edit_success(|body| {
                    if let Some(items) = body["items"].as_array_mut() {
                        items.retain(|row| row["review_status"] == status);
                        body["total"] = json!(items.len());
                    }
                });
            }
        },
    ),
    patch_request(
        "the offset of delivered_since is ignored",
        "PRV-FILTER-SINCE",
        |request| {
            let time = request.parameter("delivered_since");
            if let Some((local, _)) = time.as_deref().and_then(|time| time.rsplit_once('-'))
                && local.contains('T')
            {
                set_parameter(request, "delivered_since", &format!("{local}Z"));
            }
        },
    ),
    patch_request("company_id is ignored", "PRV-FILTER-COMPANY", |request| {
        ignore_parameter(request, "company_id");
    }),
    patch_response(
        "prospects have the name of another company",
        "PRV-FILTER-COMPANY",
        |request, response| {
            if request.is(&Method::GET, "/prospects") {
                response.edit_success(|body| {
                    for prospect in rows(body, "items") {
                        prospect["company_name"] = json!("Example Corp");
                    }
                });
            }
        },
    ),
    patch_response(
        "delivered_since excludes everything",
        "PRV-FILTER-SINCE",
        |request, response| {
            if request.parameter("delivered_since").is_some() {
                response.edit_success(|body| {
                    body["items"] = json!([]);
                    body["total"] = json!(0);
                });
            }
        },
    ),
    patch_request(
        "delivered_since is ignored",
        "PRV-FILTER-SINCE",
        |request| ignore_parameter(request, "delivered_since"),
    ),
];
