//! Validates bodies against the committed schemas: those of requests always, those of responses in development
//! builds.

mod choices;
mod echo;
mod lists;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use jsonschema::{
    JsonType, ValidationError,
    error::{TypeKind, ValidationErrorKind},
};
use parking_lot::Mutex;
use schemas::{Validator, documents::Document, error::FieldError};
use serde_json::Value;

pub(crate) use self::echo::{SECRET_FIELDS, cut, echo, echo_parameter, echo_sentence, echo_value};
use self::lists::List;

/// The schemas that were used so far, compiled.
static CONTRACTS: LazyLock<Mutex<HashMap<Document, Arc<Contract>>>> = LazyLock::new(Mutex::default);

/// Maximum number of errors that a validation error lists. Validation stops at the next error, because a client
/// controls how many there are.
pub(crate) const MAX_FIELD_ERRORS: usize = 100;

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Contract {
    schema: Value,
    /// The whole schema, except the items of `lists`.
    around: Validator,
    lists: Vec<List>,
}

impl Contract {
    /// # Panics
    ///
    /// If the schema is invalid.
    pub(crate) fn new(schema: Value) -> Self {
        Self::at(schema, 0)
    }

    /// The schema of list items, nested in this many lists.
    fn at(schema: Value, depth: usize) -> Self {
        let (around, lists) = lists::split(&schema, depth);
        let around = Validator::new(&around).expect("schemas of ours are schemas");
        Self {
            schema,
            around,
            lists,
        }
    }

    /// The schema of a body.
    fn of(document: Document) -> Arc<Self> {
        let mut contracts = CONTRACTS.lock();
        Arc::clone(contracts.entry(document).or_insert_with(|| {
            let schema = serde_json::from_str(document.committed());
            Arc::new(Self::new(schema.expect("committed schemas are JSON")))
        }))
    }

    /// The errors of a value, one for each field, at most one more than [`MAX_FIELD_ERRORS`].
    pub(crate) fn field_errors(&self, value: &Value) -> Vec<FieldError> {
        let mut found = FoundErrors::default();
        self.collect("", value, &mut found);
        found.errors
    }

    /// Whether a value is valid.
    fn is_valid(&self, value: &Value) -> bool {
        self.around.is_valid(value)
            && self.lists.iter().all(|list| {
                let mut rows = list.rows(value).iter();
                rows.all(|row| list.contract.is_valid(row))
            })
    }

    /// Adds the errors of a value at this place of a body.
    fn collect(&self, at: &str, value: &Value, found: &mut FoundErrors) {
        for list in &self.lists {
            for (index, row) in list.rows(value).iter().enumerate() {
                if found.is_full() {
                    return;
                }
                // Most items are valid, and a check is faster than a search for errors.
                if !list.contract.is_valid(row) {
                    let at = format!("{}[{index}]", inside(at, &list.name));
                    list.contract.collect(&at, row, found);
                }
            }
        }
        if !self.around.is_valid(value) {
            for error in self.around.iter_errors(value) {
                self.explain(at, &error, found);
            }
        }
    }
}

/// The errors of a body, one for each field, at most one more than [`MAX_FIELD_ERRORS`].
pub(crate) fn field_errors(document: Document, body: &Value) -> Vec<FieldError> {
    Contract::of(document).field_errors(body)
}

/// The errors found so far.
#[derive(Debug, Default)]
struct FoundErrors {
    errors: Vec<FieldError>,
    seen: HashSet<String>,
}

impl FoundErrors {
    /// Whether there are enough errors to stop.
    fn is_full(&self) -> bool {
        self.errors.len() > MAX_FIELD_ERRORS
    }

    /// Adds an error, unless its field has one or there are enough.
    fn add(&mut self, field: String, error: impl FnOnce() -> (String, Value)) {
        if !self.is_full() && self.seen.insert(field.clone()) {
            let (error, provided) = error();
            self.errors.push(FieldError {
                field,
                error,
                provided,
            });
        }
    }
}

/// The errors of a body as one text.
pub(crate) fn reasons(errors: &[FieldError]) -> String {
    let errors: Vec<_> = errors
        .iter()
        .map(|error| format!("{}: {}", error.field, error.error))
        .collect();
    cut(&errors.join("; "))
}

/// Writes whole numbers without a fraction. In JSON Schema `3.0` is an integer, as it is for clients with only one
/// number type, but serde rejects it for integer types.
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

/// The first error of a body, if it is invalid.
pub(crate) fn violation(document: Document, body: &[u8]) -> Option<String> {
    match serde_json::from_slice(body) {
        Err(error) => Some(error.to_string()),
        Ok(body) => {
            let error = field_errors(document, &body).into_iter().next()?;
            Some(format!("{}: {}", error.field, error.error))
        }
    }
}

impl Contract {
    /// Explains a validation error at this place: where it is, and what would be valid.
    fn explain(&self, at: &str, error: &ValidationError<'_>, found: &mut FoundErrors) {
        let at = join(at, error.instance_path().as_str());
        if let ValidationErrorKind::Required { property } = error.kind() {
            let field = inside(&at, property.as_str().unwrap_or_default());
            return found.add(field, || ("is required".to_owned(), Value::Null));
        }
        if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
            let known = names(&self.beside(error)["properties"]);
            for name in unexpected.iter().take(MAX_FIELD_ERRORS + 1) {
                let provided = error.instance().get(name);
                found.add(echo(&inside(&at, name)), || {
                    let provided = provided.map(echo_value).unwrap_or_default();
                    (format!("is unknown; use one of {known}"), provided)
                });
            }
            return;
        }
        found.add(at, || (self.rule(error), echo_value(error.instance())));
    }

    /// The rule that a value violates.
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
            ("enum", _) => choices::rule(&schema["enum"], error.instance()),
            ("pattern", Value::String(title)) => format!("must be {title}"),
            // The title describes the texts that match the pattern.
            ("type" | "minimum" | "maximum", Value::String(title))
                if schema["pattern"].is_string() =>
            {
                format!("must be {title}")
            }
            _ if refuses_all(error.kind()) => "is not allowed here".to_owned(),
            _ => error.masked().to_string(),
        }
    }

    /// The part of the schema that contains the violated keyword.
    fn beside(&self, error: &ValidationError<'_>) -> &Value {
        let keyword = error.schema_path().as_str();
        let (at, _) = keyword.rsplit_once('/').unwrap_or_default();
        self.schema.pointer(at).unwrap_or(&Value::Null)
    }
}

/// Whether no value is valid in this place.
fn refuses_all(broken: &ValidationErrorKind) -> bool {
    matches!(
        broken,
        ValidationErrorKind::FalseSchema
            | ValidationErrorKind::Type {
                kind: TypeKind::Single(JsonType::Null)
            }
    )
}

/// The names of fields, as text for people.
fn names(fields: &Value) -> String {
    let fields = fields.as_object().into_iter().flatten();
    listed(fields.map(|(name, _)| name.as_str()), ", ")
}

fn listed<'a>(names: impl Iterator<Item = &'a str>, joint: &str) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    names.join(joint)
}

/// The path of the field `name` in the part of a body at `at`.
fn inside(at: &str, name: &str) -> String {
    match at {
        "" => name.to_owned(),
        at => format!("{at}.{name}"),
    }
}

/// Converts `/companies/0/company_name` to `companies[0].company_name`, appended to the place `at`.
fn join(at: &str, pointer: &str) -> String {
    let mut dotted = at.to_owned();
    for part in pointer.split('/').skip(1) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            dotted.extend(["[", part, "]"]);
        } else {
            dotted = inside(&dotted, part);
        }
    }
    dotted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_every_error_of_an_order_with_its_place() {
        let body = json!({
            "features": ["CONTACTS", "FAX"],
            "companies": [{"company_name": "A"}, {"company_name": 5}, {}],
        });
        insta::assert_json_snapshot!(field_errors(Document::CreateOrder, &body));
    }

    #[test]
    fn finds_at_most_as_many_errors_as_are_listed() {
        let order =
            |companies| json!({"title": "t", "features": ["CONTACTS"], "companies": companies});
        let all_wrong = order(json!(vec![json!([]); 10_000]));
        let errors = field_errors(Document::CreateOrder, &all_wrong);
        assert_eq!(errors.len(), MAX_FIELD_ERRORS + 1);
        assert_eq!(errors[100].field, "companies[100]");
        // The items of a list that is too long are not validated.
        let too_long = order(json!(vec![json!([]); 10_001]));
        let errors = field_errors(Document::CreateOrder, &too_long);
        assert_eq!((errors.len(), &*errors[0].field), (1, "companies"));
        let fields: serde_json::Map<_, _> = (0..1_000)
            .map(|number| (format!("field {number}"), json!(1)))
            .collect();
        let contract = Contract::new(json!({"properties": {}, "additionalProperties": false}));
        let errors = contract.field_errors(&fields.into());
        assert_eq!(errors.len(), MAX_FIELD_ERRORS + 1);
    }

    #[test]
    fn integral_floats_are_integers() {
        let mut body = json!({"a": [3.0, -0.0, 1e3, 2.5, 1e300], "b": {"c": 7}, "d": "3.0"});
        spell_integers(&mut body);
        let expected = json!({"a": [3, 0, 1000, 2.5, 1e300], "b": {"c": 7}, "d": "3.0"});
        assert_eq!(body, expected);
    }

    #[test]
    fn discovery_order_takes_no_companies() {
        let body = json!({"title": "t", "features": ["CONTACTS"], "order_type": "DISCOVERY", "companies": [{"company_name": "A"}]});
        insta::assert_json_snapshot!(field_errors(Document::CreateOrder, &body));
    }
}
