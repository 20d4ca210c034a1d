//! What the right server does, where the sandbox can be told to do the same.
//!
//! A fact that is added to `schemas::assumptions` is seen here.

use std::{collections::BTreeMap, ops::RangeInclusive};

use schemas::{
    assumptions::{Assumptions, Learned, RateDialect},
    query::MAX_LIMIT,
};

use super::{
    cases::{COLOUR, HEAD, INVALID, Kind, LIMITS, NO_KEY, PLAIN, SLASH},
    facts, some_of,
};
use crate::finding::Exchange;

/// Limits that a list can have by the contract. A server that makes one with another has other bounds, and does not take
/// the nearest.
const ALLOWED: RangeInclusive<usize> = 1..=MAX_LIMIT;

/// What was seen of each fact: the values, and in which cases.
#[derive(Debug, Default)]
pub(super) struct Lesson(BTreeMap<&'static str, BTreeMap<String, Vec<String>>>);

impl Lesson {
    /// Looks at the answers to a case: the right one teaches, if the case means there what it means on the
    /// left.
    pub(super) fn see(&mut self, kind: &Kind, case: &str, left: &Exchange, right: &Exchange) {
        let status = right.status.as_u16();
        let mut saw = |fact, value: String| {
            let values = self.0.entry(fact).or_default();
            values.entry(value).or_default().push(case.to_owned());
        };
        if kind.name == NO_KEY && status == 401 {
            let there = right.headers.contains_key(http::header::WWW_AUTHENTICATE);
            saw("challenges", there.to_string());
        }
        if kind.name == HEAD && [200, 405].contains(&status) {
            saw("head", (status == 200).to_string());
        }
        if kind.name == PLAIN && status == 200 {
            saw("rate_headers", facts::dialect(right));
        }
        if kind.name == SLASH && [200, 404].contains(&status) {
            saw("trailing_slash", (status == 200).to_string());
        }
        if LIMITS.contains(&kind.name)
            && let Some(clamps) = is_refused(right).map(|refused| !refused)
            && (!clamps || ALLOWED.contains(&limit_of(right)))
        {
            saw("clamp_limits", clamps.to_string());
        }
        if kind.name == COLOUR
            && let Some(refused) = is_refused(right)
        {
            saw("ignore_unknown_parameters", (!refused).to_string());
        }
        let refused = is_refused(left) == Some(true) && is_refused(right) == Some(true);
        if INVALID.contains(&kind.name) && refused {
            saw("validation_status", status.to_string());
        }
    }

    /// The one value of a fact; one that is not the same in all cases cannot be taken over.
    fn only<T: serde::de::DeserializeOwned>(&self, fact: &str) -> Option<Learned<T>> {
        let values = self.0.get(fact).filter(|values| values.len() == 1)?;
        let (value, cases) = values.first_key_value()?;
        let json = serde_json::from_str(value);
        let parsed = json.or_else(|_| serde_json::from_value(value.as_str().into()));
        Some(Learned {
            value: parsed.ok()?,
            evidence: format!("{value}: {}", some_of(cases)),
        })
    }
}

/// Whether a query was refused as one that is not valid, or taken; nothing where the answer is about something else.
fn is_refused(answer: &Exchange) -> Option<bool> {
    match answer.status.as_u16() {
        200 => Some(false),
        400 | 422 => Some(true),
        _ => None,
    }
}

/// The limit that a list was made with: what it says, or else how many rows it has.
fn limit_of(list: &Exchange) -> usize {
    let told = list.json()["limit"].as_u64();
    let told = told.and_then(|limit| limit.try_into().ok());
    told.unwrap_or_else(|| list.rows().len())
}

impl From<Lesson> for Assumptions {
    fn from(lesson: Lesson) -> Self {
        Self {
            challenges: lesson.only("challenges"),
            clamp_limits: lesson.only("clamp_limits"),
            head: lesson.only("head"),
            ignore_unknown_parameters: lesson.only("ignore_unknown_parameters"),
            rate_headers: lesson.only::<RateDialect>("rate_headers"),
            trailing_slash: lesson.only("trailing_slash"),
            validation_status: lesson.only("validation_status"),
        }
    }
}
