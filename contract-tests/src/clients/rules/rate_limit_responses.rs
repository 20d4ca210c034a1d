//! Reactions to a 429 besides its wait, and to a quota that is about to be exceeded.

use std::time::{Duration, UNIX_EPOCH};

use schemas::headers::{RATE_REMAINING, RATE_RESET};

use super::{
    Judgement, Trials, millis,
    retries::{EARLY, EARLY_DATE, HUGE, next_attempt},
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

pub(super) fn pauses_until_reset(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let gaps = trial.trace.api().filter_map(|exchange| {
        let requested = until_reset(exchange)?;
        let answered = exchange.completed_at()?;
        let is_later =
            |other: &&Exchange| other.at() >= answered && !std::ptr::eq(*other, exchange);
        let mut later = trial.trace.api().filter(is_later);
        Some((requested, later.next()?.at().saturating_sub(answered)))
    });
    let mut gaps = gaps.peekable();
    if gaps.peek().is_none() {
        return Judgement::NotExercised;
    }
    let early = gaps.find(|(requested, gap)| *gap + EARLY_DATE + EARLY < *requested);
    early
        .map(|(requested, gap)| {
            let (gap, asked) = (millis(gap), millis(requested));
            format!(
                "the next request came {gap} after the quota was used up, {asked} before its reset"
            )
        })
        .into()
}

/// The time until the reset, for a success that uses up the quota.
fn until_reset(exchange: &Exchange) -> Option<Duration> {
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
    let refused = |name| {
        let trial = trials.under(name)?;
        let exchange = trial
            .trace
            .api()
            .find(|exchange| exchange.status() == Some(429))?;
        Some((trial, next_attempt(trial, exchange).is_some()))
    };
    let (Some((_, true)), Some((kept, again))) =
        (refused("rate-limit-once"), refused("rate-limit-kept"))
    else {
        return Judgement::NotExercised;
    };
    if !again && kept.out_of_time {
        return Judgement::Inconclusive("the trial ended before it retried".to_owned());
    }
    (!again)
        .then(|| "the retry did not reach the server after a cacheable 429".to_owned())
        .into()
}
