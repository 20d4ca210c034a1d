//! Behaviour of the right server that the sandbox can adopt.
//!
//! A fact that is added to `schemas::assumptions` is observed here.

use std::{collections::BTreeMap, ops::RangeInclusive};

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

/// The observed values of each fact, with the cases that show them.
#[derive(Debug, Default)]
pub(super) struct Observations(BTreeMap<&'static str, BTreeMap<String, Vec<String>>>);

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
        let mut record = |fact, value: String| {
            let values = self.0.entry(fact).or_default();
            values.entry(value).or_default().push(case.to_owned());
        };
        if kind.name == NO_KEY && status == 401 {
            let there = right.headers.contains_key(http::header::WWW_AUTHENTICATE);
            record("challenges", there.to_string());
        }
        if kind.name == HEAD && [200, 405].contains(&status) {
            record("head", (status == 200).to_string());
        }
        if kind.name == PLAIN && status == 200 {
            record("rate_headers", facts::rate_header_dialect(right));
        }
        if kind.name == SLASH && [200, 404].contains(&status) {
            record("trailing_slash", (status == 200).to_string());
        }
        if LIMITS.contains(&kind.name)
            && let Some(clamps) = is_rejected(right).map(|rejected| !rejected)
            && (!clamps || ALLOWED.contains(&limit_of(right)))
        {
            record("clamp_limits", clamps.to_string());
        }
        if kind.name == COLOUR
            && let Some(rejected) = is_rejected(right)
        {
            record("ignore_unknown_parameters", (!rejected).to_string());
        }
        let rejected = is_rejected(left) == Some(true) && is_rejected(right) == Some(true);
        if INVALID.contains(&kind.name) && rejected {
            record("validation_status", status.to_string());
        }
    }

    /// The value of a fact; a fact that differs between cases cannot be adopted.
    fn unanimous<T: serde::de::DeserializeOwned>(&self, fact: &str) -> Option<Learned<T>> {
        let values = self.0.get(fact).filter(|values| values.len() == 1)?;
        let (value, cases) = values.first_key_value()?;
        let json = serde_json::from_str(value);
        let parsed = json.or_else(|_| serde_json::from_value(value.as_str().into()));
        Some(Learned {
            value: parsed.ok()?,
            evidence: format!("{value}: {}", first_cases(cases)),
        })
    }
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
