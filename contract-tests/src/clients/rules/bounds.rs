//! How often a request that fails is sent.

use super::{
    Judgement, Trials,
    cycles::Cycles,
    retries::{attempts, failed},
    stopped,
};
use crate::clients::trial_record::TrialRecord;

/// Judged for each request that never succeeds: if some attempts do, the program may have wanted to send it several times.
pub(super) fn bounds_attempts(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let cycles = Cycles::of(trial, trials);
    let requests = attempts(trial);
    let failing = requests
        .iter()
        .filter(|attempts| attempts.iter().all(|exchange| failed(exchange)));
    let mut judgement = Judgement::NotExercised;
    for attempts in failing {
        let each = cycles.split(attempts);
        let max = each.iter().map(|cycle| cycle.len()).max();
        let max = max.unwrap_or_default();
        if max > trials.max_attempts * cycles.count(attempts[0]) {
            return Judgement::Violation(format!("{max} attempts of one request"));
        }
        let next = match &each[..] {
            [only] => stopped::judge_stopped(trial, only),
            // It has given up, and begun anew.
            _ if max > 1 => Judgement::Pass,
            _ => Judgement::NotExercised,
        };
        judgement = match (judgement, next) {
            (Judgement::Inconclusive(reason), _) | (_, Judgement::Inconclusive(reason)) => {
                Judgement::Inconclusive(reason)
            }
            (Judgement::NotExercised, next) => next,
            (judgement, _) => judgement,
        };
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{exited, get, judged, trial, trials},
        scenarios,
    };

    #[test]
    fn attempts_are_bounded_although_other_requests_succeed() {
        let fails = |times: u64| {
            let failing = (0..times).map(|n| get(n * 1_000, "/a", 503, None));
            let trial = TrialRecord {
                output: Some(exited(1)),
                ..trial(failing.chain([get(9, "/b", 200, None)]).collect())
            };
            judged(bounds_attempts, &trial)
        };
        assert_eq!(fails(5), Judgement::Pass);
        assert!(matches!(fails(6), Judgement::Violation(_)));
    }

    #[test]
    fn service_begins_anew_at_its_interval() {
        let sent = |name: &str, times: &[u64], status: u16| TrialRecord {
            scenario: scenarios::find(name).unwrap(),
            output: Some(exited(1)),
            ..trial(
                times
                    .iter()
                    .map(|at_ms| get(*at_ms, "/a", status, None))
                    .collect(),
            )
        };
        let judged = |times: &[u64]| {
            let control = [sent("control", &[0, 4_000, 8_000], 200)];
            bounds_attempts(&sent("unavailable-forever", times, 503), trials(&control))
        };
        let cycles: Vec<_> = (0..8).map(|n| n * 4_000).collect();
        assert_eq!(judged(&cycles), Judgement::NotExercised);
        assert_eq!(judged(&[0, 500, 4_500, 5_000]), Judgement::Pass);
        let in_a_cycle = judged(&[0, 500, 1_000, 1_500, 2_000, 2_500]);
        assert!(
            matches!(in_a_cycle, Judgement::Violation(_)),
            "{in_a_cycle:?}"
        );
    }
}
