//! Which requests are retried, how often, and after which wait.

use std::{collections::HashMap, time::Duration};

use super::{
    Judgement, Trials, millis,
    order::Order,
    retry_after::{is_unreadable, seconds, until_date},
    stopped,
};
use crate::clients::{
    crash::Crash,
    process::Termination,
    trace::{Exchange, Outcome},
    trial_record::TrialRecord,
};

/// How much too early a request may be sent.
pub(super) const EARLY: Duration = Duration::from_millis(50);
/// The same for a wait until a date, which has whole seconds only.
pub(super) const EARLY_DATE: Duration = Duration::from_secs(1);
/// A wait in seconds that few programs sleep, and that no trial waits for.
pub(super) const HUGE: u64 = 3_600;
/// Number of consecutive retries without a wait that cannot be chance, and the longest such wait: of waits drawn between zero
/// and 100, 200 and 400 ms, all three are this short once in a thousand times.
const HURRIED: usize = 3;
const HURRY: Duration = Duration::from_millis(20);
/// Number of requests a second that count as a busy loop.
const BUSY: usize = 5;
/// The longest time that counts as no wait; one of several randomized waits may be that short.
pub(super) const NO_WAIT: Duration = Duration::from_millis(50);

/// The next time the request was sent after its response, and because of it.
pub(super) fn next_attempt<'a>(
    trial: &'a TrialRecord,
    order: Order<'_>,
    exchange: &Exchange,
) -> Option<(&'a Exchange, Duration)> {
    let answered = exchange.completed_at()?;
    let again = trial.trace.api();
    let again = again.filter(|other| other.at() >= answered && other.repeats(exchange));
    let next = *order.later(exchange, again).after.first()?;
    Some((next, next.at().saturating_sub(answered)))
}

pub(super) fn waits_after_429(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    waits(trial, trials, |status| status == 429)
}

pub(super) fn waits_after_503(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    waits(trial, trials, |status| status == 503)
}

pub(super) fn waits_after_others(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    waits(trial, trials, |status| {
        status >= 400 && !matches!(status, 429 | 503)
    })
}

fn waits(trial: &TrialRecord, trials: Trials<'_>, counts: fn(u16) -> bool) -> Judgement {
    let order = Order::of(trial, trials);
    let gaps = trial.trace.api().filter_map(|exchange| {
        let status = exchange.status().filter(|status| counts(*status))?;
        Some((
            status,
            seconds(exchange)?,
            next_attempt(trial, order, exchange)?.1,
        ))
    });
    let mut gaps = gaps
        .filter(|(_, requested, _)| *requested <= HUGE)
        .peekable();
    if gaps.peek().is_none() {
        return Judgement::NotExercised;
    }
    let early = gaps.find(|(_, requested, gap)| *gap + EARLY < Duration::from_secs(*requested));
    early
        .map(|(status, requested, gap)| {
            format!(
                "retried {} after a {status} with Retry-After: {requested}",
                millis(gap)
            )
        })
        .into()
}

pub(super) fn waits_until_date(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let order = Order::of(trial, trials);
    let refused = trial
        .trace
        .api()
        .filter(|exchange| exchange.status() == Some(429));
    let gaps = refused.filter_map(|exchange| {
        Some((
            until_date(exchange)?,
            next_attempt(trial, order, exchange)?.1,
        ))
    });
    let mut gaps = gaps.peekable();
    if gaps.peek().is_none() {
        return Judgement::NotExercised;
    }
    let early = gaps.find(|(requested, gap)| *gap + EARLY_DATE + EARLY < *requested);
    early
        .map(|(requested, gap)| {
            format!(
                "retried {} after a 429 whose Retry-After date was {} away",
                millis(gap),
                millis(requested)
            )
        })
        .into()
}

pub(super) fn survives_bad_values(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let refused = trial
        .trace
        .api()
        .find(|exchange| exchange.status() == Some(429) && is_unreadable(exchange));
    let Some(refused) = refused else {
        return Judgement::NotExercised;
    };
    let crash = Crash::detect(trial.output.as_ref());
    if let Crash::Aborted(how) | Crash::Uncaught(how) = crash {
        return Judgement::Violation(how);
    }
    let attempts = trial
        .trace
        .api()
        .filter(|exchange| exchange.repeats(refused));
    let attempts: Vec<_> = attempts.collect();
    let busy = attempts.windows(BUSY + 1).any(|attempts| {
        attempts[BUSY].at().saturating_sub(attempts[0].at()) < Duration::from_secs(1)
    });
    if busy {
        return Judgement::Violation(format!("more than {BUSY} attempts within a second"));
    }
    let early: Vec<_> = attempts
        .windows(2)
        .map(|pair| {
            let answered = pair[0].completed_at();
            answered.is_some_and(|at| pair[1].at().saturating_sub(at) < HURRY)
        })
        .collect();
    if early.windows(HURRIED).any(|early| !early.contains(&false)) {
        return Judgement::Violation(format!("{} attempts in a row without a wait", HURRIED + 1));
    }
    match crash {
        Crash::Unclear(reason) => Judgement::Inconclusive(reason),
        Crash::No | Crash::Aborted(_) | Crash::Uncaught(_) => Judgement::Pass,
    }
}

pub(super) fn not_early_after_huge(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let order = Order::of(trial, trials);
    let mut refused = trial
        .trace
        .api()
        .filter(|exchange| {
            matches!(exchange.status(), Some(429 | 503))
                && seconds(exchange).is_some_and(|requested| requested >= HUGE)
        })
        .peekable();
    if refused.peek().is_none() {
        return Judgement::NotExercised;
    }
    let stopped = refused
        .peek()
        .and_then(|exchange| stopped::time_until_stop(trial, exchange));
    let early = refused
        .find_map(|exchange| Some((seconds(exchange)?, next_attempt(trial, order, exchange)?.1)));
    match (early, stopped) {
        (Some((asked, gap)), _) => Judgement::Violation(format!(
            "retried {} after Retry-After: {asked}",
            millis(gap)
        )),
        (None, Some(silence)) => Judgement::Inconclusive(format!(
            "it was stopped after {} without exiting or retrying",
            millis(silence)
        )),
        (None, None) => Judgement::Pass,
    }
}

/// Whether an attempt failed in a way that a retry may fix.
pub(super) fn failed(exchange: &Exchange) -> bool {
    match &exchange.outcome {
        Outcome::Response(response) => {
            !response.message.whole || response.status == 429 || response.status >= 500
        }
        Outcome::Garbage | Outcome::None => true,
    }
}

/// The attempts of each request, in order.
pub(super) fn attempts(trial: &TrialRecord) -> Vec<Vec<&Exchange>> {
    let mut index = HashMap::new();
    let mut all: Vec<Vec<&Exchange>> = Vec::new();
    for exchange in trial.trace.api() {
        let request = &exchange.request;
        let number = *index
            .entry((&request.method, &request.target, &request.message.body))
            .or_insert_with(|| {
                all.push(Vec::new());
                all.len() - 1
            });
        all[number].push(exchange);
    }
    all
}

pub(super) fn retries_safe_calls(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let transient = |exchange: &&Exchange| {
        let is_long = seconds(exchange).is_some_and(|requested| requested >= HUGE);
        let is_transient = match exchange.response() {
            Some(response) => matches!(response.status, 502..=504) && !is_long,
            // A program that ends while a request is in flight has not seen it fail.
            None => trial.trace.connection_of(exchange).is_ended_by_server(),
        };
        exchange.request.method == "GET" && is_transient
    };
    let Some(exchange) = trial.trace.api().find(transient) else {
        return Judgement::NotExercised;
    };
    let again = trial
        .trace
        .api()
        .any(|other| other.at() > exchange.at() && other.repeats(exchange));
    (!again)
        .then(|| format!("GET {} was not retried", exchange.request.target))
        .into()
}

pub(super) fn recovers(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let order = Order::of(trial, trials);
    let waited = |exchange: &&Exchange| {
        matches!(exchange.status(), Some(429 | 503))
            && next_attempt(trial, order, exchange)
                .is_some_and(|(next, _)| next.status().is_some_and(|status| status < 300))
    };
    if !trial.trace.api().any(|exchange| waited(&exchange)) {
        return Judgement::NotExercised;
    }
    let Some(output) = &trial.output else {
        return Judgement::Pass;
    };
    match output.termination {
        // It reports a failure that there was.
        Termination::Exited(status) if !status.success() && has_failure(trial) => {
            Judgement::NotExercised
        }
        Termination::Exited(status) if !status.success() => Judgement::Violation(format!(
            "the retried request succeeded, but the program exited with {status}"
        )),
        Termination::Exited(_)
        | Termination::Sigterm(_)
        | Termination::Sigkill
        | Termination::MemoryLimit => Judgement::Pass,
    }
}

/// Whether a request failed, and its last attempt, too.
fn has_failure(trial: &TrialRecord) -> bool {
    let is_failure = |exchange: &Exchange| match exchange.response() {
        Some(response) => !response.message.whole || response.status >= 400,
        // A request in flight when its program ends has not failed.
        None => trial.trace.connection_of(exchange).is_ended_by_server(),
    };
    let mut last = attempts(trial).into_iter().filter_map(|mut all| all.pop());
    last.any(is_failure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{exited, get, judged, took, trial};

    #[test]
    fn tolerates_waits_that_are_slightly_too_short() {
        type Rule = fn(&TrialRecord, Trials<'_>) -> Judgement;
        let after = |status, rule: Rule, gap_ms: u64| {
            let exchanges = vec![
                took(30, 0, "/a", status, Some("1")),
                get(30 + gap_ms, "/a", 200, None),
            ];
            judged(rule, &trial(exchanges))
        };
        let rules: [(u16, Rule); 3] = [
            (429, waits_after_429),
            (503, waits_after_503),
            (504, waits_after_others),
        ];
        for (status, rule) in rules {
            let early = after(status, rule, 949);
            assert!(
                matches!(early, Judgement::Violation(_)),
                "{status}: {early:?}"
            );
            assert_eq!(after(status, rule, 950), Judgement::Pass, "{status}");
        }
        assert_eq!(after(503, waits_after_429, 1), Judgement::NotExercised);
    }

    /// A request that succeeds after a 503, another one with these outcomes, and a program that fails.
    fn recovered(others: impl IntoIterator<Item = Exchange>) -> Judgement {
        let recovered = [get(0, "/a", 503, None), get(1_000, "/a", 200, None)];
        let trial = TrialRecord {
            output: Some(exited(1)),
            ..trial(recovered.into_iter().chain(others).collect())
        };
        judged(recovers, &trial)
    }

    #[test]
    fn program_that_reports_another_failure_is_right_to_fail() {
        let other = |statuses: &[u16]| {
            let attempts = (2_000..).zip(statuses.iter().copied());
            recovered(attempts.map(|(at, status)| get(at, "/b", status, None)))
        };
        for all_succeed in [&[][..], &[200], &[503, 200]] {
            let broken = other(all_succeed);
            assert!(matches!(broken, Judgement::Violation(_)), "{broken:?}");
        }
        for one_fails in [&[503][..], &[503, 503], &[404]] {
            assert_eq!(other(one_fails), Judgement::NotExercised, "{one_fails:?}");
        }
    }

    #[test]
    fn request_in_flight_at_the_end_of_its_program_is_no_failure_to_report() {
        let lost = Exchange {
            outcome: Outcome::None,
            ..get(2_000, "/b", 200, None)
        };
        assert!(matches!(recovered([lost]), Judgement::Violation(_)));
    }
}
