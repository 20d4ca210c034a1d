//! One condition on the JSON body of a request.

use std::fmt;

use schemas::Validator;
use serde_json::{Value, json};

use super::{
    json::{as_kept, is_equal, subset},
    likeness::{self, Effort},
    matcher::{Difference, Differences, MatcherError},
    references::{self, Size},
};

/// A condition on a JSON body.
#[derive(Debug)]
pub(super) enum BodyCondition {
    /// It contains this.
    Json(Value),
    /// It has this value at a JSON Pointer, or any.
    Pointer(String, Option<Value>),
    /// It is valid against a schema.
    Schema(Box<Validator>),
}

impl BodyCondition {
    /// The body contains a value, which is compared as it is kept.
    pub(super) fn json(expected: Value) -> Self {
        Self::Json(as_kept(expected))
    }

    /// The body has this value at a JSON Pointer, which is compared as it is kept, or any value.
    pub(super) fn pointer(pointer: String, expected: Option<Value>) -> Self {
        Self::Pointer(pointer, expected.map(as_kept))
    }

    /// The body is valid against a JSON Schema that refers to its own parts only, whose patterns take linear time. `size` is
    /// that of the schemas before it.
    pub(super) fn schema(schema: &Value, size: &mut Size) -> Result<Self, MatcherError> {
        let whole = references::replaced(schema, size).map_err(MatcherError::Schema)?;
        Validator::untrusted(&whole)
            .map(|validator| Self::Schema(Box::new(validator)))
            .map_err(|error| MatcherError::Schema(error.to_string()))
    }

    /// How near a body comes, from 0 to 1, if the condition does not hold.
    pub(super) fn likeness(&self, body: &Value, effort: &Effort) -> f64 {
        match self {
            Self::Json(expected) => likeness::of_json(expected, body, effort),
            Self::Pointer(pointer, expected) => {
                let values = expected.as_ref().zip(body.pointer(pointer));
                values.map_or(0.0, |(expected, actual)| {
                    likeness::of_json(expected, actual, effort)
                })
            }
            Self::Schema(_) => likeness::of_another(),
        }
    }

    /// Checks the condition, and adds the differences.
    pub(super) fn check(&self, body: &Value, found: &mut Differences) -> bool {
        match self {
            Self::Json(expected) => {
                let mut own = Differences::default();
                subset(expected, body, "json ", &mut own);
                let holds = own.len() == 0;
                for difference in own.into_inner() {
                    found.add(difference);
                }
                holds
            }
            Self::Pointer(pointer, expected) => {
                let actual = body.pointer(pointer);
                let is_expected = |actual: &Value| match expected {
                    Some(expected) => is_equal(expected, actual),
                    None => true,
                };
                let holds = actual.is_some_and(is_expected);
                if !holds {
                    let at = format!("pointer {pointer}");
                    let expected = expected.clone().unwrap_or(Value::Bool(true));
                    found.add(Difference::new(&at, &expected, actual));
                }
                holds
            }
            // Only the first error: a client controls how many there are.
            Self::Schema(validator) => match validator.validate(body) {
                Ok(()) => true,
                Err(error) => {
                    let at = format!("schema {}", error.instance_path());
                    let rule = json!(error.masked().to_string());
                    found.add(Difference::new(&at, &rule, Some(error.instance())));
                    false
                }
            },
        }
    }
}

impl fmt::Display for BodyCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(_) => write!(f, "json"),
            Self::Pointer(pointer, _) => write!(f, "pointer {pointer}"),
            Self::Schema(_) => write!(f, "schema"),
        }
    }
}
