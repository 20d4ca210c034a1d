//! Which requests are retried, how often, and after which wait.

use std::{collections::HashMap, time::Duration};

use super::{
    Judgement, Trials, millis,
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

/// The next time the request was sent after its response.
pub(super) fn next_attempt<'a>(
    one: &'a TrialRecord,
    call: &'a Exchange,
) -> Option<(&'a Exchange, Duration)> {
    let answered = call.completed_at()?;
    let mut later = one.trace.api().filter(|other| other.at() >= answered);
    let next = later.find(|other| other.repeats(call) && !std::ptr::eq(*other, call))?;
    Some((next, next.at().saturating_sub(answered)))
}

pub(super) fn waits_after_429(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    waits(one, |status| status == 429)
}

pub(super) fn waits_after_503(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    waits(one, |status| status == 503)
}

pub(super) fn waits_after_others(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    waits(one, |status| status >= 400 && !matches!(status, 429 | 503))
}

fn waits(one: &TrialRecord, counts: fn(u16) -> bool) -> Judgement {
    let gaps = one.trace.api().filter_map(|call| {
        let status = call.status().filter(|status| counts(*status))?;
        Some((status, seconds(call)?, next_attempt(one, call)?.1))
    });
    let mut gaps = gaps.filter(|(_, asked, _)| *asked <= HUGE).peekable();
    if gaps.peek().is_none() {
        return Judgement::NotExercised;
    }
    let early = gaps.find(|(_, asked, gap)| *gap + EARLY < Duration::from_secs(*asked));
    early
        .map(|(status, asked, gap)| {
            format!(
                "retried {} after a {status} with Retry-After: {asked}",
                millis(gap)
            )
        })
        .into()
}

pub(super) fn waits_until_date(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let refused = one.trace.api().filter(|call| call.status() == Some(429));
    let gaps = refused.filter_map(|call| Some((until_date(call)?, next_attempt(one, call)?.1)));
    let mut gaps = gaps.peekable();
    if gaps.peek().is_none() {
        return Judgement::NotExercised;
    }
    let early = gaps.find(|(asked, gap)| *gap + EARLY_DATE + EARLY < *asked);
    early
        .map(|(asked, gap)| {
            format!(
                "retried {} after a 429 whose Retry-After date was {} away",
                millis(gap),
                millis(asked)
            )
        })
        .into()
}

pub(super) fn survives_bad_values(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let refused = one
        .trace
        .api()
        .find(|call| call.status() == Some(429) && is_unreadable(call));
    let Some(refused) = refused else {
        return Judgement::NotExercised;
    };
    let crash = Crash::detect(one.output.as_ref());
    if let Crash::Aborted(how) | Crash::Uncaught(how) = crash {
        return Judgement::Violation(how);
    }
    let tries = one.trace.api().filter(|call| call.repeats(refused));
    let tries: Vec<_> = tries.collect();
    let busy = tries
        .windows(BUSY + 1)
        .any(|tries| tries[BUSY].at().saturating_sub(tries[0].at()) < Duration::from_secs(1));
    if busy {
        return Judgement::Violation(format!("more than {BUSY} attempts within a second"));
    }
    let hurried: Vec<_> = tries
        .windows(2)
        .map(|pair| {
            let answered = pair[0].completed_at();
            answered.is_some_and(|at| pair[1].at().saturating_sub(at) < HURRY)
        })
        .collect();
    if hurried
        .windows(HURRIED)
        .any(|hurried| !hurried.contains(&false))
    {
        return Judgement::Violation(format!("{} attempts in a row without a wait", HURRIED + 1));
    }
    match crash {
        Crash::Unclear(reason) => Judgement::Inconclusive(reason),
        Crash::No | Crash::Aborted(_) | Crash::Uncaught(_) => Judgement::Pass,
    }
}

pub(super) fn not_early_after_huge(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut refused = one
        .trace
        .api()
        .filter(|call| {
            matches!(call.status(), Some(429 | 503))
                && seconds(call).is_some_and(|asked| asked >= HUGE)
        })
        .peekable();
    if refused.peek().is_none() {
        return Judgement::NotExercised;
    }
    let stopped = refused
        .peek()
        .and_then(|call| stopped::time_until_stop(one, call));
    let early = refused.find_map(|call| Some((seconds(call)?, next_attempt(one, call)?.1)));
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
pub(super) fn failed(call: &Exchange) -> bool {
    match &call.outcome {
        Outcome::Response(response) => {
            !response.message.whole || response.status == 429 || response.status >= 500
        }
        Outcome::Garbage | Outcome::None => true,
    }
}

/// The attempts of each request, in order.
pub(super) fn attempts(one: &TrialRecord) -> Vec<Vec<&Exchange>> {
    let mut index = HashMap::new();
    let mut all: Vec<Vec<&Exchange>> = Vec::new();
    for call in one.trace.api() {
        let request = &call.request;
        let number = *index
            .entry((&request.method, &request.target, &request.message.body))
            .or_insert_with(|| {
                all.push(Vec::new());
                all.len() - 1
            });
        all[number].push(call);
    }
    all
}

pub(super) fn bounds_attempts(one: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let calls = attempts(one);
    // If some attempts succeed, the program may have wanted to send the request several times.
    let mut endless = calls
        .iter()
        .filter(|tries| tries.iter().all(|call| failed(call)))
        .peekable();
    if endless.peek().is_none() || one.trace.api().any(|call| !failed(call)) {
        return Judgement::NotExercised;
    }
    let tried = endless.max_by_key(|tries| tries.len());
    let Some(tries) = tried else {
        return Judgement::NotExercised;
    };
    let most = tries.len();
    if most > trials.max_attempts {
        return Judgement::Violation(format!("{most} attempts of one request"));
    }
    stopped::judge_stopped(one, tries)
}

pub(super) fn final_errors(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let is_final = |call: &&Exchange| matches!(call.status(), Some(400 | 404 | 409 | 422));
    let mut refused = one.trace.api().filter(is_final).peekable();
    if refused.peek().is_none() {
        return Judgement::NotExercised;
    }
    // Orders are polled: a 409 may succeed later, and so may a read after a write.
    let may_change =
        |call: &Exchange| one.scenario.yaml.is_none() && matches!(call.status(), Some(404 | 409));
    let again = refused
        .filter(|call| !may_change(call))
        .find_map(|call| Some((call, next_attempt(one, call)?.1)));
    again
        .map(|(call, gap)| {
            let status = call.status().unwrap_or_default();
            format!(
                "{} {} was repeated {} after its {status}",
                call.request.method,
                call.path(),
                millis(gap)
            )
        })
        .into()
}

pub(super) fn idempotency_key(call: &Exchange) -> Option<&str> {
    call.request.message.header("idempotency-key")
}

pub(super) fn ambiguous_post(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let unknown = |call: &&Exchange| {
        call.request.method == "POST"
            && call.request.message.whole
            && failed(call)
            && !matches!(call.status(), Some(429 | 503))
    };
    let mut posts = one.trace.api().filter(unknown).peekable();
    if posts.peek().is_none() {
        return Judgement::NotExercised;
    }
    let again = posts.find_map(|call| {
        let mut later = one
            .trace
            .api()
            .filter(|other| other.at() > call.at() && other.repeats(call));
        let next = later.next()?;
        let same =
            idempotency_key(call).is_some() && idempotency_key(call) == idempotency_key(next);
        (!same).then(|| {
            format!(
                "POST {} was repeated although it may have been carried out",
                call.path()
            )
        })
    });
    again.into()
}

pub(super) fn retries_safe_calls(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let transient = |call: &&Exchange| {
        let status = call.response().map(|response| response.status);
        let is_long = seconds(call).is_some_and(|asked| asked >= HUGE);
        let is_transient = status.is_none() || matches!(status, Some(502..=504)) && !is_long;
        call.request.method == "GET" && is_transient
    };
    let Some(call) = one.trace.api().find(transient) else {
        return Judgement::NotExercised;
    };
    let again = one
        .trace
        .api()
        .any(|other| other.at() > call.at() && other.repeats(call));
    (!again)
        .then(|| format!("GET {} was not retried", call.path()))
        .into()
}

pub(super) fn recovers(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let waited = |call: &&Exchange| {
        matches!(call.status(), Some(429 | 503))
            && next_attempt(one, call)
                .is_some_and(|(next, _)| next.status().is_some_and(|status| status < 300))
    };
    if !one.trace.api().any(|call| waited(&call)) {
        return Judgement::NotExercised;
    }
    let Some(output) = &one.output else {
        return Judgement::Pass;
    };
    match output.termination {
        Termination::Exited(status) if !status.success() => Judgement::Violation(format!(
            "the retried request succeeded, but the program exited with {status}"
        )),
        Termination::Exited(_)
        | Termination::Sigterm(_)
        | Termination::Sigkill
        | Termination::MemoryLimit => Judgement::Pass,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{get, judged, took, trial};

    #[test]
    fn tolerates_waits_that_are_slightly_too_short() {
        type Rule = fn(&TrialRecord, Trials<'_>) -> Judgement;
        let after = |status, rule: Rule, gap_ms: u64| {
            let calls = vec![
                took(30, 0, "/a", status, Some("1")),
                get(30 + gap_ms, "/a", 200, None),
            ];
            judged(rule, &trial(calls))
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
}
