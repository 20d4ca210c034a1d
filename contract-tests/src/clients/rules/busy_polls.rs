//! Waiting for something other than the status of an order: for results that are not ready yet, or for a change of a list.

use super::{
    Judgement, millis,
    polls::{follows_at_once, is_order},
    retries::attempts,
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

/// Maximum number of times that a program may read the same thing in a row, at once each time.
const MAX_READS: usize = 10;

/// Whether something was polled; a violation if that was too fast.
pub(super) fn judge(trial: &TrialRecord) -> Judgement {
    match (not_ready(trial), read_too_often(trial)) {
        (Judgement::Violation(seen), _) | (_, Some(seen)) => Judgement::Violation(seen),
        (judgement, None) => judgement,
    }
}

/// Judges reads that were repeated since there was nothing yet.
fn not_ready(trial: &TrialRecord) -> Judgement {
    let is_not_ready =
        |exchange: &Exchange| exchange.request.method == "GET" && exchange.status() == Some(409);
    let mut judgement = Judgement::NotExercised;
    for reads in attempts(trial) {
        let mut soon = 0;
        for pair in reads.windows(2).filter(|pair| is_not_ready(pair[0])) {
            judgement = Judgement::Pass;
            soon = if follows_at_once(pair[0], pair[1]) {
                soon + 1
            } else {
                0
            };
            if soon > 1 {
                let gap = gap(pair[0], pair[1]);
                return Judgement::Violation(format!(
                    "{} was requested again {gap} after its 409",
                    pair[1].path()
                ));
            }
        }
    }
    judgement
}

/// What was seen of a program that read the same thing many times in a row, far more often than it can change. Another rule reports
/// a program that does so until it is stopped.
fn read_too_often(trial: &TrialRecord) -> Option<String> {
    let all: Vec<_> = trial.trace.api().collect();
    let is_read = |exchange: &Exchange| {
        let is_success = exchange.status().is_some_and(|status| status < 300);
        exchange.request.method == "GET" && is_success && !is_order(exchange)
    };
    let mut runs = all.chunk_by(|before, exchange| {
        is_read(before) && exchange.repeats(before) && follows_at_once(before, exchange)
    });
    let run = runs.find(|run| run.len() > MAX_READS && !trial.out_of_time)?;
    Some(format!(
        "{} was requested {} times in a row, for the last time after {}",
        run[0].request.target,
        run.len(),
        gap(run[run.len() - 2], run[run.len() - 1])
    ))
}

fn gap(before: &Exchange, exchange: &Exchange) -> String {
    let answered = before.completed_at().unwrap_or(before.at());
    millis(exchange.at().saturating_sub(answered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{get, trial};

    /// The judgement of a program that repeats a request at this interval, with these statuses.
    fn repeated(target: &str, interval_ms: u64, statuses: &[u16]) -> Judgement {
        let reads = statuses.iter().zip(0..);
        let reads = reads.map(|(status, n)| get(n * interval_ms, target, *status, None));
        judge(&trial(reads.collect()))
    }

    #[test]
    fn results_are_polled_as_slowly_as_orders() {
        let results = |interval_ms| {
            let target = "/api/v1/orders/order_1/results";
            repeated(target, interval_ms, &[409, 409, 409, 200])
        };
        assert_eq!(results(1_000), Judgement::Pass);
        let seen = "/api/v1/orders/order_1/results was requested again 20 ms after its 409";
        assert_eq!(results(20), Judgement::Violation(seen.to_owned()));
        let once = repeated("/api/v1/orders/order_1/results", 20, &[409, 200]);
        assert_eq!(once, Judgement::Pass, "another job may have asked");
    }

    #[test]
    fn list_is_not_read_in_a_busy_loop() {
        let list = |interval_ms, times| {
            repeated("/api/v1/orders?limit=100", interval_ms, &vec![200; times])
        };
        let seen = "/api/v1/orders?limit=100 was requested 11 times in a row, for the last time after 30 ms";
        assert_eq!(list(30, 11), Judgement::Violation(seen.to_owned()));
        assert_eq!(list(30, 10), Judgement::NotExercised);
        assert_eq!(list(1_000, 11), Judgement::NotExercised);
    }
}
