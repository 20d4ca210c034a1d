//! What the right server does, where the sandbox can be told to do the same.
//!
//! A fact that is added to `schemas::assumptions` is seen here.

use std::collections::BTreeMap;

use schemas::assumptions::{Assumptions, Learned, RateDialect};

use super::{
    cases::{HEAD, INVALID, Kind, NO_KEY, PLAIN, SLASH},
    facts, some_of,
};
use crate::client::Exchange;

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
        let refused = [400, 422].contains(&left.status.as_u16()) && [400, 422].contains(&status);
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

impl From<Lesson> for Assumptions {
    fn from(lesson: Lesson) -> Self {
        Self {
            challenges: lesson.only("challenges"),
            head: lesson.only("head"),
            rate_headers: lesson.only::<RateDialect>("rate_headers"),
            trailing_slash: lesson.only("trailing_slash"),
            validation_status: lesson.only("validation_status"),
        }
    }
}
