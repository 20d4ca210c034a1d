//! Whether connections are reused.
//!
//! The judge sees when a response was sent, not when a worker has read it and has put its connection back into the pool. Until then
//! another worker needs a connection of its own, although no request is open. So a connection counts as free only some time after
//! its last response, unless the program does one thing at a time, or has closed the connection.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Judgement, Trials,
    order::{Order, under_way},
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

/// Minimum number of requests that could have used a free connection.
const MIN_CHANCES: usize = 4;

/// Exercised if requests could have used a free connection, where nothing fails.
pub(super) fn reuses_connections(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if trial.scenario.yaml.is_some() {
        return Judgement::NotExercised;
    }
    let reading = if Order::of(trial, trials).may_be_concurrent() {
        under_way(trial)
    } else {
        Duration::ZERO
    };
    let uses = Uses::of(trial, reading);
    let requests = trial.trace.api().count();
    let reused = requests - uses.opened_at.len();
    let needless = uses.count_needless();
    if reused + needless < MIN_CHANCES {
        return Judgement::NotExercised;
    }
    (needless > reused)
        .then(|| {
            format!(
                "{needless} of {requests} requests opened a connection although another was free"
            )
        })
        .into()
}

/// When connections were opened, and when they were free.
#[derive(Debug, Default)]
struct Uses {
    opened_at: Vec<Duration>,
    /// From when on another request could have used the connection, and until when.
    free: Vec<(Duration, Duration)>,
}

impl Uses {
    /// A connection is free once a response on it has been read, which takes at most `reading`.
    fn of(trial: &TrialRecord, reading: Duration) -> Self {
        let mut connections: BTreeMap<_, Vec<&Exchange>> = BTreeMap::new();
        for exchange in trial.trace.api() {
            let requests = connections.entry(exchange.connection).or_default();
            requests.push(exchange);
        }
        let mut uses = Self::default();
        for (number, requests) in connections {
            uses.opened_at
                .extend(requests.first().map(|first| first.open_from));
            let connection = trial.trace.connections.get(number);
            let ends = connection.map(|connection| [connection.client_end, connection.server_end]);
            let ends = ends.into_iter().flatten().flatten().map(|(at, _)| at);
            let closed_at = ends.min().unwrap_or(Duration::MAX);
            let next = requests.iter().skip(1).map(|next| next.started_at());
            for (request, next) in requests.iter().zip(next.chain([Duration::MAX])) {
                let Some(ended_at) = trial.trace.ended_at(request) else {
                    continue;
                };
                let free_from = closed_at
                    .max(ended_at)
                    .min(ended_at.saturating_add(reading));
                uses.free.push((free_from, next));
            }
        }
        uses.opened_at.sort_unstable();
        uses
    }

    /// The number of connections that were opened although another was free: each free one makes one of them needless.
    fn count_needless(mut self) -> usize {
        let needless = self.opened_at.iter().filter(|at| {
            let is_free = |(from, until): &(Duration, Duration)| (from..until).contains(at);
            let free = self.free.iter().position(is_free);
            free.map(|free| self.free.swap_remove(free)).is_some()
        });
        needless.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{get, judged, took, trial},
        wiretap::CloseKind,
    };

    /// Reads at these times, on these connections, each of which gets its response at once.
    fn reads(reads: &[(u64, usize)]) -> TrialRecord {
        let reads = reads.iter().map(|(at_ms, connection)| Exchange {
            connection: *connection,
            ..get(*at_ms, "/a", 200, None)
        });
        trial(reads.collect())
    }

    fn verdict(trial: &TrialRecord) -> Judgement {
        judged(reuses_connections, trial)
    }

    /// A pool of four connections: the server responds before the next worker sends its request, so none is open by then.
    const BURST: [(u64, usize); 7] = [(0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (4, 2), (5, 3)];

    #[test]
    fn connection_whose_response_may_not_have_been_read_is_not_free() {
        assert_eq!(verdict(&reads(&BURST)), Judgement::NotExercised);
        let more = [&BURST[..], &[(20, 1), (21, 2)]].concat();
        assert_eq!(verdict(&reads(&more)), Judgement::Pass);
    }

    #[test]
    fn each_connection_beside_a_free_one_is_needless() {
        let apart = |ms: u64, connections: [usize; 6]| {
            let reads_at = (0..).map(|number| number * ms).zip(connections);
            verdict(&reads(&reads_at.collect::<Vec<_>>()))
        };
        let seen = "5 of 6 requests opened a connection although another was free";
        assert_eq!(
            apart(101, [0, 1, 2, 3, 4, 5]),
            Judgement::Violation(seen.to_owned())
        );
        assert_eq!(apart(101, [0; 6]), Judgement::Pass);
        // Half of those that could have been reused were.
        assert_eq!(apart(101, [0, 1, 2, 0, 1, 2]), Judgement::Pass);
        assert_eq!(apart(20, [0, 1, 2, 3, 4, 5]), Judgement::NotExercised);
    }

    #[test]
    fn free_connection_makes_only_one_other_needless() {
        let burst = [
            (0, 0),
            (1, 0),
            (500, 1),
            (501, 2),
            (502, 3),
            (503, 4),
            (504, 0),
        ];
        assert_eq!(verdict(&reads(&burst)), Judgement::NotExercised);
    }

    #[test]
    fn closed_connection_was_free() {
        let closed = |ms: u64, reads_at: &[(u64, usize)]| {
            let mut trial = reads(reads_at);
            for ((at_ms, _), connection) in reads_at.iter().zip(&mut trial.trace.connections) {
                let at = Duration::from_millis(at_ms + ms);
                connection.client_end = Some((at, CloseKind::Closed));
            }
            verdict(&trial)
        };
        let one_by_one = [(0, 0), (10, 1), (20, 2), (30, 3), (40, 4)];
        assert!(matches!(closed(5, &one_by_one), Judgement::Violation(_)));
        let two_workers = [(0, 0), (2, 1), (10, 2), (12, 3), (20, 4), (22, 5)];
        assert!(matches!(closed(5, &two_workers), Judgement::Violation(_)));
        assert_eq!(closed(50, &two_workers), Judgement::NotExercised);
    }

    #[test]
    fn connection_in_use_is_not_free() {
        let overlapping = (0..6).zip(0..).map(|(at_ms, connection)| Exchange {
            connection,
            ..took(1_000, at_ms, "/a", 200, None)
        });
        let overlapping = trial(overlapping.collect());
        assert_eq!(verdict(&overlapping), Judgement::NotExercised);
    }
}
