//! How often a key may call.

use std::time::Duration;

use http::header;
use serde_json::json;

use super::{Mutant, answers, both, is_list, organization};
use crate::selftest::target::{Answer, Ask};

/// What an answer to a list of orders is, at the least.
fn let_in(answer: &mut Answer) {
    answer.set_status(200);
    answer.headers.remove(header::RETRY_AFTER);
    answer.set_body(&json!({"orders": [], "total": 0, "limit": 1, "offset": 0}));
}

/// The limit and what is left of it, where an answer tells them.
fn quota(answer: &Answer) -> Option<(i64, i64)> {
    let limit = answer.number("x-ratelimit-limit")?;
    Some((limit, answer.number("x-ratelimit-remaining")?))
}

/// Tells how much is left.
fn tell_left(answer: &mut Answer, left: i64) {
    answer.set_header("x-ratelimit-remaining", &left.max(0).to_string());
}

/// Tells another number in a header.
fn add(answer: &mut Answer, name: &'static str, more: i64) {
    if let Some(number) = answer.number(name) {
        answer.set_header(name, &(number + more).to_string());
    }
}

/// Whether somebody with such a limit has called too often before; from now on, somebody has.
fn was_refused(ask: &Ask, answer: &Answer, limit: i64) -> bool {
    ask.remember(|memory| {
        let refused = memory
            .numbers
            .entry(format!("refused {limit}"))
            .or_default();
        *refused += i64::from(answer.status == 429);
        *refused > i64::from(answer.status == 429)
    })
}

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("the 429 has another code", "PRV-429-SHAPE", |_, answer| if answer.status == 429 { answer.edit(|body| body["code"] = json!("TOO_MANY_REQUESTS")) }),
    answers("Retry-After is a date", "PRV-429-SHAPE", |_, answer| if answer.status == 429 { answer.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT") }),
    answers("there is no Retry-After", "PRV-429-SHAPE", |_, answer| { answer.headers.remove(header::RETRY_AFTER); }),
    answers("the window is said to end later", "PRV-429-COUNT", |_, answer| if answer.status == 200 { add(answer, "x-ratelimit-reset", 60) }),
    answers("the limit is said to be higher", "PRV-429-COUNT", |_, answer| add(answer, "x-ratelimit-limit", 4)),
    answers("Retry-After is a second short", "PRV-429-RECOVERY", |_, answer| add(answer, "retry-after", -1)),
    answers("Retry-After is a second long", "PRV-429-RECOVERY", |_, answer| add(answer, "retry-after", 1)),
    answers("a fresh key has less than its whole quota", "PRV-429-PER-KEY", |_, answer| if quota(answer).is_some_and(|(limit, left)| left == limit - 1) { add(answer, "x-ratelimit-remaining", -1) }),
    answers("a 401 uses up the quota of its organization", "PRV-429-BAD-KEYS", |ask, answer| {
        let refused = i64::from(answer.status == 401);
        let refused = ask.remember(|memory| {
            let all = memory.numbers.entry(organization(ask)).or_default();
            *all += refused;
            *all
        });
        if let Some((_, left)) = quota(answer) { tell_left(answer, left - refused); }
    }),
    answers("the bucket is that of the organization", "PRV-429-PER-KEY", |ask, answer| {
        let Some((limit, _)) = quota(answer) else { return };
        let used = ask.remember(|memory| memory.count(&organization(ask)));
        tell_left(answer, limit - used);
    }),
    answers("the bucket is that of all", "PRV-429-ORGANIZATIONS", |ask, answer| if let Some((limit, _)) = quota(answer) && was_refused(ask, answer, limit) { tell_left(answer, 0); answer.set_status(429) }).by(&["PRV-429-ORGANIZATIONS"]),
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
