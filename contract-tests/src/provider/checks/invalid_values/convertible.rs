//! Values of another type that a lax parser converts: `"5"` for a number, `5` for a text, one item for a list.

use serde_json::{Value, json};

use super::InvalidValue;
use crate::contract::resolve;

/// An invalid value for each kind of conversion, at the first place where it is possible; texts also at the last, which is often
/// in an item of a list.
pub(in crate::provider::checks) fn convertible_values(
    schema: &Value,
    valid: &Value,
) -> Vec<InvalidValue> {
    let mut places = Vec::new();
    walk(schema, schema, valid, "", &mut places);
    let mut chosen: Vec<Place> = Vec::new();
    for place in places {
        let mut same = chosen
            .iter()
            .enumerate()
            .filter(|(_, one)| one.kind == place.kind);
        match (same.next(), same.next()) {
            (None, _) => chosen.push(place),
            (Some(_), None) if place.kind == Kind::NumberAsText => chosen.push(place),
            (Some(_), Some((last, _))) => chosen[last] = place,
            (Some(_), None) => {}
        }
    }
    chosen
        .into_iter()
        .filter_map(|place| place.of(valid))
        .collect()
}

/// A kind of conversion.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    TextAsNumber,
    FractionAsInteger,
    BooleanAsInteger,
    TextAsBoolean,
    NumberAsText,
    ItemAsList,
    CaseOfWord,
}

/// A place, and the value that does not belong there.
#[derive(Debug)]
struct Place {
    kind: Kind,
    pointer: String,
    wrong: Value,
}

impl Place {
    fn of(self, valid: &Value) -> Option<InvalidValue> {
        let mut value = valid.clone();
        *value.pointer_mut(&self.pointer)? = self.wrong;
        let keyword = if self.kind == Kind::CaseOfWord {
            "enum"
        } else {
            "type"
        };
        Some(InvalidValue {
            keyword,
            pointer: self.pointer,
            value,
        })
    }
}

/// Walks a value and its schema together; only the first item of a list.
fn walk(root: &Value, schema: &Value, value: &Value, at: &str, places: &mut Vec<Place>) {
    let schema = resolve(root, schema);
    places.extend(
        conversions(schema, value)
            .into_iter()
            .map(|(kind, wrong)| Place {
                kind,
                pointer: at.to_owned(),
                wrong,
            }),
    );
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                walk(
                    root,
                    &schema["properties"][name],
                    field,
                    &format!("{at}/{name}"),
                    places,
                );
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                walk(root, &schema["items"], first, &format!("{at}/0"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What a lax parser would convert to this value.
fn conversions(schema: &Value, value: &Value) -> Vec<(Kind, Value)> {
    let allows = |name: &str| {
        let types = &schema["type"];
        let among = |types: &Vec<Value>| types.contains(&json!(name));
        types == name || types.as_array().is_some_and(among)
    };
    match value {
        Value::Number(number) if allows("integer") => vec![
            (Kind::TextAsNumber, json!(number.to_string())),
            (
                Kind::FractionAsInteger,
                json!(number.as_f64().unwrap_or_default() + 0.5),
            ),
            (Kind::BooleanAsInteger, json!(true)),
        ],
        Value::Number(number) if allows("number") => {
            vec![(Kind::TextAsNumber, json!(number.to_string()))]
        }
        Value::Bool(flag) if allows("boolean") => {
            vec![(Kind::TextAsBoolean, json!(flag.to_string()))]
        }
        Value::String(word) if schema["enum"].is_array() => {
            let other = [word.to_lowercase(), word.to_uppercase()];
            let other = other.into_iter().find(|other| other != word);
            other
                .map(|other| (Kind::CaseOfWord, json!(other)))
                .into_iter()
                .collect()
        }
        Value::String(_) if allows("string") => vec![(Kind::NumberAsText, json!(5))],
        Value::Array(items) if allows("array") => {
            let scalar = items
                .first()
                .filter(|item| item.is_string() || item.is_number());
            scalar
                .map(|item| (Kind::ItemAsList, item.clone()))
                .into_iter()
                .collect()
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use schemas::{documents::Document, examples};

    use super::*;

    fn schema(document: Document) -> Value {
        serde_json::from_str(document.committed()).unwrap()
    }

    #[test]
    fn chooses_one_place_for_each_conversion() {
        let valid = json!({
            "title": "t", "order_type": "ENRICHMENT", "features": ["CONTACTS"],
            "companies": [{"company_name": "A"}, {"company_name": "B"}],
        });
        let found = convertible_values(&schema(Document::CreateOrder), &valid);
        let mut fields: Vec<_> = found.iter().map(InvalidValue::field).collect();
        fields.sort();
        let expected = [
            "companies[0].company_name",
            "features",
            "features[0]",
            "title",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn every_value_violates_its_schema_at_its_place() {
        for operation in schemas::operations::all() {
            let Some(document) = operation.request else {
                continue;
            };
            let schema = schema(document);
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            for invalid in convertible_values(&schema, &examples::body(document)) {
                let mut errors = validator.iter_errors(&invalid.value);
                let is_there =
                    errors.any(|error| error.instance_path().as_str() == invalid.pointer);
                assert!(is_there, "{} {invalid:?}", operation.id);
            }
        }
    }
}
