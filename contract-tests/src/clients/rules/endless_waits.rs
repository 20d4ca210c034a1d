//! Programs that wait without end: they ask for the same again and again, at a pace that is fine, and never give up.

use super::{Judgement, Trials, cycles::Cycles, millis, silence};
use crate::{
    clients::{trace::Exchange, trial_record::TrialRecord},
    finding::count,
};

/// Number of times that a program asks for the same before it is seen to wait.
const MIN_REPEATS: usize = 5;
/// By which factor it asks more often than where nothing fails: there, it waits too.
const MORE: usize = 2;
/// By which factor the time until the end is longer than the longest wait if the program has given up.
const GIVEN_UP: u32 = 2;

/// Judges a program that was stopped while it waited, although it exits by itself where nothing fails. It may have a limit that it
/// has not reached, so it is undecided.
pub(super) fn goes_on(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let last = trial.trace.api().next_back();
    let Some(last) = last.filter(|last| is_not_ready(last)) else {
        return Judgement::NotExercised;
    };
    if !silence::is_stopped_unlike_control(trial, trials) {
        return Judgement::NotExercised;
    }
    let sent = trial.trace.api().filter(|one| one.repeats(last));
    let sent: Vec<_> = sent.filter(|one| is_not_ready(one)).collect();
    let usual = Cycles::of(trial, trials).count_in_control(last);
    let waits = sent.windows(2);
    let waits = waits.map(|pair| pair[1].at().saturating_sub(pair[0].at()));
    let longest = waits.max().unwrap_or_default();
    let has_given_up = trial.took.saturating_sub(last.at()) > longest * GIVEN_UP;
    if sent.len() < MIN_REPEATS || sent.len() <= usual * MORE || has_given_up {
        return Judgement::NotExercised;
    }
    let took = trial.took.saturating_sub(sent[0].at());
    Judgement::Inconclusive(format!(
        "it still waited when it was stopped: GET {} was sent {} in {}, and {} in the control scenario; a higher \
         --limit would show whether it gives up",
        last.path(),
        count(sent.len(), "time"),
        millis(took),
        count(usual, "time")
    ))
}

/// Whether a response may be one that says that something is not ready. Failures are repeated for another reason, which other
/// rules judge.
fn is_not_ready(exchange: &Exchange) -> bool {
    let status = exchange.status();
    exchange.request.method == "GET"
        && status.is_some_and(|status| status < 300 || matches!(status, 404 | 409))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clients::{
        example::{exited, get, trial, trials},
        process::{Output, Termination},
        scenarios,
    };

    const STOPPED: Termination = Termination::Sigterm(Duration::ZERO);

    /// Reads of an order in these seconds.
    fn polls(seconds: &[u64], status: u16) -> Vec<Exchange> {
        let polls = seconds.iter().map(|second| (second * 1_000, status));
        let polls = polls.map(|(at, status)| get(at, "/api/v1/orders/1", status, None));
        polls.collect()
    }

    /// A program that is stopped after 30 s; in the control scenario, it polls once, and ends like this.
    fn judge(exchanges: Vec<Exchange>, control: Output) -> Judgement {
        let control = TrialRecord {
            output: Some(control),
            ..trial(polls(&[0], 200))
        };
        let trial = TrialRecord {
            scenario: scenarios::find("order-stuck").unwrap(),
            output: Some(Output::without_streams(STOPPED)),
            took: Duration::from_secs(30),
            ..trial(exchanges)
        };
        goes_on(&trial, trials(&[control]))
    }

    #[test]
    fn program_that_was_stopped_while_it_polled_is_undecided() {
        let times = [5, 10, 15, 20, 25];
        for status in [200, 404, 409] {
            assert_eq!(
                judge(polls(&times, status), exited(0)),
                Judgement::Inconclusive(
                    "it still waited when it was stopped: GET /api/v1/orders/1 was sent 5 times in 25000 ms, and 1 time in the \
                     control scenario; a higher --limit would show whether it gives up"
                        .to_owned()
                )
            );
        }
    }

    #[test]
    fn services_failures_and_programs_that_gave_up_do_not_wait() {
        let times = [5, 10, 15, 20, 25];
        let service = judge(polls(&times, 200), Output::without_streams(STOPPED));
        let failing = judge(polls(&times, 503), exited(0));
        let gave_up = judge(polls(&[1, 2, 3, 4, 5], 200), exited(0));
        let few = judge(polls(&[15, 20, 25], 200), exited(0));
        let others: Vec<_> = [polls(&times, 200), vec![get(26_000, "/a", 200, None)]].concat();
        for judged in [service, failing, gave_up, few, judge(others, exited(0))] {
            assert_eq!(judged, Judgement::NotExercised);
        }
    }
}
