//! Rate limits of keys.

use std::time::{Duration, UNIX_EPOCH};

use http::header;
use serde_json::json;

use super::{
    Mutant, is_list, mints_key, organization, patch_both, patch_request, patch_response,
    reads_settings,
};
use crate::selftest::target::{PatchedRequest, PatchedResponse};

/// Replaces the response by a minimal list of orders.
fn admit(response: &mut PatchedResponse) {
    response.set_status(200);
    response.headers.remove(header::RETRY_AFTER);
    response.set_body(&json!({"orders": [], "total": 0, "limit": 1, "offset": 0}));
}

/// The limit and the remaining requests, if the response states them.
fn quota(response: &PatchedResponse) -> Option<(i64, i64)> {
    let limit = response.number("x-ratelimit-limit")?;
    Some((limit, response.number("x-ratelimit-remaining")?))
}

/// Sets the number of remaining requests.
fn set_remaining(response: &mut PatchedResponse, left: i64) {
    response.set_header("x-ratelimit-remaining", &left.max(0).to_string());
}

/// Increases the number in a header.
fn add(response: &mut PatchedResponse, name: &'static str, more: i64) {
    if let Some(number) = response.number(name) {
        response.set_header(name, &(number + more).to_string());
    }
}

/// Settings with another limit of a tier than its keys have.
fn state(request: &PatchedRequest, response: &mut PatchedResponse, tier: &str, limit: &str) {
    if reads_settings(request) {
        response.edit(|settings| settings["tiers"][tier] = json!(limit));
    }
}

/// Whether a key with this limit exceeded it before; records it if this response does.
fn was_refused(request: &PatchedRequest, response: &PatchedResponse, limit: i64) -> bool {
    request.with_memory(|memory| {
        let refused = memory
            .numbers
            .entry(format!("refused {limit}"))
            .or_default();
        *refused += i64::from(response.status == 429);
        *refused > i64::from(response.status == 429)
    })
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response(
        "the 429 has another code",
        "PRV-429-SHAPE",
        |_, response| {
            if response.status == 429 {
                response.edit(|body| body["code"] = json!("TOO_MANY_REQUESTS"));
            }
        },
    ),
    patch_response("Retry-After is a date", "PRV-429-SHAPE", |_, response| {
        if response.status == 429 {
            response.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT");
        }
    }),
    patch_response(
        "Retry-After is in milliseconds",
        "PRV-429-SHAPE",
        |_, response| {
            if let Some(seconds) = response.number("retry-after") {
                response.set_header("retry-after", &(seconds * 1_000).to_string());
            }
        },
    ),
    patch_response(
        "Retry-After is always a minute",
        "PRV-429-SHAPE",
        |_, response| {
            if response.status == 429 {
                response.set_header("retry-after", "60");
            }
        },
    ),
    patch_response(
        "each request moves the reset",
        "PRV-429-RECOVERY",
        |_, response| {
            let date = response.headers.get(header::DATE);
            let date = date.and_then(|date| date.to_str().ok());
            let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
            if let Some(now) = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok())
                && response.number("x-ratelimit-reset").is_some()
            {
                let reset = now.as_secs() + 3_600;
                response.set_header("x-ratelimit-reset", &reset.to_string());
            }
        },
    ),
    patch_response(
        "only successes consume quota",
        "PRV-429-BAD-KEYS",
        |request, response| {
            let Some((_, left)) = quota(response).filter(|_| response.status != 429) else {
                return;
            };
            let key = request.bearer().unwrap_or_default().to_owned();
            let failed = i64::from(response.status.is_client_error());
            let free = request.with_memory(|memory| {
                let free = memory.numbers.entry(key).or_default();
                *free += failed;
                *free
            });
            set_remaining(response, left + free);
        },
    )
    .by(&["PRV-429-BAD-KEYS"]),
    patch_response(
        "a revoked key gets 429 if its quota is used up",
        "PRV-429-BAD-KEYS",
        |request, response| {
            let key = request.bearer().unwrap_or_default().to_owned();
            let is_spent = request.with_memory(|memory| {
                if response.status == 429 {
                    memory.texts.insert(key.clone());
                }
                memory.texts.contains(&key)
            });
            if response.status == 401 && is_spent {
                response.set_status(429);
                response.set_header("retry-after", "60");
                response.set_body(&json!({
                    "code": "rate_limit_exceeded", "message": "Rate limit exceeded", "retry_after": 60,
                }));
            }
        },
    ),
    patch_response("Retry-After is missing", "PRV-429-SHAPE", |_, response| {
        response.headers.remove(header::RETRY_AFTER);
    }),
    patch_response("the reset is too late", "PRV-429-COUNT", |_, response| {
        if response.status == 200 {
            add(response, "x-ratelimit-reset", 60);
        }
    }),
    patch_response(
        "the reported limit is too high",
        "PRV-429-COUNT",
        |_, response| add(response, "x-ratelimit-limit", 4),
    ),
    patch_response(
        "the settings state another limit",
        "PRV-429-COUNT",
        |request, response| state(request, response, "free", "6/1h"),
    ),
    patch_response(
        "the settings state another window",
        "PRV-429-COUNT",
        |request, response| state(request, response, "free", "5/2h"),
    ),
    patch_request(
        "a tier has the limit of another",
        "PRV-429-COUNT",
        |request| {
            if mints_key(request) {
                request.edit(|key| {
                    if key["tier"] == "pro" {
                        key["tier"] = json!("enterprise");
                    }
                });
            }
        },
    ),
    patch_response(
        "Retry-After is one second too short",
        "PRV-429-RECOVERY",
        |_, response| add(response, "retry-after", -1),
    ),
    patch_response(
        "Retry-After is one second too long",
        "PRV-429-RECOVERY",
        |_, response| add(response, "retry-after", 1),
    ),
    patch_response(
        "a new key has less than its full quota",
        "PRV-429-PER-KEY",
        |_, response| {
            if quota(response).is_some_and(|(limit, left)| left == limit - 1) {
                add(response, "x-ratelimit-remaining", -1);
            }
        },
    ),
    patch_response(
        "a 401 consumes the quota of its organization",
        "PRV-429-BAD-KEYS",
        |request, response| {
            let refused = i64::from(response.status == 401);
            let refused = request.with_memory(|memory| {
                let all = memory.numbers.entry(organization(request)).or_default();
                *all += refused;
                *all
            });
            if let Some((_, left)) = quota(response) {
                set_remaining(response, left - refused);
            }
        },
    ),
    patch_response(
        "all keys of an organization share a quota",
        "PRV-429-PER-KEY",
        |request, response| {
            let Some((limit, _)) = quota(response) else {
                return;
            };
            let used = request.with_memory(|memory| memory.count(&organization(request)));
            set_remaining(response, limit - used);
        },
    ),
    patch_response(
        "all organizations share a quota",
        "PRV-429-ORGANIZATIONS",
        |request, response| {
            if let Some((limit, _)) = quota(response)
                && was_refused(request, response, limit)
            {
                set_remaining(response, 0);
                response.set_status(429);
            }
        },
    )
    .by(&["PRV-429-ORGANIZATIONS"]),
    patch_both(
        "one concurrent request too many is admitted",
        "PRV-429-BURST",
        |request| {
            if is_list(request) {
                // Counted while the request waits, like in a server that checks first and counts later.
                request.with_memory(|memory| {
                    *memory.numbers.entry("waiting".to_owned()).or_default() += 1;
                });
                request.delay = Duration::from_millis(30);
            }
        },
        |request, response| {
            if is_list(request) {
                let others = request.with_memory(|memory| {
                    let waiting = memory.numbers.entry("waiting".to_owned()).or_default();
                    *waiting -= 1;
                    *waiting
                });
                let first =
                    || request.with_memory(|memory| memory.texts.insert("one more".to_owned()));
                if response.status == 429 && others > 0 && first() {
                    admit(response);
                }
            }
        },
    )
    .by(&["PRV-429-BURST", "PRV-429-COUNT"]),
];
