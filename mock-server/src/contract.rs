//! Bodies against the committed schemas: what callers send, always; what we answer, while the
//! server is developed.

mod echo;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use jsonschema::{
    JsonType, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use parking_lot::Mutex;
use schemas::{documents::Document, error::FieldError};
use serde_json::Value;

pub(crate) use self::echo::{cut, echo, echo_value};

/// Schemas that were needed so far, ready to use.
static CONTRACTS: LazyLock<Mutex<HashMap<Document, Arc<Contract>>>> = LazyLock::new(Mutex::default);

/// A schema, ready to use.
#[derive(Debug)]
pub(crate) struct Contract {
    schema: Value,
    validator: Validator,
}

impl Contract {
    /// # Panics
    ///
    /// Where the schema is none.
    pub(crate) fn new(schema: Value) -> Self {
        let validator = jsonschema::draft202012::new(&schema).expect("schemas of ours are schemas");
        Self { schema, validator }
    }

    /// The schema of a body.
    fn of(document: Document) -> Arc<Self> {
        let mut contracts = CONTRACTS.lock();
        Arc::clone(contracts.entry(document).or_insert_with(|| {
            let schema = serde_json::from_str(document.committed());
            Arc::new(Self::new(schema.expect("committed schemas are JSON")))
        }))
    }

    /// Every part of a value that breaks the schema, each once.
    pub(crate) fn field_errors(&self, value: &Value) -> Vec<FieldError> {
        let mut seen = HashSet::new();
        self.validator
            .iter_errors(value)
            .flat_map(|error| self.explain(&error))
            .filter(|error| seen.insert(error.field.clone()))
            .collect()
    }
}

/// Every part of a body that breaks its schema, each once.
pub(crate) fn field_errors(document: Document, body: &Value) -> Vec<FieldError> {
    Contract::of(document).field_errors(body)
}

/// What is wrong with a body, in one text.
pub(crate) fn reasons(errors: &[FieldError]) -> String {
    let errors: Vec<_> = errors
        .iter()
        .map(|error| format!("{}: {}", error.field, error.error))
        .collect();
    cut(&errors.join("; "))
}

/// Spells whole numbers without a fraction. To JSON Schema `3.0` is an integer, as it is to clients that
/// know one kind of number; to a wire type it is not.
pub(crate) fn spell_integers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let whole = |float: &f64| number.is_f64() && float.fract() == 0.0;
            let spelled = number.as_f64().filter(whole);
            let integer = spelled.and_then(|float| format!("{float:.0}").parse::<i64>().ok());
            if let Some(integer) = integer {
                *number = integer.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(spell_integers),
        Value::Object(fields) => fields.values_mut().for_each(spell_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// How a body breaks its schema, if it does.
pub(crate) fn violation(document: Document, body: &[u8]) -> Option<String> {
    match serde_json::from_slice(body) {
        Err(error) => Some(error.to_string()),
        Ok(body) => Contract::of(document)
            .validator
            .iter_errors(&body)
            .next()
            .map(|error| format!("{}: {error}", error.instance_path())),
    }
}

impl Contract {
    /// What an error says, for people: where, and what would be right.
    fn explain(&self, error: &ValidationError<'_>) -> Vec<FieldError> {
        let at = dotted(error.instance_path().as_str());
        let inside = |name: &str| match at.as_str() {
            "" => name.to_owned(),
            at => format!("{at}.{name}"),
        };
        if let ValidationErrorKind::Required { property } = error.kind() {
            return vec![FieldError {
                field: inside(property.as_str().unwrap_or_default()),
                error: "is required".to_owned(),
                provided: Value::Null,
            }];
        }
        if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
            let known = names(&self.beside(error)["properties"]);
            let unknown = unexpected.iter().map(|name| FieldError {
                field: echo(&inside(name)),
                error: format!("is unknown; use one of {known}"),
                provided: error
                    .instance()
                    .get(name)
                    .map(echo_value)
                    .unwrap_or_default(),
            });
            return unknown.collect();
        }
        vec![FieldError {
            error: self.rule(error),
            field: at,
            provided: echo_value(error.instance()),
        }]
    }

    /// The rule that a value breaks.
    fn rule(&self, error: &ValidationError<'_>) -> String {
        let schema = self.beside(error);
        match (error.kind().keyword(), &schema["title"]) {
            ("oneOf", _) => {
                let choices = schema["oneOf"].as_array().into_iter().flatten();
                let choices = choices.filter_map(|choice| choice["required"][0].as_str());
                format!("must have exactly one of {}", listed(choices, ", "))
            }
            ("not", _) => {
                let both = schema["not"]["required"].as_array().into_iter().flatten();
                let both = listed(both.filter_map(Value::as_str), " and ");
                format!("must not have both {both}")
            }
            ("minProperties", _) => {
                format!(
                    "must have at least one of {}",
                    names(&self.schema["properties"])
                )
            }
            ("pattern", Value::String(title)) => format!("must be {title}"),
            _ if refuses_all(error.kind()) => "is not allowed here".to_owned(),
            _ => error.masked().to_string(),
        }
    }

    /// The part of the schema that has the keyword which is broken.
    fn beside(&self, error: &ValidationError<'_>) -> &Value {
        let keyword = error.schema_path().as_str();
        let (at, _) = keyword.rsplit_once('/').unwrap_or_default();
        self.schema.pointer(at).unwrap_or(&Value::Null)
    }
}

/// Whether there is nothing that could be sent in this place.
fn refuses_all(broken: &ValidationErrorKind) -> bool {
    matches!(
        broken,
        ValidationErrorKind::FalseSchema
            | ValidationErrorKind::Type {
                kind: TypeKind::Single(JsonType::Null)
            }
    )
}

/// The names of fields, for people.
fn names(fields: &Value) -> String {
    let fields = fields.as_object().into_iter().flatten();
    listed(fields.map(|(name, _)| name.as_str()), ", ")
}

fn listed<'a>(names: impl Iterator<Item = &'a str>, joint: &str) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    names.join(joint)
}

/// `/companies/0/company_name` as people write it: `companies[0].company_name`.
fn dotted(pointer: &str) -> String {
    let mut dotted = String::new();
    for part in pointer.split('/').skip(1) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            dotted.extend(["[", part, "]"]);
        } else {
            if !dotted.is_empty() {
                dotted.push('.');
            }
            dotted.push_str(part);
        }
    }
    dotted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_mistake_in_an_order_is_named_with_its_place() {
        let body = json!({
            "features": ["CONTACTS", "FAX"],
            "companies": [{"company_name": "A"}, {"company_name": 5}, {}],
        });
        insta::assert_json_snapshot!(field_errors(Document::CreateOrder, &body));
    }

    #[test]
    fn a_whole_number_is_an_integer_however_it_is_spelled() {
        let mut body = json!({"a": [3.0, -0.0, 1e3, 2.5, 1e300], "b": {"c": 7}, "d": "3.0"});
        spell_integers(&mut body);
        let expected = json!({"a": [3, 0, 1000, 2.5, 1e300], "b": {"c": 7}, "d": "3.0"});
        assert_eq!(body, expected);
    }

    #[test]
    fn a_discovery_order_takes_no_companies() {
        let body = json!({"title": "t", "features": ["CONTACTS"], "order_type": "DISCOVERY", "companies": [{"company_name": "A"}]});
        insta::assert_json_snapshot!(field_errors(Document::CreateOrder, &body));
    }
}
