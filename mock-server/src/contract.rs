//! Bodies against the committed schemas: what callers send, always; what we answer, while the
//! server is developed.

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

use crate::error::echo_value;

/// Schemas that were needed so far, ready to use.
static VALIDATORS: LazyLock<Mutex<HashMap<Document, Arc<Validator>>>> =
    LazyLock::new(Mutex::default);

/// The schema of a body, ready to use.
fn validator(document: Document) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock();
    Arc::clone(validators.entry(document).or_insert_with(|| {
        let schema =
            serde_json::from_str(document.committed()).expect("committed schemas are JSON");
        Arc::new(jsonschema::draft202012::new(&schema).expect("committed schemas are schemas"))
    }))
}

/// Every part of a body that breaks its schema, each once.
pub(crate) fn field_errors(document: Document, body: &Value) -> Vec<FieldError> {
    let mut seen = HashSet::new();
    validator(document)
        .iter_errors(body)
        .map(|error| field_error(&error))
        .filter(|error| seen.insert(error.field.clone()))
        .collect()
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
        Ok(body) => validator(document)
            .iter_errors(&body)
            .next()
            .map(|error| format!("{}: {error}", error.instance_path())),
    }
}

fn field_error(error: &ValidationError<'_>) -> FieldError {
    let field = dotted(error.instance_path().as_str());
    let join = |name: &str| {
        if field.is_empty() {
            name.to_owned()
        } else {
            format!("{field}.{name}")
        }
    };
    if let ValidationErrorKind::Required { property } = error.kind() {
        let field = join(property.as_str().unwrap_or_default());
        return FieldError {
            field,
            error: "is required".to_owned(),
            provided: Value::Null,
        };
    }
    let refuses_all = matches!(
        error.kind(),
        ValidationErrorKind::FalseSchema
            | ValidationErrorKind::Type {
                kind: TypeKind::Single(JsonType::Null)
            }
    );
    let rule = if refuses_all {
        "is not allowed here".to_owned()
    } else {
        error.masked().to_string()
    };
    FieldError {
        field,
        error: rule,
        provided: echo_value(error.instance()),
    }
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
