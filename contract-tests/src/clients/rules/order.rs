//! The order of events: which requests were sent after a response could be read, and which may have been in flight.
//!
//! A request was in flight if it was sent before the head of the response could be read. The tap sees a request somewhat later
//! than it was sent, so time alone does not decide. Two facts do: that both requests share a connection, or that the program
//! never has two requests open at once.

use std::time::Duration;

use super::concurrency::{Concurrency, NOISE_FACTOR};
use crate::clients::{
    trace::{Exchange, Trace},
    trial_record::TrialRecord,
};

/// How long a request may take to the tap, and how long a concurrent program may take to stop all its requests, on an idle
/// machine.
const UNDER_WAY: Duration = Duration::from_millis(100);

/// The same on the trial's machine, which may delay both.
pub(super) fn under_way(trial: &TrialRecord) -> Duration {
    UNDER_WAY + trial.lateness.unwrap_or_default() * NOISE_FACTOR
}

/// The requests that followed a response.
#[derive(Debug, Default)]
pub(super) struct Later<'a> {
    /// Those sent after it could be read, in order.
    pub after: Vec<&'a Exchange>,
    /// Those that may have been sent before it could be read.
    pub unclear: Vec<&'a Exchange>,
}

impl<'a> Later<'a> {
    /// The requests in `calls` that followed the response to `refused`, which is one of them.
    pub(super) fn new(trial: &TrialRecord, refused: &Exchange, exchanges: &[&'a Exchange]) -> Self {
        let Some(received_at) = refused.head_received_at() else {
            return Self::default();
        };
        let later = exchanges.iter().copied();
        let later = later.filter(|exchange| {
            exchange.started_at() >= received_at && !std::ptr::eq(*exchange, refused)
        });
        let soon = received_at + under_way(trial);
        let alone = is_alone(&trial.trace, refused, soon, exchanges);
        let (mut unclear, mut after): (Vec<_>, Vec<_>) = later.partition(|exchange| {
            exchange.started_at() <= soon && exchange.connection != refused.connection && !alone
        });
        // Each concurrent worker has at most one request in flight.
        let max = Concurrency::of(trial, exchanges.iter().copied()).peak();
        if unclear.len() > max {
            after.append(&mut unclear);
            after.sort_by_key(|exchange| exchange.started_at());
        }
        Self { after, unclear }
    }
}

/// Whether no two of these requests were open at once, from the start of `refused` until `ended`, when everything that was in
/// flight has arrived.
fn is_alone(trace: &Trace, refused: &Exchange, ended: Duration, exchanges: &[&Exchange]) -> bool {
    let open = exchanges.iter().map(|exchange| {
        let over = exchange
            .head_received_at()
            .or_else(|| trace.ended_at(exchange));
        (exchange.open_from, over.unwrap_or(Duration::MAX))
    });
    let started = refused.open_from;
    let mut open: Vec<_> = open
        .filter(|(from, ended_at)| *from <= ended && *ended_at >= started)
        .collect();
    open.sort_unstable();
    open.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{took, trial};

    /// A request that takes 10 ms, on this connection.
    fn call(at_ms: u64, connection: usize) -> Exchange {
        Exchange {
            connection,
            ..took(10, at_ms, "/a", 401, None)
        }
    }

    /// The number of requests that followed the response to the first one, and of those for which it is unclear.
    fn later(exchanges: Vec<Exchange>) -> (usize, usize) {
        let trial = trial(exchanges);
        let exchanges: Vec<_> = trial.trace.api().collect();
        let later = Later::new(&trial, exchanges[0], &exchanges);
        (later.after.len(), later.unclear.len())
    }

    #[test]
    fn next_request_on_the_same_connection_is_later_despite_a_short_gap() {
        assert_eq!(later(vec![call(0, 0), call(10, 0)]), (1, 0));
        let others_open = vec![call(0, 0), call(1, 1), call(2, 2), call(11, 0)];
        assert_eq!(later(others_open), (1, 0));
    }

    #[test]
    fn single_request_is_later_despite_a_short_gap() {
        assert_eq!(later(vec![call(0, 0), call(10, 1)]), (1, 0));
        assert_eq!(later(vec![call(0, 0), call(11, 1), call(22, 2)]), (2, 0));
    }

    #[test]
    fn concurrent_request_may_have_been_under_way_for_a_while() {
        let several = |at_ms| later(vec![call(0, 0), call(5, 1), call(at_ms, 2)]);
        assert_eq!(several(9), (0, 0), "sent before");
        assert_eq!(several(10), (0, 1));
        assert_eq!(several(110), (0, 1));
        assert_eq!(several(111), (1, 0));
        // They start at once, and one of them gets a response before the others arrive.
        let burst = vec![call(0, 0), call(11, 1), call(12, 2)];
        assert_eq!(later(burst), (0, 2));
    }

    #[test]
    fn busy_machine_extends_the_time_under_way() {
        let later = |at_ms, noise_ms| {
            let trial = TrialRecord {
                lateness: Some(Duration::from_millis(noise_ms)),
                ..trial(vec![call(0, 0), call(5, 1), call(at_ms, 2)])
            };
            let exchanges: Vec<_> = trial.trace.api().collect();
            let later = Later::new(&trial, exchanges[0], &exchanges);
            (later.after.len(), later.unclear.len())
        };
        assert_eq!(later(200, 30), (0, 1));
        assert_eq!(later(201, 30), (1, 0));
        assert_eq!(later(200, 0), (1, 0));
    }

    #[test]
    fn connection_opened_earlier_may_carry_a_request() {
        let opened = Exchange {
            open_from: Duration::from_millis(9),
            ..call(11, 1)
        };
        assert_eq!(later(vec![call(0, 0), opened]), (0, 1));
    }

    #[test]
    fn each_worker_has_at_most_one_request_under_way() {
        let workers = |rounds: u64| {
            let rounds = (0..rounds).flat_map(|round| (0..4).map(move |worker| (round, worker)));
            let exchanges = rounds.map(|(round, worker)| {
                let connection = usize::try_from(round * 4 + worker).unwrap();
                call(round * 11 + worker, connection)
            });
            later(exchanges.collect())
        };
        assert_eq!(workers(2), (0, 4));
        assert_eq!(workers(3), (8, 0));
    }
}
