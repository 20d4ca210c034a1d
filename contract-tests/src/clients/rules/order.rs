//! The order of events: which requests a program sent because of a response, and which it may have sent without knowing it.
//!
//! Nobody sees a program decide. The judge sees when the first byte of a request arrives, on which connection, and when the head of
//! a response is sent. From the first to the second, a request is no reaction. Much later it is one: the program had time to stop
//! all that it does. In between, one worker may send what it has decided before another worker has read the response, and the
//! connection may be the same, if both take it from a pool. Then a request is a reaction only if
//!
//! - the program does one thing at a time, so that it has read one response before it sends the next request, or
//! - it repeats the request that the response was for, which the program does not do by itself, or
//! - it shares the connection, and nothing else can have caused it: the program has started long before, and all it has
//!   received lately are responses of the same kind.
//!
//! A request may also have begun long before its first byte: the first on a connection that was open before the response had to
//! wait for TLS, or for its worker to get the processor. Then time proves nothing.
//!
//! Every other request proves nothing, neither for nor against the program, however many there are: the judge does not see how
//! many workers wait for their turn.

use std::{iter, time::Duration};

use super::{Trials, concurrency::NOISE_FACTOR, retries::attempts};
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

/// How a program orders its requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'a> {
    trial: &'a TrialRecord,
    /// Whether it has had several requests open at once, in this trial or where nothing fails.
    is_concurrent: bool,
    /// Whether it sends identical requests at about the same time although none has failed.
    has_duplicates: bool,
}

/// The requests that followed a response.
#[derive(Debug, Default)]
pub(super) struct Later<'a> {
    /// Those sent because of it or in spite of it, in order.
    pub after: Vec<&'a Exchange>,
    /// Those that the program may have sent without knowing it.
    pub unclear: Vec<&'a Exchange>,
}

impl<'a> Order<'a> {
    pub(super) fn of(trial: &'a TrialRecord, trials: Trials<'_>) -> Self {
        let control = trials.control();
        let is_concurrent = |trial: &TrialRecord| has_overlap(&trial.trace, trial.trace.api());
        let has_duplicates = |trial: &TrialRecord| {
            let requests = attempts(trial);
            let mut requests = requests.iter();
            requests.any(|requests| has_overlap(&trial.trace, requests.iter().copied()))
        };
        Self {
            trial,
            is_concurrent: is_concurrent(trial) || control.is_some_and(is_concurrent),
            has_duplicates: has_duplicates(trial)
                || control.is_some_and(|control| has_duplicates(control) || repeats_soon(control)),
        }
    }

    /// Those of the requests in `exchanges` that followed the response to `refused`.
    pub(super) fn later<'b>(
        &self,
        refused: &Exchange,
        exchanges: impl IntoIterator<Item = &'b Exchange>,
    ) -> Later<'b> {
        let Some(received_at) = refused.head_received_at() else {
            return Later::default();
        };
        let soon = received_at + under_way(self.trial);
        let later = exchanges.into_iter().filter(|exchange| {
            exchange.started_at() >= received_at && !std::ptr::eq(*exchange, refused)
        });
        let mut is_sequential = None;
        let (after, unclear) = later.partition(|exchange| {
            exchange.started_at() > soon && exchange.open_from >= received_at
                || exchange.repeats(refused) && !self.has_duplicates
                || *is_sequential.get_or_insert_with(|| self.is_sequential(refused, soon))
                || self.is_caused_by(exchange, refused, received_at)
        });
        Later { after, unclear }
    }

    /// Whether the program may have several requests open at once: these were, or their connections.
    pub(super) fn may_be_concurrent(&self) -> bool {
        self.is_concurrent || !is_one_by_one(&self.trial.trace, self.trial.trace.api())
    }

    /// Whether the program did one thing at a time, from the start of `refused` until `ended`, when everything that was in
    /// flight has arrived.
    fn is_sequential(&self, refused: &Exchange, ended: Duration) -> bool {
        let trace = &self.trial.trace;
        let others = trace.api().filter(|other| !std::ptr::eq(*other, refused));
        let open = iter::once(refused).chain(others).filter(|exchange| {
            exchange.open_from <= ended && request_end(trace, exchange) >= refused.open_from
        });
        !self.is_concurrent && is_one_by_one(trace, open)
    }

    /// Whether nothing but the response to `refused` and others of its kind can have caused a request on its connection.
    fn is_caused_by(&self, exchange: &Exchange, refused: &Exchange, received_at: Duration) -> bool {
        let Some(since) = received_at.checked_sub(under_way(self.trial)) else {
            return false;
        };
        let mut all = self.trial.trace.exchanges.iter();
        let started = all.clone().map(|first| first.open_from).min();
        let is_of_its_kind = |other: &Exchange| {
            std::ptr::eq(other, refused)
                || other.status() == refused.status()
                    && other.status().is_some_and(|status| status >= 400)
        };
        exchange.connection == refused.connection
            && started.is_some_and(|started| started < since)
            && all.all(|other| {
                let at = other.head_received_at();
                let is_recent = at.is_some_and(|at| at >= since && at < exchange.started_at());
                !is_recent || is_of_its_kind(other)
            })
    }
}

/// When the head of the response was sent, or the request was given up.
fn request_end(trace: &Trace, exchange: &Exchange) -> Duration {
    let connection = trace.connections.get(exchange.connection);
    let given_up = connection.and_then(|connection| connection.client_end);
    let given_up = given_up.map(|(at, _)| at);
    let ends = [exchange.head_received_at(), given_up];
    let end = ends.into_iter().flatten().min();
    end.or_else(|| trace.ended_at(exchange))
        .unwrap_or(Duration::MAX)
}

/// Until when the connection of a request could be reused; that of a recorded request is unknown, and counts as its own.
fn connection_end(trace: &Trace, exchange: &Exchange) -> Duration {
    let response = exchange.response().map(|response| &response.message);
    let is_last = response
        .and_then(|message| message.header("connection"))
        .is_some_and(|value| value.eq_ignore_ascii_case("close"));
    match trace.connections.get(exchange.connection) {
        Some(connection) if !is_last => {
            let ends = [connection.client_end, connection.server_end];
            let ends = ends.into_iter().flatten().map(|(at, _)| at);
            ends.min().unwrap_or(Duration::MAX)
        }
        Some(_) | None => request_end(trace, exchange),
    }
}

/// Whether each of these requests was sent after the one before, on its connection or after that was closed. A program that
/// opens a connection while another is open could have reused that, so it has another worker.
fn is_one_by_one<'a>(trace: &Trace, exchanges: impl Iterator<Item = &'a Exchange>) -> bool {
    let mut open: Vec<_> = exchanges
        .map(|exchange| {
            let connection_end = connection_end(trace, exchange);
            (exchange.open_from, connection_end, exchange.connection)
        })
        .collect();
    open.sort_unstable();
    let mut pairs = open.windows(2);
    pairs.all(|pair| pair[0].2 == pair[1].2 || pair[0].1 <= pair[1].0)
}

/// Whether two of these requests were open at once. One without a response may have been given up on an open connection.
fn has_overlap<'a>(trace: &Trace, exchanges: impl Iterator<Item = &'a Exchange>) -> bool {
    let answered = exchanges.filter(|exchange| exchange.response().is_some());
    let mut open: Vec<_> = answered
        .map(|exchange| (exchange.started_at(), request_end(trace, exchange)))
        .collect();
    open.sort_unstable();
    open.windows(2).any(|pair| pair[1].0 < pair[0].1)
}

/// Whether a program sends a request again soon after it has succeeded.
fn repeats_soon(trial: &TrialRecord) -> bool {
    attempts(trial).iter().any(|requests| {
        requests.windows(2).any(|pair| {
            let succeeded = pair[0].status().is_some_and(|status| status < 400);
            let at = pair[0].completed_at().filter(|_| succeeded);
            at.is_some_and(|at| pair[1].started_at() <= at + under_way(trial))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{took, trial, trials},
        wiretap::CloseKind,
    };

    /// A request that takes 10 ms, on this connection.
    fn call(at_ms: u64, connection: usize, target: &str) -> Exchange {
        Exchange {
            connection,
            ..took(10, at_ms, target, 401, None)
        }
    }

    /// The same with a success.
    fn success(at_ms: u64, connection: usize, target: &str) -> Exchange {
        Exchange {
            connection,
            ..took(10, at_ms, target, 200, None)
        }
    }

    /// The number of requests that followed the response to the first `/a`, and of those for which it is unclear.
    fn counted(trial: &TrialRecord, control: &[TrialRecord]) -> (usize, usize) {
        let mut exchanges = trial.trace.api();
        let refused = exchanges.find(|exchange| exchange.path() == "/a");
        let order = Order::of(trial, trials(control));
        let later = order.later(refused.unwrap(), trial.trace.api());
        (later.after.len(), later.unclear.len())
    }

    fn later(exchanges: Vec<Exchange>) -> (usize, usize) {
        counted(&trial(exchanges), &[])
    }

    /// The same, if the client closes each connection after this many milliseconds.
    fn later_if_closed(after_ms: u64, exchanges: Vec<Exchange>) -> (usize, usize) {
        let mut trial = trial(exchanges);
        for exchange in &trial.trace.exchanges {
            let at = exchange.at() + Duration::from_millis(after_ms);
            let connection = &mut trial.trace.connections[exchange.connection];
            connection.client_end = Some((at, CloseKind::Closed));
        }
        counted(&trial, &[])
    }

    #[test]
    fn sequential_program_has_read_a_response_before_its_next_request() {
        let on_one_connection = vec![call(0, 0, "/a"), call(10, 0, "/b"), call(20, 0, "/c")];
        assert_eq!(later(on_one_connection), (2, 0));
        let one_each = || vec![call(0, 0, "/a"), call(12, 1, "/b"), call(24, 2, "/c")];
        assert_eq!(later_if_closed(11, one_each()), (2, 0));
        // A worker that holds a connection is no reason for another to open one.
        assert_eq!(later_if_closed(13, one_each()), (0, 2));
        assert_eq!(later(one_each()), (0, 2));
    }

    #[test]
    fn repeat_of_the_same_request_is_a_reaction_despite_a_short_gap() {
        assert_eq!(later(vec![call(0, 0, "/a"), call(10, 1, "/a")]), (1, 0));
        let others = |connection| {
            later(vec![
                call(0, 0, "/a"),
                call(1, 1, "/b"),
                call(2, 2, "/c"),
                call(11, connection, "/a"),
            ])
        };
        assert_eq!([others(0), others(3)], [(1, 0), (1, 0)]);
    }

    #[test]
    fn request_that_is_sent_several_times_anyway_is_no_reaction() {
        let at_once = |at_ms| {
            later(vec![
                call(0, 0, "/a"),
                call(1, 1, "/a"),
                call(at_ms, 0, "/a"),
            ])
        };
        assert_eq!([at_once(11), at_once(110)], [(0, 1), (0, 1)]);
        assert_eq!(at_once(111), (1, 0));
        let in_control = |status| {
            let control = [0, 20].map(|at_ms| Exchange {
                connection: 0,
                ..took(10, at_ms, "/x", status, None)
            });
            let control = [trial(
                [control.to_vec(), vec![success(25, 1, "/y")]].concat(),
            )];
            let trial = trial(vec![call(0, 0, "/a"), call(10, 0, "/a")]);
            counted(&trial, &control)
        };
        assert_eq!([in_control(200), in_control(500)], [(0, 1), (1, 0)]);
    }

    #[test]
    fn worker_may_send_what_it_decided_before_another_has_read_the_response() {
        let several = |at_ms, connection| {
            later(vec![
                call(0, 0, "/a"),
                call(5, 1, "/b"),
                call(at_ms, connection, "/c"),
            ])
        };
        assert_eq!(several(9, 2), (0, 0), "sent before");
        for connection in [0, 2] {
            assert_eq!(several(10, connection), (0, 1));
            assert_eq!(several(110, connection), (0, 1));
            assert_eq!(several(111, connection), (1, 0));
        }
    }

    /// They start at once, but the first responses come before the others have been sent.
    #[test]
    fn burst_on_new_connections_proves_nothing_however_fast_the_server_is() {
        let burst = ["/a", "/b", "/c", "/d", "/e", "/f", "/g"];
        let burst = burst.into_iter().zip(0..).map(|(target, at_ms)| Exchange {
            connection: usize::try_from(at_ms).unwrap(),
            ..took(0, at_ms, target, 401, None)
        });
        assert_eq!(later(burst.collect()), (0, 6));
    }

    #[test]
    fn program_that_is_concurrent_without_faults_is_so_in_each_trial() {
        let control = [trial(vec![success(0, 0, "/a"), success(5, 1, "/b")])];
        let trial = trial(vec![call(0, 0, "/a"), call(20, 0, "/b")]);
        assert_eq!(counted(&trial, &control), (0, 1));
        assert_eq!(counted(&trial, &[]), (1, 0));
    }

    #[test]
    fn nothing_but_the_response_can_cause_a_request_on_its_connection_after_a_silence() {
        let after = |other_status, connection| {
            let other = Exchange {
                connection: 1,
                ..took(201, 20, "/b", other_status, None)
            };
            later(vec![
                success(0, 1, "/list"),
                took(200, 20, "/a", 401, None),
                other,
                call(222, connection, "/c"),
            ])
        };
        assert_eq!(after(401, 0), (1, 0));
        assert_eq!(after(401, 2), (0, 1), "another worker's");
        assert_eq!(after(200, 0), (0, 1), "the 200 may be its cause");
    }

    #[test]
    fn busy_machine_extends_the_time_under_way() {
        let later = |at_ms, noise_ms| {
            let trial = TrialRecord {
                lateness: Some(Duration::from_millis(noise_ms)),
                ..trial(vec![
                    call(0, 0, "/a"),
                    call(5, 1, "/b"),
                    call(at_ms, 2, "/c"),
                ])
            };
            counted(&trial, &[])
        };
        assert_eq!(later(200, 30), (0, 1));
        assert_eq!(later(201, 30), (1, 0));
        assert_eq!(later(200, 0), (1, 0));
    }

    #[test]
    fn connection_opened_earlier_may_carry_a_request() {
        let opened = Exchange {
            open_from: Duration::from_millis(9),
            ..call(12, 1, "/b")
        };
        assert_eq!(later_if_closed(11, vec![call(0, 0, "/a"), opened]), (0, 1));
    }

    /// Recordings say nothing of connections.
    #[test]
    fn requests_of_a_recording_are_sequential_unless_they_overlap() {
        let recorded = |exchanges| {
            let mut trial = trial(exchanges);
            trial.trace.connections.clear();
            counted(&trial, &[])
        };
        assert_eq!(recorded(vec![call(0, 0, "/a"), call(10, 1, "/b")]), (1, 0));
        let overlapping = vec![call(0, 0, "/a"), call(5, 1, "/b"), call(12, 2, "/c")];
        assert_eq!(recorded(overlapping), (0, 1));
    }
    /// A handshake may take that long.
    #[test]
    fn request_on_a_connection_that_was_open_before_the_response_may_have_begun_before() {
        let first_on = |target, open_from_ms| {
            let slow = Exchange {
                open_from: Duration::from_millis(open_from_ms),
                ..call(300, 1, target)
            };
            later(vec![call(0, 0, "/a"), slow])
        };
        assert_eq!([first_on("/b", 9), first_on("/b", 10)], [(0, 1), (1, 0)]);
        assert_eq!(first_on("/a", 9), (1, 0), "it repeats the request");
    }
}
