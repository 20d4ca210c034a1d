//! What a program sends again because it begins anew, not because it failed.
//!
//! A service looks at the same list every few seconds, and a script may read an order twice. When these requests fail, each is
//! sent again as well, but that is no retry. The control trial shows which are: there, nothing fails, and a program sends again
//! only what it would send again anyway.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use super::{Trials, ids};
use crate::clients::{
    trace::{Exchange, Trace},
    trial_record::TrialRecord,
};

/// The shortest time between two identical requests that is an interval of the program, and not just how long it takes.
const MIN_INTERVAL: Duration = Duration::from_millis(500);
/// How much shorter an interval may be than in the control trial, for a program that subtracts what a request took.
const MIN_PART: f64 = 0.8;

/// How often a program sends a request although nothing fails.
#[derive(Clone, Copy, Debug)]
struct Plan {
    /// How many times it succeeds.
    count: usize,
    /// The usual time between two of them, if that is an interval of the program.
    interval: Option<Duration>,
}

/// The requests that a program sends several times by itself.
#[derive(Debug)]
pub(super) struct Cycles<'a> {
    trial: &'a TrialRecord,
    created: HashSet<String>,
    plans: HashMap<Key, Plan>,
}

/// A request; what the program creates has another id in each trial.
type Key = (String, String, Vec<u8>);

/// In place of an id that differs in each trial.
const CREATED: &str = "/{created}";

impl<'a> Cycles<'a> {
    pub(super) fn of(trial: &'a TrialRecord, trials: Trials<'_>) -> Self {
        let mut plans = HashMap::new();
        if let Some(control) = trials.control() {
            let created = created(control);
            let mut sent: HashMap<_, Vec<_>> = HashMap::new();
            for exchange in control.trace.api() {
                let sent = sent.entry(key(exchange, &created)).or_default();
                sent.push(exchange);
            }
            let all = sent.into_iter();
            plans.extend(all.map(|(key, sent)| (key, Plan::of(&control.trace, &sent))));
        }
        Self {
            trial,
            created: created(trial),
            plans,
        }
    }

    fn plan(&self, exchange: &Exchange) -> Option<Plan> {
        self.plans.get(&key(exchange, &self.created)).copied()
    }

    /// Number of times that the program sends a request in each cycle when nothing fails; at least one.
    pub(super) fn count(&self, exchange: &Exchange) -> usize {
        let plan = self.plan(exchange).filter(|plan| plan.interval.is_none());
        plan.map_or(1, |plan| plan.count.max(1))
    }

    /// How often the program sends a request, with success, when nothing fails.
    pub(super) fn count_in_control(&self, exchange: &Exchange) -> usize {
        self.plan(exchange).map_or(0, |plan| plan.count)
    }

    /// Whether the program sends a request at an interval.
    pub(super) fn has_interval(&self, exchange: &Exchange) -> bool {
        self.plan(exchange)
            .is_some_and(|plan| plan.interval.is_some())
    }

    /// Whether a request comes as late after the one before, which equals it, as the next of an interval.
    pub(super) fn is_next(&self, before: &Exchange, exchange: &Exchange) -> bool {
        let interval = self.plan(exchange).and_then(|plan| plan.interval);
        interval.is_some_and(|interval| {
            gap(&self.trial.trace, before, exchange) >= interval.mul_f64(MIN_PART)
        })
    }

    /// The attempts of a request, those of each interval separately.
    pub(super) fn split<'b, 'c>(&self, attempts: &'b [&'c Exchange]) -> Vec<&'b [&'c Exchange]> {
        let cycles = attempts.chunk_by(|before, exchange| !self.is_next(before, exchange));
        cycles.collect()
    }
}

impl Plan {
    fn of(trace: &Trace, sent: &[&Exchange]) -> Self {
        let succeeds = |exchange: &Exchange| exchange.status().is_some_and(|status| status < 300);
        let pairs = sent.windows(2).filter(|pair| succeeds(pair[0]));
        let mut gaps: Vec<_> = pairs.map(|pair| gap(trace, pair[0], pair[1])).collect();
        gaps.sort_unstable();
        let usual = gaps.get(gaps.len() / 2).copied();
        Self {
            count: sent.iter().filter(|exchange| succeeds(exchange)).count(),
            interval: usual.filter(|gap| *gap >= MIN_INTERVAL),
        }
    }
}

/// The time from the end of a request to the start of another.
fn gap(trace: &Trace, before: &Exchange, exchange: &Exchange) -> Duration {
    let ended_at = trace.ended_at(before).unwrap_or(before.at());
    exchange.started_at().saturating_sub(ended_at)
}

/// The paths of what a program created.
fn created(trial: &TrialRecord) -> HashSet<String> {
    trial.trace.api().filter_map(ids::created_path).collect()
}

fn key(exchange: &Exchange, created: &HashSet<String>) -> Key {
    let request = &exchange.request;
    let mut path = exchange.path();
    let mut target = request.target.clone();
    // What belongs to the object has a longer path.
    while let Some((list, _)) = path.rsplit_once('/') {
        if created.contains(path) {
            target.replace_range(list.len()..path.len(), CREATED);
            break;
        }
        path = list;
    }
    (request.method.clone(), target, request.message.body.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{get, trial, trials},
        trace::Outcome,
    };

    /// The numbers of attempts in each cycle, if the control trial and this one send a request at these times in milliseconds.
    fn split(control: &[u64], here: &[u64]) -> Vec<usize> {
        let sent = |times: &[u64], status| {
            let requests = times.iter().map(|at_ms| get(*at_ms, "/a", status, None));
            trial(requests.collect())
        };
        let (control, trial) = ([sent(control, 200)], sent(here, 503));
        let attempts: Vec<_> = trial.trace.api().collect();
        let cycles = Cycles::of(&trial, trials(&control));
        let split = cycles.split(&attempts);
        split.iter().map(|cycle| cycle.len()).collect()
    }

    #[test]
    fn interval_without_faults_separates_cycles() {
        let service = [0, 4_000, 8_000];
        assert_eq!(split(&service, &[0, 3_600, 7_500]), [1, 1, 1]);
        assert_eq!(split(&service, &[0, 500, 1_500, 5_500, 6_000]), [3, 2]);
        // What is sent once, or several times at once, has no interval.
        for control in [&[0][..], &[0, 5, 10], &[]] {
            assert_eq!(split(control, &[0, 4_000, 8_000]), [3], "{control:?}");
        }
    }

    #[test]
    fn object_that_was_created_has_another_id_in_each_trial() {
        let polled = |id: &str| {
            let mut created = get(0, "/api/v1/orders", 201, None);
            created.request.method = "POST".to_owned();
            if let Outcome::Response(response) = &mut created.outcome {
                response.message.body = format!(r#"{{"id": "{id}"}}"#).into_bytes();
            }
            let target = format!("/api/v1/orders/{id}/results?limit=5");
            let polls = (1..4).map(|n| get(n * 1_000, &target, 200, None));
            trial(polls.chain([created]).collect())
        };
        let (control, here) = ([polled("a")], polled("b"));
        let cycles = Cycles::of(&here, trials(&control));
        let last = here.trace.api().next_back().unwrap();
        assert!(cycles.has_interval(last));
        assert_eq!(cycles.count(last), 1);
    }
}
