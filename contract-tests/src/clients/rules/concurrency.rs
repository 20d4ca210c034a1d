//! The effect of all requests of a client on a server: whether they share pauses, how many retries they add, and whether those
//! come at once.

use std::{collections::HashMap, time::Duration};

use super::{
    Judgement, Trials, millis,
    order::{Later, under_way},
    retries::{EARLY, HUGE, NO_WAIT, attempts},
    retry_after::{retry_after, seconds},
};
use crate::clients::{
    percentiles::Percentiles,
    trace::{Exchange, Outcome},
    trial_record::TrialRecord,
};
use crate::finding::count;

/// Minimum number of first waits to decide whether they are randomized.
const MIN_WAITS: usize = 8;
/// By which factor the spread of randomized waits must exceed this machine's timing noise.
pub(super) const NOISE_FACTOR: u32 = 3;
/// Minimum number of requests in an outage.
const MIN_CALLS: usize = 20;

pub(super) fn randomizes_waits(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let exchanges = attempts(trial);
    let waits: Vec<_> = exchanges
        .iter()
        .filter_map(|attempts| first_wait(attempts))
        .collect();
    let count = waits.len();
    let Some(waits) = Percentiles::new(waits).filter(|_| count >= MIN_WAITS) else {
        return Judgement::NotExercised;
    };
    let (width, median) = (waits.spread(), waits.median);
    if waits.p90 < NO_WAIT || width * 10 < median {
        let (width, median) = (millis(width), millis(median));
        return Judgement::Violation(format!(
            "the first backoffs of {count} requests have a median of {median} and vary by only {width}"
        ));
    }
    match trial.lateness {
        Some(noise) if width > noise * NOISE_FACTOR => Judgement::Pass,
        Some(noise) => Judgement::Inconclusive(format!(
            "first backoffs vary by {}, and this machine's timing noise is {}",
            millis(width),
            millis(noise)
        )),
        None => Judgement::Inconclusive("this machine's timing noise is not known".to_owned()),
    }
}

/// How long a request waited after a temporary error without `Retry-After`.
fn first_wait(attempts: &[&Exchange]) -> Option<Duration> {
    let [first, second, ..] = attempts else {
        return None;
    };
    let refused = first.status().is_some_and(is_temporary) && retry_after(first).is_none();
    let answered = first.completed_at().filter(|_| refused)?;
    second.at().checked_sub(answered)
}

fn is_temporary(status: u16) -> bool {
    status == 429 || status >= 500
}

/// The start and end times of requests, each sorted.
#[derive(Debug, Default)]
pub(super) struct Concurrency {
    begun: Vec<Duration>,
    ends_at: Vec<Duration>,
}

impl Concurrency {
    pub(super) fn of<'a>(
        trial: &TrialRecord,
        exchanges: impl IntoIterator<Item = &'a Exchange>,
    ) -> Self {
        let mut load = Self::default();
        for exchange in exchanges {
            load.begun.push(exchange.at());
            load.ends_at.extend(trial.trace.ended_at(exchange));
        }
        load.begun.sort_unstable();
        load.ends_at.sort_unstable();
        load
    }

    /// Number of requests in flight: started before this time and not ended then.
    pub(super) fn under_way(&self, at: Duration) -> usize {
        let started = self.begun.partition_point(|started| *started < at);
        started.saturating_sub(self.ends_at.partition_point(|ended_at| *ended_at <= at))
    }

    /// Maximum number of requests in flight at once.
    pub(super) fn peak(&self) -> usize {
        let others = self.begun.iter().map(|started| self.under_way(*started));
        others.max().map_or(0, |others| others + 1)
    }
}

/// The requests with each key.
fn by_key(trial: &TrialRecord) -> HashMap<Option<&[u8]>, Vec<&Exchange>> {
    let mut exchanges: HashMap<_, Vec<_>> = HashMap::new();
    for exchange in trial.trace.api() {
        let mut keys = exchange.request.message.headers_named("authorization");
        exchanges.entry(keys.next()).or_default().push(exchange);
    }
    exchanges
}

/// A client that gets a `Retry-After` makes all its requests wait. Requests that may have been in flight prove nothing, and
/// neither does one more request of each worker.
pub(super) fn shares_pauses(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let (mut judgement, mut unclear) = (Judgement::NotExercised, false);
    for exchanges in by_key(trial).into_values() {
        let load = Concurrency::of(trial, exchanges.iter().copied());
        for exchange in &exchanges {
            let Some(pause) = Pause::of(exchange) else {
                continue;
            };
            let others = load.under_way(pause.received_at);
            if others == 0 {
                match pause.judge_sequential(trial, &exchanges) {
                    Judgement::NotExercised => {}
                    broken @ Judgement::Violation(_) => return broken,
                    kept @ (Judgement::Pass | Judgement::Inconclusive(_)) => judgement = kept,
                }
                continue;
            }
            let mut started = exchanges
                .iter()
                .filter(|other| pause.contains(other))
                .peekable();
            unclear |= started.peek().is_some();
            let soon = pause.received_at + under_way(trial);
            let started = started
                .filter(|other| pause.is_ignored_by(other, soon))
                .count();
            if started > others {
                let (started, others) = (count(started, "request"), count(others, "other"));
                return Judgement::Violation(format!(
                    "{started} started during the {} s of a Retry-After, beyond {others} in flight",
                    pause.requested
                ));
            }
            judgement = Judgement::Pass;
        }
    }
    if unclear {
        Judgement::NotExercised
    } else {
        judgement
    }
}

/// The pause that a 429 asks for.
struct Pause<'a> {
    refused: &'a Exchange,
    /// When the client could read it.
    received_at: Duration,
    /// Its duration in seconds.
    requested: u64,
    /// When it ends.
    ends_at: Duration,
}

impl<'a> Pause<'a> {
    fn of(refused: &'a Exchange) -> Option<Self> {
        let is_refused = refused.status() == Some(429);
        let requested =
            seconds(refused).filter(|requested| is_refused && (1..=HUGE).contains(requested))?;
        let ended_at = refused.completed_at()? + Duration::from_secs(requested);
        Some(Self {
            refused,
            received_at: refused.head_received_at()?,
            requested,
            ends_at: ended_at.saturating_sub(EARLY),
        })
    }

    /// Judges a client without other requests in flight: it has read the 429 before it sends the next ones. A retry of the same
    /// request is covered by another rule.
    fn judge_sequential(&self, trial: &TrialRecord, exchanges: &[&Exchange]) -> Judgement {
        let later = Later::new(trial, self.refused, exchanges);
        let ignored = later
            .after
            .iter()
            .find(|other| other.started_at() < self.ends_at && !other.repeats(self.refused));
        if let Some(other) = ignored {
            return Judgement::Violation(format!(
                "{} {} started {} after a 429 with Retry-After: {}",
                other.request.method,
                other.path(),
                millis(other.started_at().saturating_sub(self.received_at)),
                self.requested
            ));
        }
        let goes_on = later.after.iter().any(|other| !other.repeats(self.refused));
        if goes_on && later.unclear.is_empty() {
            Judgement::Pass
        } else {
            Judgement::NotExercised
        }
    }

    /// Whether a request arrived during the pause.
    fn contains(&self, exchange: &Exchange) -> bool {
        (self.received_at..self.ends_at).contains(&exchange.started_at())
    }

    /// Whether a request during the pause was sent after the client could know of it; a request that arrives soon may have been
    /// in flight.
    fn is_ignored_by(&self, exchange: &Exchange, soon: Duration) -> bool {
        exchange.connection == self.refused.connection || exchange.started_at() > soon
    }
}

pub(super) fn shares_tries(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let exchanges = attempts(trial);
    let in_vain = exchanges
        .iter()
        .filter(|attempts| attempts.iter().all(|exchange| is_down(exchange)));
    let in_vain: Vec<_> = in_vain.map(Vec::len).collect();
    let (calls, requests) = (in_vain.len(), in_vain.iter().sum::<usize>());
    if calls < MIN_CALLS {
        return Judgement::NotExercised;
    }
    (requests * 2 > calls * 3)
        .then(|| format!("{requests} attempts for {calls} requests during an outage"))
        .into()
}

/// Whether an attempt failed without stating when to retry.
fn is_down(exchange: &Exchange) -> bool {
    match &exchange.outcome {
        Outcome::Response(response) => {
            !response.message.whole || response.status >= 500 && retry_after(exchange).is_none()
        }
        Outcome::Garbage | Outcome::None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{self, get, took, trial};

    fn judged(
        rule: fn(&TrialRecord, Trials<'_>) -> Judgement,
        exchanges: Vec<Exchange>,
        lateness_ms: Option<u64>,
    ) -> Judgement {
        let trial = TrialRecord {
            lateness: lateness_ms.map(Duration::from_millis),
            ..trial(exchanges)
        };
        example::judged(rule, &trial)
    }

    /// Requests that fail at first, and are retried after these waits.
    fn waited(waits: impl IntoIterator<Item = u64>) -> Vec<Exchange> {
        let exchanges = (0..).zip(waits).flat_map(|(number, wait)| {
            let (at, target) = (number * 7_000, format!("/{number}"));
            [
                get(at, &target, 503, None),
                get(at + wait, &target, 200, None),
            ]
        });
        exchanges.collect()
    }

    #[test]
    fn varying_waits_are_random_and_scheduling_noise_is_not() {
        let drawn = |lateness| {
            judged(
                randomizes_waits,
                waited((1..=10).map(|n| 400 + n * 40)),
                lateness,
            )
        };
        assert_eq!(drawn(Some(5)), Judgement::Pass);
        assert!(matches!(drawn(Some(120)), Judgement::Inconclusive(_)));
        assert!(matches!(drawn(None), Judgement::Inconclusive(_)));
        let fixed = |lateness| {
            judged(
                randomizes_waits,
                waited((1..=10).map(|n| 1_000 + n)),
                lateness,
            )
        };
        assert!(matches!(fixed(Some(1)), Judgement::Violation(_)));
        assert!(matches!(fixed(Some(120)), Judgement::Violation(_)));
        let none = judged(randomizes_waits, waited(1..=10), Some(0));
        assert!(matches!(none, Judgement::Violation(_)));
    }

    #[test]
    fn few_waits_and_waits_named_by_the_server_are_not_exercised() {
        let few = judged(randomizes_waits, waited([500; 7]), Some(0));
        assert_eq!(few, Judgement::NotExercised);
        let mut named = waited([1_000; 10]);
        for exchange in &mut named {
            let refusal = get(0, "", 503, Some("1"));
            if exchange.status() == Some(503) {
                let at = exchange.at();
                exchange.outcome = refusal.outcome;
                if let Outcome::Response(response) = &mut exchange.outcome {
                    response.message.ended_at = at;
                }
            }
        }
        assert_eq!(
            judged(randomizes_waits, named, Some(0)),
            Judgement::NotExercised
        );
    }

    /// Four workers, one of which is told to wait for a second, and requests at these times.
    fn storm(later: &[u64]) -> Judgement {
        let later = later.iter().map(|at| took(100, *at, "/x", 200, None));
        stormed(later)
    }

    /// The same, with each request on its own connection, unless it is marked as on that of the 429.
    fn stormed(later: impl IntoIterator<Item = Exchange>) -> Judgement {
        let mut exchanges = vec![took(5, 5, "/a", 429, Some("1"))];
        exchanges.extend(["/b", "/c", "/d"].map(|target| took(200, 5, target, 200, None)));
        exchanges.extend(later);
        for (number, exchange) in exchanges.iter_mut().enumerate() {
            if exchange.request.target != "/same" {
                exchange.connection = number;
            }
        }
        judged(shares_pauses, exchanges, None)
    }

    #[test]
    fn pause_applies_to_all_requests_that_are_not_under_way() {
        assert_eq!(storm(&[]), Judgement::Pass);
        assert_eq!(storm(&[960, 1_010, 1_010, 1_010]), Judgement::Pass);
        let hits = storm(&[210, 210, 210, 320]);
        assert!(matches!(hits, Judgement::Violation(_)), "{hits:?}");
        let same = [11, 22, 33, 44].map(|at| took(5, at, "/same", 200, None));
        let hits = stormed(same);
        assert!(matches!(hits, Judgement::Violation(_)), "{hits:?}");
    }

    #[test]
    fn pause_is_kept_if_all_requests_within_it_may_have_been_under_way() {
        assert_eq!(storm(&[50, 60, 70, 109]), Judgement::NotExercised);
        let one_more_of_each = storm(&[210, 210, 210]);
        assert_eq!(one_more_of_each, Judgement::NotExercised);
    }

    #[test]
    fn sequential_client_must_delay_its_next_request_too() {
        let at_once = |next_ms| {
            let next = [get(next_ms, "/b", 200, None)];
            let refused = [get(0, "/", 200, None), get(10, "/a", 429, Some("1"))];
            judged(
                shares_pauses,
                refused.into_iter().chain(next).collect(),
                None,
            )
        };
        for early in [11, 200, 950] {
            let early = at_once(early);
            assert!(matches!(early, Judgement::Violation(_)), "{early:?}");
        }
        assert_eq!(at_once(1_010), Judgement::Pass);
    }

    #[test]
    fn sequential_client_does_not_exercise_sharing() {
        let exchanges = vec![
            get(0, "/a", 200, None),
            get(10, "/b", 429, Some("1")),
            get(200, "/b", 429, Some("1")),
            get(400, "/b", 200, None),
        ];
        assert_eq!(
            judged(shares_pauses, exchanges, None),
            Judgement::NotExercised
        );
    }

    #[test]
    fn at_most_half_of_the_requests_are_retried_in_an_outage() {
        let outage = |calls: u64, again: u64| {
            let first = (0..calls).map(|number| get(number, &format!("/{number}"), 503, None));
            let later = (0..again).map(|number| get(900, &format!("/{number}"), 503, None));
            judged(shares_tries, first.chain(later).collect(), None)
        };
        assert_eq!(outage(19, 19), Judgement::NotExercised);
        assert_eq!(outage(20, 10), Judgement::Pass);
        assert!(matches!(outage(20, 11), Judgement::Violation(_)));
    }
}
