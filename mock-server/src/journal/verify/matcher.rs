//! The kind of request that an expectation is about.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{
    body_condition::BodyCondition, condition::Condition, likeness::Effort, observed::Observed,
    references::Size,
};
use crate::contract::{echo, echo_value};

/// Maximum number of differences that are shown of a request.
const SHOWN: usize = 10;

/// Conditions on a request, all of which have to hold.
#[derive(Debug)]
pub(crate) struct Matcher(Vec<Condition>);

/// The conditions as callers write them. Those that are texts are the conditions of the journal's filter, except for
/// `path`, which is the whole path.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct MatcherBody {
    path: Option<String>,
    #[serde(default)]
    query: BTreeMap<String, Wanted>,
    #[serde(default)]
    headers: BTreeMap<String, Wanted>,
    /// `null` is a value, too.
    #[serde(default, deserialize_with = "present")]
    json: Option<Value>,
    #[serde(default)]
    pointers: BTreeMap<String, Value>,
    schema: Option<Value>,
    #[serde(flatten)]
    filters: Filters,
}

/// Conditions of the journal's filter.
#[derive(Debug, Default, Deserialize)]
struct Filters {
    operation: Option<String>,
    endpoint: Option<String>,
    method: Option<String>,
    key: Option<String>,
    #[serde(default, deserialize_with = "status")]
    status: Option<String>,
    code: Option<String>,
    fault: Option<String>,
    text: Option<String>,
}

/// What a query parameter or a header has to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Wanted {
    /// Present, with any value, or absent.
    Present(bool),
    /// One with this value.
    Value(String),
}

/// Why a matcher cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MatcherError {
    /// A condition is invalid.
    #[error("{0}")]
    Condition(String),
    /// The schema is invalid.
    #[error("`schema` is not a JSON Schema: {0}")]
    Schema(String),
}

/// How a request compares to a matcher.
#[derive(Debug)]
pub(super) enum Comparison {
    /// All conditions hold.
    Matches,
    /// Too little is kept of the request, for this reason.
    Undecided(&'static str),
    /// Some conditions do not hold.
    Differs {
        /// Number of conditions that hold, and how near it comes to the others.
        likeness: f64,
        /// How the others differ.
        differences: Vec<Difference>,
    },
}

/// A difference between a request and what is expected.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    at: String,
    expected: Value,
    actual: Option<Value>,
}

/// The first differences of a request.
#[derive(Debug, Default)]
pub(super) struct Differences(Vec<Difference>);

/// A field that is present, whatever its value.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The text of a status that is given as text or as a number.
fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Status {
        Number(u16),
        Text(String),
    }
    Ok(Some(match Status::deserialize(deserializer)? {
        Status::Number(number) => number.to_string(),
        Status::Text(text) => text,
    }))
}

impl MatcherBody {
    /// Bytes of its schema.
    pub(crate) fn schema_size(&self) -> usize {
        let size = |schema: &Value| schema.to_string().len();
        self.schema.as_ref().map_or(0, size)
    }

    /// The matcher. `size` is that of the schemas of the matchers before it.
    pub(crate) fn read(self, size: &mut Size) -> Result<Matcher, MatcherError> {
        let mut conditions = self.filters.read()?;
        conditions.extend(self.path.map(Condition::path));
        let (query, headers) = (self.query.into_iter(), self.headers.into_iter());
        conditions.extend(query.map(|(name, wanted)| Condition::query(name, wanted)));
        conditions.extend(headers.map(|(name, wanted)| Condition::header(&name, wanted)));
        let pointers = self.pointers.into_iter();
        let pointers =
            pointers.map(|(pointer, value)| BodyCondition::pointer(pointer, Some(value)));
        let json = self.json.map(BodyCondition::json);
        let schema = self.schema.as_ref();
        let schema = schema.map(|schema| BodyCondition::schema(schema, size));
        let body = json.into_iter().chain(pointers).chain(schema.transpose()?);
        conditions.extend(body.map(Condition::Body));
        Ok(Matcher(conditions))
    }
}

impl Filters {
    fn read(self) -> Result<Vec<Condition>, MatcherError> {
        let given = [
            ("operation", self.operation),
            ("endpoint", self.endpoint),
            ("method", self.method),
            ("key", self.key),
            ("status", self.status),
            ("code", self.code),
            ("fault", self.fault),
            ("text", self.text),
        ];
        let given = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        given
            .map(|(name, value)| Condition::filter(name, &value).map_err(MatcherError::Condition))
            .collect()
    }
}

impl Matcher {
    /// Compares a request. How near it comes is found out only with an effort.
    pub(super) fn compare(&self, request: &Observed<'_>, effort: Option<&Effort>) -> Comparison {
        let mut undecided = None;
        let mut found = Differences::default();
        let mut likeness = 0.0;
        for condition in &self.0 {
            match condition.check(request, &mut found) {
                Ok(true) => likeness += 1.0,
                Ok(false) => {
                    likeness += effort.map_or(0.0, |effort| condition.likeness(request, effort));
                }
                Err(reason) => undecided = Some(reason),
            }
        }
        match undecided {
            _ if !found.0.is_empty() => Comparison::Differs {
                likeness,
                differences: found.into_inner(),
            },
            Some(reason) => Comparison::Undecided(reason),
            None => Comparison::Matches,
        }
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return write!(f, "any request");
        }
        for (index, condition) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{}", echo(&condition.to_string()))?;
        }
        Ok(())
    }
}

impl Difference {
    /// A difference at a place of the request. Long values are cut.
    pub(super) fn new(at: &str, expected: &Value, actual: Option<&Value>) -> Self {
        Self {
            at: at.to_owned(),
            expected: echo_value(expected),
            actual: actual.map(echo_value),
        }
    }
}

impl Differences {
    /// Whether more would not be shown.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= SHOWN
    }

    pub(super) fn add(&mut self, difference: Difference) {
        if !self.is_full() {
            self.0.push(difference);
        }
    }

    /// Number of differences.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_inner(self) -> Vec<Difference> {
        self.0
    }
}
