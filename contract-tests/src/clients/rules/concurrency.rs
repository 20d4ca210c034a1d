//! The effect of all requests of a client on a server: whether they share pauses, how many retries they add, and whether those
//! come at once.

use std::{collections::HashMap, time::Duration};

use super::{
    Judgement, Trials, millis,
    order::{Later, Order},
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
pub(super) fn shares_pauses(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let order = Order::of(trial, trials);
    let (mut judgement, mut unclear) = (Judgement::NotExercised, false);
    for exchanges in by_key(trial).into_values() {
        let load = Concurrency::of(trial, exchanges.iter().copied());
        for exchange in &exchanges {
            let Some(pause) = Pause::of(exchange) else {
                continue;
            };
            let later = order.later(exchange, exchanges.iter().copied());
            let others = load.under_way(pause.received_at);
            if others == 0 {
                match pause.judge_sequential(&later) {
                    Judgement::NotExercised => {}
                    broken @ Judgement::Violation(_) => return broken,
                    kept @ (Judgement::Pass | Judgement::Inconclusive(_)) => judgement = kept,
                }
                continue;
            }
            let started = |later: &[&Exchange]| {
                let early = later.iter().filter(|other| pause.contains(other));
                early.count()
            };
            let ignored = started(&later.after);
            if ignored > others {
                let (ignored, others) = (count(ignored, "request"), count(others, "other"));
                return Judgement::Violation(format!(
                    "{ignored} started during the {} s of a Retry-After, beyond {others} in flight",
                    pause.requested
                ));
            }
            unclear |= ignored + started(&later.unclear) > 0;
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
    fn judge_sequential(&self, later: &Later<'_>) -> Judgement {
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
mod tests;
