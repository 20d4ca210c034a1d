//! Verifies that a client sent what is expected, and shows for each failure the closest request and what differs.
//!
//! It compares requests as the journal keeps them, with credentials masked. A request of which too little is kept is
//! neither a match nor a mismatch: an expectation that depends on it fails, and says so.

mod body_condition;
mod condition;
mod json;
mod likeness;
mod matcher;
mod message;
mod observed;
mod references;
mod tally;

use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) use self::matcher::{Matcher, MatcherBody, MatcherError};
pub(super) use self::message::MessageCondition;
pub(crate) use self::references::Size;
use self::{likeness::Effort, observed::Observed, tally::Tally};
use super::{Entry, RequestId};

/// Maximum number of requests that a failure lists.
const SHOWN: usize = 10;

/// The requests that a journal has to have.
#[derive(Debug)]
pub(crate) struct Verification {
    /// What is expected.
    pub expectations: Vec<Expectation>,
    /// Whether the requests have to come in the order of the expectations.
    pub in_order: bool,
    /// Whether no other request may have come.
    pub nothing_else: bool,
}

/// How many requests of a kind are expected.
#[derive(Debug)]
pub(crate) struct Expectation {
    /// The kind.
    pub matcher: Matcher,
    /// How many.
    pub count: Count,
}

/// A number of requests; without any bound, at least one.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Count {
    exactly: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

/// Recorded requests, oldest first, with their ids and sequence numbers.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The requests.
    pub entries: Vec<(RequestId, u64, Entry)>,
    /// Number of earlier requests that the journal no longer has.
    pub missing: u64,
}

impl Count {
    fn least(self) -> u64 {
        let default = u64::from(self.at_most.is_none());
        self.exactly.or(self.at_least).unwrap_or(default)
    }

    fn most(self) -> Option<u64> {
        self.exactly.or(self.at_most)
    }

    /// Whether requests that are unknown could make a difference.
    fn has_upper_bound(self) -> bool {
        self.most().is_some()
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let noun = |number: u64| if number == 1 { "request" } else { "requests" };
        match (self.least(), self.most()) {
            (0, Some(0)) => write!(f, "no request"),
            (least, Some(most)) if least == most => write!(f, "exactly {least} {}", noun(least)),
            (0, Some(most)) => write!(f, "at most {most} {}", noun(most)),
            (least, Some(most)) => write!(f, "{least} to {most} requests"),
            (least, None) => write!(f, "at least {least} {}", noun(least)),
        }
    }
}

impl Verification {
    /// Verifies a recording: `verified`, the matches of each expectation, and the failures.
    pub(crate) fn of(&self, recording: &Recording) -> Value {
        let mut tallies: Vec<_> = self.expectations.iter().map(|_| Tally::default()).collect();
        let mut unexpected = Vec::new();
        for (index, (_, _, entry)) in recording.entries.iter().enumerate() {
            let observed = Observed::new(entry);
            let mut is_expected = false;
            for (expectation, tally) in self.expectations.iter().zip(&mut tallies) {
                is_expected |= tally.add(index, &expectation.matcher.compare(&observed, None));
            }
            if !is_expected {
                unexpected.push(index);
            }
        }
        self.find_closest(recording, &mut tallies);
        let mut failures = self.failures_of_counts(recording, &tallies);
        if self.in_order {
            failures.extend(self.failure_of_order(recording, &tallies));
        }
        if self.nothing_else && !unexpected.is_empty() {
            failures.push(recording.unexpected(&unexpected));
        }
        if recording.missing > 0 && self.needs_all() {
            failures.push(recording.incomplete());
        }
        let matched = |tally: &Tally| json!({"matched": tally.matched.len(), "ids": recording.ids(&tally.matched)});
        json!({
            "verified": failures.is_empty(),
            "requests": recording.entries.len(),
            "expectations": tallies.iter().map(matched).collect::<Vec<_>>(),
            "failures": failures,
        })
    }

    /// Finds the closest request of each expectation that too few match, which costs more than to find out whether they match.
    fn find_closest(&self, recording: &Recording, tallies: &mut [Tally]) {
        let effort = Effort::default();
        let all = self.expectations.iter().zip(tallies);
        let mut failed: Vec<_> = all
            .filter(|(expected, tally)| (tally.matched.len() as u64) < expected.count.least())
            .collect();
        for (index, (_, _, entry)) in recording.entries.iter().enumerate().rev() {
            let observed = Observed::new(entry);
            for (expectation, tally) in &mut failed {
                let compared = expectation.matcher.compare(&observed, Some(&effort));
                tally.approach(index, compared);
            }
        }
    }

    /// Whether a request that the journal no longer has could be one too many.
    fn needs_all(&self) -> bool {
        let bounded = |expectation: &Expectation| expectation.count.has_upper_bound();
        self.nothing_else || self.in_order || self.expectations.iter().any(bounded)
    }

    fn failures_of_counts(&self, recording: &Recording, tallies: &[Tally]) -> Vec<Value> {
        let expectations = self.expectations.iter().zip(tallies).enumerate();
        expectations
            .filter_map(|(index, (expectation, tally))| {
                let failed = expectation.check(recording, tally)?;
                Some(failure(Some(index), &failed.0, failed.1))
            })
            .collect()
    }

    /// The first expectation whose requests do not all come after those of the expectations before it.
    fn failure_of_order(&self, recording: &Recording, tallies: &[Tally]) -> Option<Value> {
        let mut next = 0;
        for (index, (expectation, tally)) in self.expectations.iter().zip(tallies).enumerate() {
            let least = usize::try_from(expectation.count.least()).unwrap_or(usize::MAX);
            let Some(last) = least.checked_sub(1) else {
                continue;
            };
            let mut later = tally.matched.iter().filter(|request| **request >= next);
            match later.nth(last) {
                Some(request) => next = request + 1,
                // Too few at any place: the count has failed.
                None if tally.matched.len() < least => return None,
                None => {
                    let reason = format!(
                        "expected {} after those of the expectations before, found them out of order: {}",
                        expectation.count, expectation.matcher
                    );
                    let found = json!({"found": recording.shown(&tally.matched)});
                    return Some(failure(Some(index), &reason, found));
                }
            }
        }
        None
    }
}

impl Expectation {
    /// Why the count is not as expected, and the requests that explain it.
    fn check(&self, recording: &Recording, tally: &Tally) -> Option<(String, Value)> {
        let (count, matcher) = (self.count, &self.matcher);
        let matched = tally.matched.len() as u64;
        let requests = recording.entries.len();
        let found = format!("expected {count}, found {matched} among {requests}: {matcher}");
        if count.most().is_some_and(|most| matched > most) {
            return Some((found, json!({"found": recording.shown(&tally.matched)})));
        }
        if matched >= count.least() {
            let (undecided, reason) = tally.undecided?;
            let reason = format!(
                "expected {count}, found {matched} among {requests}, and {undecided} that cannot be compared: {reason}: {matcher}"
            );
            return count.has_upper_bound().then(|| (reason, json!({})));
        }
        let closest = tally.closest.as_ref().map(|closest| {
            let mut shown = recording.show(closest.index);
            shown["differences"] = json!(closest.differences);
            shown
        });
        Some((found, json!({"closest": closest})))
    }
}

impl Recording {
    /// A failure because of these requests, which no expectation matches.
    fn unexpected(&self, indexes: &[usize]) -> Value {
        let number = indexes.len();
        let reason = format!("expected nothing else, found {number} other requests");
        failure(None, &reason, json!({"found": self.shown(indexes)}))
    }

    /// A failure because earlier requests are no longer known.
    fn incomplete(&self) -> Value {
        let reason = format!(
            "the journal no longer has {} earlier requests; clear it before the test, or verify those `after` a number",
            self.missing
        );
        failure(None, &reason, json!({}))
    }

    /// The ids of the first of these requests.
    fn ids(&self, indexes: &[usize]) -> Vec<String> {
        let first = indexes.iter().take(SHOWN);
        first
            .map(|index| self.entries[*index].0.to_string())
            .collect()
    }

    /// The first of these requests.
    fn shown(&self, indexes: &[usize]) -> Vec<Value> {
        let first = indexes.iter().take(SHOWN);
        first.map(|index| self.show(*index)).collect()
    }

    fn show(&self, index: usize) -> Value {
        let (id, sequence, entry) = &self.entries[index];
        json!({
            "id": id.to_string(),
            "sequence": sequence,
            "method": entry.method,
            "target": entry.target,
            "operation": entry.operation.map(schemas::OperationId::as_str),
            "status": entry.status(),
        })
    }
}

fn failure(expectation: Option<usize>, reason: &str, mut details: Value) -> Value {
    details["expectation"] = json!(expectation);
    details["reason"] = reason.into();
    details
}
