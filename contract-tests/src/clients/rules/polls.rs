//! Waiting for orders.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use serde_json::Value;

use super::{Judgement, Trials, busy_polls, ids, millis, responses::succeeded};
use crate::clients::{printed, process::Output, trace::Exchange, trial_record::TrialRecord};

/// Minimum interval between requests for an order that a program waits for.
const POLL: Duration = Duration::from_millis(950);
/// The final status of an order without results.
const CANCELLED: &str = "CANCELLED";
/// Number of requests for an order after its final status that do not show that a program waits on.
const MAX_POLLS_AFTER_END: usize = 2;

/// Repeated requests for an order in progress are polling. Once the order is final, or if only a single request comes too soon,
/// the request may belong to another job.
pub(super) fn polls_slowly(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let created = created(trial);
    let mut judgement = Judgement::NotExercised;
    for (path, reads) in &reads(trial) {
        let mut soon = 0;
        // A client that creates an order waits for its final status.
        let mut polled = created.contains(*path);
        for pair in reads.windows(2) {
            let [(place, before), (next, call)] = [pair[0], pair[1]];
            let (Some(status), Some(answered)) = (order_status(before), before.completed_at())
            else {
                continue;
            };
            if is_over(&status) {
                if polled && next == place + 1 {
                    return Judgement::Violation(format!(
                        "{path} was requested again although it is {status}"
                    ));
                }
                continue;
            }
            polled = true;
            judgement = Judgement::Pass;
            let gap = call.at().saturating_sub(answered);
            soon = if follows_at_once(before, call) {
                soon + 1
            } else {
                0
            };
            if soon > 1 {
                return Judgement::Violation(format!(
                    "{path} was requested again after {}",
                    millis(gap)
                ));
            }
        }
    }
    let others = busy_polls::judge(trial);
    if others == Judgement::NotExercised {
        judgement
    } else {
        others
    }
}

/// Whether a request follows another, which got its response, sooner than a program that waits for a change would send it. The
/// time between requests counts: on a busy machine, the end of a response is seen late.
pub(super) fn follows_at_once(before: &Exchange, exchange: &Exchange) -> bool {
    before.completed_at().is_some() && exchange.at().saturating_sub(before.at()) < POLL
}

/// A program waits for an order that it has created, or that it has seen in progress.
pub(super) fn cancelled_ends_the_wait(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let created = created(trial);
    let mut judgement = Judgement::NotExercised;
    for (path, reads) in &reads(trial) {
        let is_cancelled = |(_, read): &(usize, &Exchange)| {
            order_status(read).is_some_and(|status| status == CANCELLED)
        };
        let Some(first) = reads.iter().position(is_cancelled) else {
            continue;
        };
        let again = reads.len() - first - 1;
        let goes_on = again > MAX_POLLS_AFTER_END;
        if !created.contains(*path) && !waits(trial, &reads[..=first], goes_on) {
            continue;
        }
        if goes_on {
            return Judgement::Violation(format!(
                "{path} was requested {again} more times although it is {CANCELLED}"
            ));
        }
        judgement = match trial
            .output
            .as_ref()
            .map(|output| (output, succeeded(trial)))
        {
            None => continue,
            Some((output, Some(true))) if !reports_more(output, trial, trials.control()) => {
                return Judgement::Violation(format!(
                    "{path} is {CANCELLED}, and the program exited with status 0 and did not report it"
                ));
            }
            Some((_, Some(_))) => Judgement::Pass,
            Some((_, None)) => Judgement::Inconclusive("it did not exit by itself".to_owned()),
        };
    }
    judgement
}

/// Whether a program waits for an order with these reads, the last of which shows the final status. A program that reads an order in
/// two phases of its work does not wait: other work is in between, or no time.
fn waits(trial: &TrialRecord, reads: &[(usize, &Exchange)], goes_on: bool) -> bool {
    let in_progress = |read: &Exchange| order_status(read).is_some_and(|status| !is_over(&status));
    let mut seen = reads.iter().filter(|(_, read)| in_progress(read));
    let (Some((place, before)), [.., (last_place, last)]) = (seen.next_back(), reads) else {
        return false;
    };
    let mut between = trial
        .trace
        .api()
        .skip(place + 1)
        .take(last_place - place - 1);
    let pause = before
        .completed_at()
        .map(|end| last.at().saturating_sub(end));
    let has_waited = between.all(is_order) && pause >= Some(POLL);
    goes_on || seen.next().is_some() || has_waited
}

/// Whether a program has printed that something was cancelled, in any spelling. In another language, it has printed a word that
/// neither a response has nor the program's output in the control scenario, where nothing is cancelled.
fn reports_more(output: &Output, trial: &TrialRecord, control: Option<&TrialRecord>) -> bool {
    let printed = words(output);
    let usual = control.and_then(|control| control.output.as_ref());
    let usual = usual.map(words).unwrap_or_default();
    let bodies = trial.trace.api().filter_map(Exchange::response);
    let bodies: Vec<_> = bodies
        .map(|response| String::from_utf8_lossy(&response.message.body).to_lowercase())
        .collect();
    printed.iter().any(|word| {
        let is_new = !usual.contains(word) && bodies.iter().all(|body| !body.contains(word));
        word.contains("cancel") || is_new
    })
}

/// The words that a program has printed, in lower case. Those with digits are ids, numbers and times, which differ in each run.
fn words(output: &Output) -> HashSet<String> {
    let lines = [&output.stdout, &output.stderr].map(|text| printed::lines(text));
    let lines = lines.concat().join("\n").to_lowercase();
    let tokens = lines.split_whitespace();
    let tokens = tokens.filter(|token| !token.contains(|letter: char| letter.is_numeric()));
    let words = tokens.flat_map(|token| token.split(|letter: char| !letter.is_alphabetic()));
    words
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// The reads of each order, by path, with their place among all requests.
fn reads(trial: &TrialRecord) -> BTreeMap<&str, Vec<(usize, &Exchange)>> {
    let mut orders: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let all = trial.trace.api().enumerate();
    for (place, exchange) in all.filter(|(_, exchange)| is_order(exchange)) {
        let reads = orders.entry(exchange.path()).or_default();
        reads.push((place, exchange));
    }
    orders
}

/// The paths of what a program has created.
fn created(trial: &TrialRecord) -> HashSet<String> {
    trial.trace.api().filter_map(ids::created_path).collect()
}

pub(super) fn is_order(exchange: &Exchange) -> bool {
    let path = exchange.path().strip_prefix("/api/v1/orders/");
    exchange.request.method == "GET"
        && path.is_some_and(|id| !id.trim_end_matches('/').contains('/'))
}

fn order_status(exchange: &Exchange) -> Option<Value> {
    let response = exchange
        .response()
        .filter(|_| exchange.status() == Some(200))?;
    Some(response.message.json()?["status"].take())
}

fn is_over(status: &Value) -> bool {
    status == "COMPLETED" || status == CANCELLED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{exited, get, judged, trial, trials},
        process::Termination,
        trace::Outcome,
    };

    /// A read of an order at this time, with this status; of another order if the status is empty.
    fn read(at_ms: u64, status: &str) -> Exchange {
        if status == RETRIED {
            return get(at_ms, "/api/v1/orders/1", 503, None);
        }
        if status == LIST {
            return get(at_ms, "/api/v1/orders", 200, None);
        }
        let mut exchange = get(at_ms, "/api/v1/orders/1", 200, None);
        if status.is_empty() {
            exchange.request.target.push('2');
        }
        if let Outcome::Response(response) = &mut exchange.outcome {
            response.message.body = format!(r#"{{"status": "{status}"}}"#).into_bytes();
        }
        exchange
    }

    fn verdict(reads: &[(u64, &str)]) -> Judgement {
        let reads = reads.iter().map(|(at_ms, status)| read(*at_ms, status));
        judged(polls_slowly, &trial(reads.collect()))
    }

    const ON: &str = "IN_PROGRESS";
    const OVER: &str = "COMPLETED";
    /// A read that returns 503.
    const RETRIED: &str = "503";
    /// The list of orders.
    const LIST: &str = "list";

    #[test]
    fn polling_too_fast_or_after_completion_fails() {
        let early = verdict(&[(0, ON), (300, ON), (600, ON), (900, OVER)]);
        assert!(matches!(early, Judgement::Violation(_)), "{early:?}");
        let beyond = verdict(&[(0, ON), (1_000, OVER), (2_000, OVER)]);
        assert!(matches!(beyond, Judgement::Violation(_)), "{beyond:?}");
        assert_eq!(
            verdict(&[(0, ON), (1_000, ON), (2_000, OVER)]),
            Judgement::Pass
        );
    }

    #[test]
    fn reading_an_order_again_for_another_job_passes() {
        assert_eq!(verdict(&[(0, OVER), (10, OVER)]), Judgement::NotExercised);
        let after_others = [(0, ON), (1_000, OVER), (1_100, ""), (1_200, OVER)];
        assert_eq!(verdict(&after_others), Judgement::Pass);
        assert_eq!(
            verdict(&[(0, ON), (100, ON), (1_100, OVER)]),
            Judgement::Pass
        );
    }

    fn printed(stdout: &str) -> Output {
        Output {
            stdout: stdout.into(),
            ..exited(0)
        }
    }

    /// Whether this program waits for a cancelled order in these reads and ends with this status and output. In the control
    /// scenario, it prints that it has 42 companies.
    fn cancelled(reads: &[(u64, &str)], output: Option<Output>) -> Judgement {
        let reads = reads.iter().map(|(at_ms, status)| read(*at_ms, status));
        let trial_with = |exchanges, output| TrialRecord {
            output,
            ..trial(exchanges)
        };
        let control = trial_with(
            Vec::new(),
            Some(printed("\u{1b}[1mOrder\u{1b}[0m 1: 42 companies")),
        );
        let trial = trial_with(reads.collect(), output);
        cancelled_ends_the_wait(&trial, trials(&[control]))
    }

    const GONE: &str = "CANCELLED";

    #[test]
    fn program_does_not_wait_on_for_a_cancelled_order() {
        let polled = |times: usize| {
            let polls = [&[(0, ON)][..], &[(1_000, GONE); 5][..=times]].concat();
            cancelled(&polls, Some(exited(1)))
        };
        assert_eq!(polled(2), Judgement::Pass);
        assert_eq!(
            polled(3),
            Judgement::Violation(
                "/api/v1/orders/1 was requested 3 more times although it is CANCELLED".to_owned()
            )
        );
        let stopped = Output::without_streams(Termination::Sigkill);
        let once = |output| cancelled(&[(0, ON), (1_000, GONE)], output);
        assert!(matches!(once(Some(stopped)), Judgement::Inconclusive(_)));
        assert_eq!(once(None), Judgement::NotExercised);
    }

    #[test]
    fn program_reports_that_the_order_it_waited_for_was_cancelled() {
        let waited = |output| cancelled(&[(0, ON), (1_000, GONE)], Some(output));
        for silent in ["", "Order 7f3a: 0 companies", "order status"] {
            let judged = waited(printed(silent));
            assert!(
                matches!(judged, Judgement::Violation(_)),
                "{silent}: {judged:?}"
            );
        }
        for said in ["Order 1: Canceled", "Order 1 wurde storniert", "1 注文取消"] {
            assert_eq!(waited(printed(said)), Judgement::Pass, "{said}");
        }
        assert_eq!(waited(exited(1)), Judgement::Pass);
        // Twice, although it does other work in between.
        let twice = [(0, ON), (500, ON), (600, ""), (1_700, GONE)];
        let judged = cancelled(&twice, Some(exited(0)));
        assert!(matches!(judged, Judgement::Violation(_)), "{judged:?}");
        // It has only looked at it, also if that took two attempts, or twice without a wait, or for other work.
        for reads in [
            &[(0, GONE)][..],
            &[(0, RETRIED), (1_000, GONE)],
            &[(0, ON), (10, GONE)],
            &[(0, ON), (900, LIST), (1_000, GONE)],
        ] {
            let looked = cancelled(reads, Some(exited(0)));
            assert_eq!(looked, Judgement::NotExercised);
        }
        let over = cancelled(&[(0, ON), (1_000, OVER)], Some(exited(0)));
        assert_eq!(over, Judgement::NotExercised);
    }
}
