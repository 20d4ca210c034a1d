//! Behaviour of the right server that the sandbox can adopt.
//!
//! A fact that is added to `schemas::assumptions` is observed here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    ops::RangeInclusive,
};

use schemas::{
    assumptions::{Assumptions, Learned, RateDialect},
    query::MAX_LIMIT,
};

use super::{
    cases::{COLOUR, CaseKind, HEAD, INVALID, LIMITS, NO_KEY, PLAIN, SLASH},
    facts, first_cases,
};
use crate::finding::Exchange;

/// Limits that the contract allows. A server that applies another limit has other bounds, so it does not clamp to the nearest
/// allowed one.
const ALLOWED: RangeInclusive<usize> = 1..=MAX_LIMIT;

/// Statuses of a server that is busy or fails, whatever it would do otherwise.
const TRANSIENT: [u16; 5] = [429, 500, 502, 503, 504];

/// Values, or statuses, with the cases that have them.
type ByCase<T> = BTreeMap<T, Vec<String>>;

/// What was observed of each fact.
#[derive(Debug, Default)]
pub(super) struct Observations {
    /// Its values.
    values: BTreeMap<&'static str, ByCase<String>>,
    /// The statuses of responses that no value of the fact explains. They contradict each of its values.
    contrary: BTreeMap<&'static str, ByCase<u16>>,
    /// The statuses of responses that would have shown its value, and have another cause.
    silent: BTreeMap<&'static str, ByCase<u16>>,
}

/// What a response says about a fact.
enum Observed {
    /// Its value.
    Shows(String),
    /// No value explains the response.
    Contradicts,
    /// Nothing: the response has another cause.
    Nothing,
}

impl Observed {
    /// The value, or if there is none, a contradiction unless the server may respond otherwise next time.
    fn value_or_contrary(value: Option<String>, status: u16) -> Self {
        match value {
            Some(value) => Self::Shows(value),
            None if TRANSIENT.contains(&status) => Self::Nothing,
            None => Self::Contradicts,
        }
    }

    fn value_or_nothing(value: Option<String>) -> Self {
        value.map_or(Self::Nothing, Self::Shows)
    }
}

impl Observations {
    /// Records what the right server does, if the case has the same meaning on both servers.
    pub(super) fn observe(
        &mut self,
        kind: &CaseKind,
        case: &str,
        left: &Exchange,
        right: &Exchange,
    ) {
        let status = right.status.as_u16();
        let mut record = |fact, observed| match observed {
            Observed::Shows(value) => note(&mut self.values, fact, value, case),
            Observed::Contradicts => note(&mut self.contrary, fact, status, case),
            Observed::Nothing => note(&mut self.silent, fact, status, case),
        };
        let decided = |value| Observed::value_or_contrary(value, status);
        if matches!(status, 401 | 403) || kind.name == NO_KEY {
            let there = right.headers.contains_key(http::header::WWW_AUTHENTICATE);
            let there = matches!(status, 401 | 403).then(|| there.to_string());
            record("challenges", Observed::value_or_nothing(there));
        }
        if kind.name == HEAD {
            record("head", decided(is_success_or(405, status)));
        }
        if kind.name == PLAIN {
            let dialect = (status == 200).then(|| facts::rate_header_dialect(right));
            record("rate_headers", Observed::value_or_nothing(dialect));
        }
        if kind.name == SLASH {
            record("trailing_slash", decided(is_success_or(404, status)));
        }
        if LIMITS.contains(&kind.name) {
            let clamps = is_rejected(right).map(|rejected| !rejected);
            let clamps = clamps.filter(|clamps| !clamps || ALLOWED.contains(&limit_of(right)));
            record("clamp_limits", decided(clamps.map(|one| one.to_string())));
        }
        if kind.name == COLOUR {
            let ignores = is_rejected(right).map(|rejected| !rejected);
            let ignores = ignores.map(|one| one.to_string());
            record("ignore_unknown_parameters", decided(ignores));
        }
        if INVALID.contains(&kind.name) && is_rejected(left) == Some(true) {
            // A server that accepts it may have other bounds, or ignore the parameter.
            let rejected = is_rejected(right) == Some(true);
            let rejected = rejected.then(|| status.to_string());
            record("validation_status", Observed::value_or_nothing(rejected));
        }
    }

    /// The facts that cannot be adopted, each with the reason.
    pub(super) fn unlearned(&self) -> Vec<(&'static str, String)> {
        let facts = self.values.keys().chain(self.contrary.keys());
        let facts: BTreeSet<_> = facts.chain(self.silent.keys()).collect();
        let reasons = facts.into_iter().filter_map(|fact| {
            let values = self.values.get(fact);
            let (shown, contrary) = (
                values.map(|values| named(values, "shows ")),
                self.contrary
                    .get(fact)
                    .map(|cases| named(cases, "returned ")),
            );
            let seen: Vec<_> = [shown, contrary].into_iter().flatten().flatten().collect();
            match (values, &seen[..]) {
                // All agree.
                (Some(_), [_]) => None,
                (None, []) => {
                    let silent = named(self.silent.get(fact)?, "returned ");
                    Some((*fact, silent.join("; ")))
                }
                (_, seen) => Some((*fact, seen.join("; "))),
            }
        });
        reasons.collect()
    }

    /// The value of a fact; a fact that differs between cases, or that some contradict, cannot be adopted.
    fn unanimous<T: serde::de::DeserializeOwned>(&self, fact: &str) -> Option<Learned<T>> {
        let values = self.values.get(fact).filter(|values| values.len() == 1)?;
        if self.contrary.contains_key(fact) {
            return None;
        }
        let (value, cases) = values.first_key_value()?;
        let json = serde_json::from_str(value);
        let parsed = json.or_else(|_| serde_json::from_value(value.as_str().into()));
        Some(Learned {
            value: parsed.ok()?,
            evidence: format!("{value}: {}", first_cases(cases)),
        })
    }
}

fn note<T: Ord>(
    all: &mut BTreeMap<&'static str, ByCase<T>>,
    fact: &'static str,
    value: T,
    case: &str,
) {
    let cases = all.entry(fact).or_default().entry(value).or_default();
    cases.push(case.to_owned());
}

/// Each value, with the first cases that have it.
fn named<T: Display>(values: &ByCase<T>, before: &str) -> Vec<String> {
    let values = values.iter();
    let named = values.map(|(value, cases)| format!("{} {before}{value}", first_cases(cases)));
    named.collect()
}

/// Whether a status is 200, or the one that says no; `None` for any other.
fn is_success_or(refusal: u16, status: u16) -> Option<String> {
    let decides = [200, refusal].contains(&status);
    decides.then(|| (status == 200).to_string())
}

/// Whether a query was rejected as invalid or accepted; `None` if the response has another cause.
fn is_rejected(response: &Exchange) -> Option<bool> {
    match response.status.as_u16() {
        200 => Some(false),
        400 | 422 => Some(true),
        _ => None,
    }
}

/// The limit that was applied to a list: its `limit` field, or else its number of rows.
fn limit_of(list: &Exchange) -> usize {
    let limit = list.json()["limit"].as_u64();
    let limit = limit.and_then(|limit| limit.try_into().ok());
    limit.unwrap_or_else(|| list.row_count())
}

impl From<Observations> for Assumptions {
    fn from(observations: Observations) -> Self {
        Self {
            challenges: observations.unanimous("challenges"),
            clamp_limits: observations.unanimous("clamp_limits"),
            head: observations.unanimous("head"),
            ignore_unknown_parameters: observations.unanimous("ignore_unknown_parameters"),
            rate_headers: observations.unanimous::<RateDialect>("rate_headers"),
            trailing_slash: observations.unanimous("trailing_slash"),
            validation_status: observations.unanimous("validation_status"),
        }
    }
}
