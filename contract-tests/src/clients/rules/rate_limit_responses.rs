//! Reactions to a 429 besides its wait, and to a quota that is about to be exceeded.

use std::time::{Duration, UNIX_EPOCH};

use schemas::headers::{RATE_REMAINING, RATE_RESET};

use super::{
    Judgement, Trials, millis,
    order::Order,
    retries::{EARLY, EARLY_DATE, HUGE, next_attempt},
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

pub(super) fn pauses_until_reset(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let order = Order::of(trial, trials);
    let (mut judgement, mut is_unclear) = (Judgement::NotExercised, false);
    for exchange in trial.trace.api() {
        let Some((requested, answered)) = until_reset(exchange).zip(exchange.completed_at()) else {
            continue;
        };
        let later = trial.trace.api().filter(|other| other.at() >= answered);
        let later = order.later(exchange, later);
        is_unclear |= !later.unclear.is_empty();
        let Some(next) = later.after.first() else {
            continue;
        };
        let gap = next.at().saturating_sub(answered);
        if gap + EARLY_DATE + EARLY < requested {
            let (gap, requested) = (millis(gap), millis(requested));
            return Judgement::Violation(format!(
                "the next request came {gap} after the quota was used up, {requested} before its reset"
            ));
        }
        judgement = Judgement::Pass;
    }
    if is_unclear {
        Judgement::NotExercised
    } else {
        judgement
    }
}

/// The time until the reset, for a success that uses up the quota.
pub(super) fn until_reset(exchange: &Exchange) -> Option<Duration> {
    let success = exchange.status().is_some_and(|status| status < 300);
    let message = &exchange.response().filter(|_| success)?.message;
    let reset = message.header(RATE_RESET)?.parse().ok()?;
    let used_up = message.header(RATE_REMAINING)? == "0";
    let date = httpdate::parse_http_date(message.header("date")?).ok()?;
    let date = date.duration_since(UNIX_EPOCH).ok()?;
    let requested = Duration::from_secs(reset).checked_sub(date)?;
    (used_up && !requested.is_zero() && requested.as_secs() <= HUGE).then_some(requested)
}

pub(super) fn is_not_kept(trials: Trials<'_>) -> Judgement {
    let is_retried = |trial: &TrialRecord| {
        let mut exchanges = trial.trace.api();
        let exchange = exchanges.find(|exchange| exchange.status() == Some(429))?;
        Some(next_attempt(trial, Order::of(trial, trials), exchange).is_some())
    };
    let Some((once, kept)) = trials.pair("rate-limit-once", "rate-limit-kept") else {
        return Judgement::NotExercised;
    };
    let (Some(true), Some(again)) = (is_retried(once), is_retried(kept)) else {
        return Judgement::NotExercised;
    };
    if !again && kept.out_of_time {
        return Judgement::Inconclusive("the trial ended before it retried".to_owned());
    }
    (!again)
        .then(|| "the retry did not reach the server after a cacheable 429".to_owned())
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{get, judged, trial},
        trace::Outcome,
    };

    /// A success that uses up the quota for five seconds.
    fn used_up() -> Exchange {
        let mut exchange = get(0, "/a", 200, None);
        if let Outcome::Response(response) = &mut exchange.outcome {
            let headers = [
                ("Date", "Thu, 01 Jan 2026 00:00:00 GMT"),
                (RATE_REMAINING, "0"),
                (RATE_RESET, "1767225605"),
            ];
            let headers = headers.map(|(name, value)| (name.to_owned(), value.into()));
            response.message.headers = headers.into();
        }
        exchange
    }

    #[test]
    fn other_requests_of_a_burst_do_not_exceed_the_quota_knowingly() {
        let next = |at_ms, connection| {
            let next = Exchange {
                connection,
                ..get(at_ms, "/b", 429, None)
            };
            judged(pauses_until_reset, &trial(vec![used_up(), next]))
        };
        assert_eq!(next(1, 1), Judgement::NotExercised);
        for (at_ms, connection) in [(1, 0), (200, 0), (200, 1)] {
            let next = next(at_ms, connection);
            assert!(matches!(next, Judgement::Violation(_)), "{next:?}");
        }
        assert_eq!(next(5_000, 1), Judgement::Pass);
    }
}
