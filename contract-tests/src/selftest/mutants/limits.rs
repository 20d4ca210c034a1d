//! How often a key may call.

use std::time::Duration;

use http::header;
use serde_json::json;

use super::{Mutant, answers, both, is_list};
use crate::selftest::target::{Answer, Ask};

/// What an answer to a list of orders is, at the least.
fn let_in(answer: &mut Answer) {
    answer.set_status(200);
    answer.headers.remove(header::RETRY_AFTER);
    answer.set_body(&json!({"orders": [], "total": 0, "limit": 1, "offset": 0}));
}

/// The organization that a key says it is of.
fn organization(ask: &Ask) -> Option<&str> {
    let key = ask.bearer()?;
    key.get(key.len().checked_sub(6)?..)
}

/// Whether somebody has called too often before; from now on, somebody has.
fn was_refused(ask: &Ask, answer: &Answer) -> bool {
    ask.remember(|memory| {
        let refused = memory.numbers.entry("refused".to_owned()).or_default();
        *refused += i64::from(answer.status == 429);
        *refused > i64::from(answer.status == 429)
    })
}

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("the 429 has another code", "PRV-429-SHAPE", |_, answer| if answer.status == 429 { answer.edit(|body| body["code"] = json!("TOO_MANY_REQUESTS")) }),
    answers("Retry-After is a date", "PRV-429-SHAPE", |_, answer| if answer.status == 429 { answer.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT") }),
    answers("there is no Retry-After", "PRV-429-SHAPE", |_, answer| { answer.headers.remove(header::RETRY_AFTER); }),
    answers("the window is said to end later", "PRV-429-COUNT", |_, answer| if answer.status == 200 && answer.headers.contains_key("x-ratelimit-reset") { answer.set_header("x-ratelimit-reset", "1999999999") }),
    answers("the limit is said to be higher", "PRV-429-COUNT", |_, answer| if answer.headers.contains_key("x-ratelimit-limit") { answer.set_header("x-ratelimit-limit", "9") }),
    answers("Retry-After is a second short", "PRV-429-RECOVERY", |_, answer| if answer.status == 429 { answer.set_header("retry-after", "3599") }),
    answers("Retry-After is a second long", "PRV-429-RECOVERY", |_, answer| if answer.status == 429 { answer.set_header("retry-after", "3601") }),
    answers("a fresh key has less than its whole quota", "PRV-429-PER-KEY", |_, answer| if answer.number("x-ratelimit-remaining") == Some(4) { answer.set_header("x-ratelimit-remaining", "3") }),
    answers("a 401 uses up the quota of its organization", "PRV-429-BAD-KEYS", |ask, answer| {
        let Some(organization) = organization(ask) else { return };
        let used = ask.remember(|memory| {
            let used = memory.numbers.entry(organization.to_owned()).or_default();
            *used += i64::from(answer.status == 401);
            *used
        });
        if let Some(left) = answer.number("x-ratelimit-remaining") {
            answer.set_header("x-ratelimit-remaining", &(left - used).max(0).to_string());
        }
    }),
    answers("the bucket is that of the organization", "PRV-429-PER-KEY", |ask, answer| {
        let Some(organization) = organization(ask) else { return };
        let Some(left) = answer.number("x-ratelimit-remaining").filter(|left| *left < 5) else { return };
        let left = ask.remember(|memory| {
            let least = memory.numbers.entry(organization.to_owned()).or_insert(6);
            *least = (*least - 1).min(left);
            *least
        });
        answer.set_header("x-ratelimit-remaining", &left.max(0).to_string());
    }),
    answers("the bucket is that of all", "PRV-429-ORGANIZATIONS", |ask, answer| if was_refused(ask, answer) && answer.number("x-ratelimit-limit") == Some(5) { answer.set_header("x-ratelimit-remaining", "0"); answer.set_status(429) }).by(&["PRV-429-ORGANIZATIONS"]),
    both("one call more is let in where many come at once", "PRV-429-BURST",
        |ask| if is_list(ask) {
            // Counted while it waits, as a server does that looks first and counts later.
            ask.remember(|memory| *memory.numbers.entry("waiting".to_owned()).or_default() += 1);
            ask.delay = Duration::from_millis(30);
        },
        |ask, answer| if is_list(ask) {
            let others = ask.remember(|memory| {
                let waiting = memory.numbers.entry("waiting".to_owned()).or_default();
                *waiting -= 1;
                *waiting
            });
            let first = || ask.remember(|memory| memory.texts.insert("one more".to_owned()));
            if answer.status == 429 && others > 0 && first() { let_in(answer); }
        }).by(&["PRV-429-BURST", "PRV-429-COUNT"]),
];
