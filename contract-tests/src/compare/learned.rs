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

/// Values, or statuses, with the cases that have them.
type ByCase<T> = BTreeMap<T, Vec<String>>;

/// What was observed of each fact.
#[derive(Debug, Default)]
pub(super) struct Observations {
    /// Its values.
    values: BTreeMap<&'static str, ByCase<String>>,
    /// The statuses of responses that would have shown its value, and did not.
    others: BTreeMap<&'static str, ByCase<u16>>,
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
        let mut record = |fact, value: Option<String>| match value {
            Some(value) => note(&mut self.values, fact, value, case),
            None => note(&mut self.others, fact, status, case),
        };
        if kind.name == NO_KEY {
            let there = right.headers.contains_key(http::header::WWW_AUTHENTICATE);
            record("challenges", (status == 401).then(|| there.to_string()));
        }
        if kind.name == HEAD {
            record("head", is_success_or(405, status));
        }
        if kind.name == PLAIN {
            let dialect = || facts::rate_header_dialect(right);
            record("rate_headers", (status == 200).then(dialect));
        }
        if kind.name == SLASH {
            record("trailing_slash", is_success_or(404, status));
        }
        if LIMITS.contains(&kind.name) {
            let clamps = is_rejected(right).map(|rejected| !rejected);
            let clamps = clamps.filter(|clamps| !clamps || ALLOWED.contains(&limit_of(right)));
            record("clamp_limits", clamps.map(|clamps| clamps.to_string()));
        }
        if kind.name == COLOUR {
            let ignores = is_rejected(right).map(|rejected| !rejected);
            record(
                "ignore_unknown_parameters",
                ignores.map(|one| one.to_string()),
            );
        }
        if INVALID.contains(&kind.name) && is_rejected(left) == Some(true) {
            let rejected = is_rejected(right) == Some(true);
            record("validation_status", rejected.then(|| status.to_string()));
        }
    }

    /// The facts that cannot be adopted, each with the reason.
    pub(super) fn unlearned(&self) -> Vec<(&'static str, String)> {
        let facts: BTreeSet<_> = self.values.keys().chain(self.others.keys()).collect();
        let reasons = facts.into_iter().filter_map(|fact| {
            let reason = match self.values.get(fact) {
                Some(values) if values.len() == 1 => return None,
                Some(values) => named(values, "shows ").join("; "),
                None => named(self.others.get(fact)?, "returned ").join("; "),
            };
            Some((*fact, reason))
        });
        reasons.collect()
    }

    /// The value of a fact; a fact that differs between cases cannot be adopted.
    fn unanimous<T: serde::de::DeserializeOwned>(&self, fact: &str) -> Option<Learned<T>> {
        let values = self.values.get(fact).filter(|values| values.len() == 1)?;
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
