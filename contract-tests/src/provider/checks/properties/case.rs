//! A generated request.

use std::{fmt, sync::Arc};

use jsonschema::{ValidationError, error::ValidationErrorKind};
use proptest::{
    prelude::{BoxedStrategy, Strategy, any},
    sample::Index,
};
use schemas::{Operation, Parameter, Validator};
use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use super::values::{Bias, Values, is_generated};
use crate::{
    finding::ApiRequest,
    provider::checks::invalid_values::{self, InvalidValue},
};

/// The schema of an operation's input: its body, or its query as an object.
pub(in crate::provider::checks) fn schema(operation: &Operation) -> Value {
    if let Some(document) = operation.request {
        return serde_json::from_str(document.committed()).unwrap_or_default();
    }
    let parameter = |one: &Parameter| (one.as_str().to_owned(), one.facts().rule.schema());
    let properties: Map<_, _> = operation.query.iter().map(parameter).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// The schema of a request.
#[derive(Clone, Debug)]
pub(super) struct Rules(Arc<Schema>);

#[derive(Debug)]
struct Schema {
    text: Value,
    validator: Validator,
    is_query: bool,
}

impl Rules {
    pub(super) fn new(operation: &Operation) -> Self {
        let text = schema(operation);
        let validator = Validator::with_formats(&text).expect("the schemas of a session are valid");
        let is_query = operation.request.is_none();
        Self(Arc::new(Schema {
            text,
            validator,
            is_query,
        }))
    }

    fn allow(&self, value: &Value) -> bool {
        self.0.validator.is_valid(value)
    }

    /// Whether a generated request can break a rule of this keyword. Without such a rule, all draws of a case are in vain.
    fn can_be_broken(&self, keyword: &str, given: &Value) -> bool {
        let can_be_sent = |wrong: &Value| !self.0.is_query || query(&json!({"": wrong})).is_some();
        let breaches = invalid_values::possible_breaches(&self.0.text, keyword);
        breaches.iter().any(|breach| {
            let mut names = breach.pointer.split('/');
            let is_generated = names.all(|name| is_generated(name, given));
            is_generated && breach.wrong.as_ref().is_none_or(can_be_sent)
        })
    }

    /// Whether a value breaks a rule at its place and at no other, and can be sent.
    fn is_violated_only_by(&self, invalid: &InvalidValue) -> bool {
        let mut errors = self.0.validator.iter_errors(&invalid.value).peekable();
        let can_be_sent = !self.0.is_query || query(&invalid.value).is_some();
        can_be_sent
            && errors.peek().is_some()
            && errors.all(|error| place(&error) == invalid.pointer)
    }
}

/// The place of an error, also of a missing or an unexpected field.
fn place(error: &ValidationError<'_>) -> String {
    let at = error.instance_path().as_str();
    if let ValidationErrorKind::Required { property } = error.kind() {
        return format!("{at}/{}", property.as_str().unwrap_or_default());
    }
    if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
        return format!("{at}/{}", unexpected.concat());
    }
    at.to_owned()
}

/// A kind of case.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// It breaks no rule; the number distinguishes cases of the same bias.
    Valid(Bias, u8),
    /// It breaks a rule of this keyword.
    Invalid(&'static str),
    /// It is cut off, and not JSON.
    Truncated,
}

impl Kind {
    /// Requests that must be accepted.
    pub(super) const VALID: &[Self] = &[
        Self::Valid(Bias::Least, 0),
        Self::Valid(Bias::Most, 0),
        Self::Valid(Bias::Odd, 0),
        Self::Valid(Bias::Any, 0),
        Self::Valid(Bias::Any, 1),
        Self::Valid(Bias::Any, 2),
    ];
    /// Requests that must be rejected.
    pub(super) const INVALID: &[Self] = &[
        Self::Invalid("required"),
        Self::Invalid("additionalProperties"),
        Self::Invalid("type"),
        Self::Invalid("enum"),
        Self::Invalid("minLength"),
        Self::Invalid("maxLength"),
        Self::Invalid("pattern"),
        Self::Invalid("format"),
        Self::Invalid("minItems"),
        Self::Invalid("maxItems"),
        Self::Invalid("minimum"),
        Self::Invalid("maximum"),
        Self::Truncated,
    ];

    /// The name, which is part of the seed.
    pub(super) fn name(self) -> String {
        match self {
            Self::Valid(bias, number) => format!("{bias:?} {number}"),
            Self::Invalid(keyword) => keyword.to_owned(),
            Self::Truncated => "cut".to_owned(),
        }
    }

    /// Whether there are such cases for a schema. `given`: a valid body with ids that exist on the server.
    pub(super) fn is_about(self, rules: &Rules, given: &Value) -> bool {
        match self {
            Self::Valid(..) => true,
            Self::Invalid(keyword) => rules.can_be_broken(keyword, given),
            Self::Truncated => !rules.0.is_query,
        }
    }

    /// The cases. A shrunk case is of the same kind: it is validated again. `given`: a valid body with ids that exist on the
    /// server.
    pub(super) fn cases(self, rules: &Rules, given: &Value) -> BoxedStrategy<Case> {
        match self {
            Self::Valid(bias, _) => valid_values(rules, given, bias)
                .prop_map(Case::Valid)
                .boxed(),
            Self::Invalid(keyword) => {
                let valid_values = valid_values(rules, given, Bias::Any);
                let rules = rules.clone();
                let broken = move |(valid, place): (Value, Index)| {
                    let mut breaches =
                        invalid_values::breaches(&rules.0.text, &valid, Some(keyword));
                    let one = (!breaches.is_empty()).then(|| place.index(breaches.len()))?;
                    let invalid_value = breaches.swap_remove(one).of(&valid);
                    rules
                        .is_violated_only_by(&invalid_value)
                        .then_some(Case::Invalid(invalid_value))
                };
                (valid_values, any::<Index>())
                    .prop_filter_map("breaks nothing", broken)
                    .boxed()
            }
            Self::Truncated => (valid_values(rules, given, Bias::Any), any::<Index>())
                .prop_map(|(valid, place)| {
                    let text = valid.to_string();
                    let end = text.floor_char_boundary(1 + place.index(text.len() - 1));
                    Case::Truncated(text[..end].to_owned())
                })
                .boxed(),
        }
    }
}

/// Valid values.
fn valid_values(rules: &Rules, given: &Value, bias: Bias) -> BoxedStrategy<Value> {
    let text = &rules.0.text;
    let values = Values {
        root: text,
        given,
        bias,
    }
    .any(text);
    let rules = rules.clone();
    values
        .prop_filter("is not allowed", move |value| rules.allow(value))
        .boxed()
}

/// A generated request.
#[derive(Clone, Debug)]
pub(super) enum Case {
    /// A valid body, or a valid query as an object.
    Valid(Value),
    /// An invalid one.
    Invalid(InvalidValue),
    /// The beginning of a body.
    Truncated(String),
}

impl Case {
    /// The request, made from a valid one.
    pub(super) fn request(&self, valid_request: &ApiRequest) -> ApiRequest {
        let value = match self {
            Self::Valid(value) | Self::Invalid(InvalidValue { value, .. }) => value,
            Self::Truncated(text) => return valid_request.clone().body(text.clone()),
        };
        match valid_request.operation {
            Some(operation) if operation.request.is_none() => valid_request
                .clone()
                .query(query(value).unwrap_or_default()),
            Some(_) | None => {
                let mut body = value.clone();
                let version = &valid_request.body_json()["version"];
                if matches!(self, Self::Valid(_)) && version.is_u64() {
                    body["version"] = version.clone();
                }
                valid_request.clone().body(body.to_string())
            }
        }
    }
}

/// An object as a query; `None` if a query cannot express it.
fn query(value: &Value) -> Option<String> {
    let mut query = Serializer::new(String::new());
    for (name, value) in value.as_object()? {
        let one = std::slice::from_ref(value);
        let values = value.as_array().map_or(one, Vec::as_slice);
        if values.is_empty() {
            return None;
        }
        for value in values {
            match value {
                Value::String(text) => query.append_pair(name, text),
                Value::Number(number) => query.append_pair(name, &number.to_string()),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
            };
        }
    }
    Some(query.finish())
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid(..) => formatter.write_str("a valid generated request"),
            Self::Invalid("additionalProperties") => {
                formatter.write_str("a request with an unknown parameter")
            }
            Self::Invalid(keyword) => write!(formatter, "a request that breaks one `{keyword}`"),
            Self::Truncated => formatter.write_str("a request with a truncated body"),
        }
    }
}

#[cfg(test)]
mod tests {
    use schemas::{examples, operations};

    use super::*;
    use crate::provider::checks::properties::{draw::Draw, takes_input};

    /// Without a case, a kind takes all the draws that it may.
    #[test]
    fn there_is_a_case_of_every_kind_that_applies() {
        for operation in operations::all().filter(|one| takes_input(one)) {
            let rules = Rules::new(operation);
            let given = operation.request.map(examples::body).unwrap_or_default();
            let kinds = Kind::VALID.iter().chain(Kind::INVALID);
            for kind in kinds.filter(|kind| kind.is_about(&rules, &given)) {
                let draw = Draw {
                    kind: *kind,
                    rules: rules.clone(),
                    given: given.clone(),
                    seed: [7; 32],
                };
                assert!(draw.case().is_some(), "{} {kind}", operation.id);
            }
        }
    }

    /// A kind that does not apply is left out, and no result says so.
    #[test]
    fn every_kind_that_has_a_case_applies() {
        for operation in operations::all().filter(|one| takes_input(one)) {
            let rules = Rules::new(operation);
            let given = operation.request.map(examples::body).unwrap_or_default();
            for valid in Kind::VALID {
                let draw = Draw {
                    kind: *valid,
                    rules: rules.clone(),
                    given: given.clone(),
                    seed: [7; 32],
                };
                let Some(Case::Valid(value)) = draw.case() else {
                    panic!("{} {valid}", operation.id)
                };
                for kind in Kind::INVALID {
                    let Kind::Invalid(keyword) = *kind else {
                        continue;
                    };
                    let breaches =
                        invalid_values::breaches(&rules.0.text, &value, Some(keyword)).into_iter();
                    let has_case = breaches
                        .map(|breach| breach.of(&value))
                        .any(|invalid| rules.is_violated_only_by(&invalid));
                    let applies = kind.is_about(&rules, &given);
                    assert!(applies || !has_case, "{} {keyword}", operation.id);
                }
            }
        }
    }

    /// No query of the contract has such a list yet.
    #[test]
    fn list_in_a_query_can_be_too_long() {
        let list = json!({"type": "array", "items": {"type": "string"}, "maxItems": 2});
        let text = json!({"type": "object", "properties": {"status": list}});
        let rules = Rules(Arc::new(Schema {
            validator: Validator::with_formats(&text).unwrap(),
            text,
            is_query: true,
        }));
        assert!(rules.can_be_broken("maxItems", &Value::Null));
    }
}
