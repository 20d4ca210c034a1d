//! One condition on the JSON body of a request.

use std::fmt;

use jsonschema::{PatternOptions, Validator};
use serde_json::{Value, json};

use super::{
    json::{as_kept, is_equal, subset},
    matcher::{Difference, Differences, MatcherError},
};

/// Keywords that refer to other schemas. Without them, the cost of a schema is limited by its size.
const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

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

    /// The body is valid against a JSON Schema without references, whose patterns take linear time.
    pub(super) fn schema(schema: &Value) -> Result<Self, MatcherError> {
        if let Some(keyword) = reference_in(schema) {
            let reason = format!("it must not refer to other schemas by `{keyword}`");
            return Err(MatcherError::Schema(reason));
        }
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
        options
            .build(schema)
            .map(|validator| Self::Schema(Box::new(validator)))
            .map_err(|error| MatcherError::Schema(error.to_string()))
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

/// A keyword of the schema that refers to another one.
fn reference_in(schema: &Value) -> Option<&'static str> {
    match schema {
        Value::Object(fields) => {
            let mut keywords = REFERENCES.into_iter();
            let own = keywords.find(|keyword| fields.contains_key(*keyword));
            own.or_else(|| fields.values().find_map(reference_in))
        }
        Value::Array(items) => items.iter().find_map(reference_in),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
