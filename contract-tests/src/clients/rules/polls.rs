//! Waiting for orders.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use serde_json::Value;

use super::{Judgement, Trials, ids, millis, responses::succeeded};
use crate::clients::{process::Output, trace::Exchange, trial_record::TrialRecord};

/// Minimum interval between requests for an order.
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
            soon = if gap < POLL { soon + 1 } else { 0 };
            if soon > 1 {
                return Judgement::Violation(format!(
                    "{path} was requested again after {}",
                    millis(gap)
                ));
            }
        }
    }
    judgement
}

/// A program waits for an order that it has created, or that it has seen in progress.
pub(super) fn cancelled_ends_the_wait(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let created = created(trial);
    let mut judgement = Judgement::NotExercised;
    for (path, reads) in &reads(trial) {
        let is_cancelled = |(_, read): &(usize, &Exchange)| {
            order_status(read).is_some_and(|status| status == CANCELLED)
        };
        let Some(first) = reads.iter().position(is_cancelled) else {
            continue;
        };
        let has_seen_progress = reads[..first]
            .iter()
            .any(|(_, read)| order_status(read).is_some_and(|status| !is_over(&status)));
        if !has_seen_progress && !created.contains(*path) {
            continue;
        }
        let again = reads.len() - first - 1;
        if again > MAX_POLLS_AFTER_END {
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
            Some((output, Some(true))) if !says_so(output) => {
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

/// Whether a program has printed that something was cancelled, in any spelling.
fn says_so(output: &Output) -> bool {
    let mut printed = [&output.stdout, &output.stderr].into_iter();
    printed.any(|text| memchr::memmem::find(&text.to_ascii_lowercase(), b"cancel").is_some())
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

/// The paths of the orders that a program has created.
fn created(trial: &TrialRecord) -> HashSet<String> {
    let ids = trial.trace.api().filter_map(ids::created_id);
    ids.map(|id| format!("/api/v1/orders/{id}")).collect()
}

fn is_order(exchange: &Exchange) -> bool {
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
        example::{exited, get, judged, trial},
        process::Termination,
        trace::Outcome,
    };

    /// A read of an order at this time, with this status; of another order if the status is empty.
    fn read(at_ms: u64, status: &str) -> Exchange {
        if status == RETRIED {
            return get(at_ms, "/api/v1/orders/1", 503, None);
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

    /// Whether this program waits for a cancelled order in these reads and ends with this status and output.
    fn cancelled(reads: &[(u64, &str)], output: Option<Output>) -> Judgement {
        let reads = reads.iter().map(|(at_ms, status)| read(*at_ms, status));
        let trial = TrialRecord {
            output,
            ..trial(reads.collect())
        };
        judged(cancelled_ends_the_wait, &trial)
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
        let printed = |stdout: &str| Output {
            stdout: stdout.into(),
            ..exited(0)
        };
        let waited = |output| cancelled(&[(0, ON), (1_000, GONE)], Some(output));
        assert!(matches!(
            waited(printed("0 companies")),
            Judgement::Violation(_)
        ));
        assert_eq!(waited(printed("Order 1: Canceled")), Judgement::Pass);
        assert_eq!(waited(exited(1)), Judgement::Pass);
        // It has only looked at it, also if that took two attempts, or has seen it completed.
        for reads in [&[(0, GONE)][..], &[(0, RETRIED), (1_000, GONE)]] {
            let looked = cancelled(reads, Some(exited(0)));
            assert_eq!(looked, Judgement::NotExercised);
        }
        let over = cancelled(&[(0, ON), (1_000, OVER)], Some(exited(0)));
        assert_eq!(over, Judgement::NotExercised);
    }
}
