//! Invalid values: each breaks one rule of its schema, and is derived from a valid value.

use serde_json::{Value, json};

use crate::{contract::resolve, finding::json_path};

/// The longest list that `maxItems` is tested with; longer ones are covered by a check of their own.
const MANY: u64 = 200;

/// A value that breaks one rule of its schema.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InvalidValue {
    /// The keyword of the broken rule.
    pub(super) keyword: &'static str,
    /// The JSON pointer of the broken place.
    pub(super) pointer: String,
    pub(super) value: Value,
}

impl InvalidValue {
    /// The place as a validation error names it: `companies[0].company_name`.
    pub(super) fn field(&self) -> String {
        json_path(&self.pointer).trim_start_matches("$.").to_owned()
    }
}

/// An invalid value for each rule that can be broken in `whole`, or for each rule of one keyword.
pub(super) fn invalid_values(
    schema: &Value,
    valid: &Value,
    keyword: Option<&str>,
) -> Vec<InvalidValue> {
    let mut walk = Walk {
        root: schema,
        valid,
        keyword,
        broken: Vec::new(),
    };
    walk.object(schema, "");
    walk.broken
}

/// Walks a value and its schema together.
struct Walk<'a> {
    root: &'a Value,
    valid: &'a Value,
    keyword: Option<&'a str>,
    broken: Vec<InvalidValue>,
}

impl<'a> Walk<'a> {
    /// Removes the required fields of an object, and breaks the fields that it has.
    fn object(&mut self, schema: &'a Value, at: &str) {
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            self.push("required", &format!("{at}/{name}"), None);
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            if self.valid.pointer(&at).is_some() {
                self.value(resolve(self.root, field), &at);
            }
        }
        if schema["additionalProperties"] == false {
            let unknown = Some(json!("red"));
            self.push("additionalProperties", &format!("{at}/colour"), unknown);
        }
    }

    /// Breaks a value, including the items of a list.
    fn value(&mut self, schema: &'a Value, at: &str) {
        for invalid in values_of_other_types(schema) {
            self.push("type", at, Some(invalid));
        }
        if schema["enum"].is_array() {
            self.push("enum", at, Some(json!("NO_SUCH_WORD")));
        }
        self.length(schema, at);
        self.number(schema, at);
        self.list(schema, at);
        let items = resolve(self.root, &schema["items"]);
        let count = self.valid.pointer(at).and_then(Value::as_array);
        for item in 0..count.map_or(0, Vec::len) {
            let at = format!("{at}/{item}");
            match self.valid.pointer(&at) {
                Some(Value::Object(_)) => self.object(items, &at),
                Some(_) | None => self.value(items, &at),
            }
        }
    }

    fn length(&mut self, schema: &Value, at: &str) {
        let text = |length: u64| Some(json!("a".repeat(usize::try_from(length).unwrap_or(0))));
        if let Some(min @ 1..) = schema["minLength"].as_u64() {
            self.push("minLength", at, text(min - 1));
        }
        if let Some(max) = schema["maxLength"].as_u64() {
            self.push("maxLength", at, text(max + 1));
        }
        if schema["pattern"].is_string() {
            // No pattern of the contract matches a single blank.
            self.push("pattern", at, Some(json!(" ")));
        }
        if schema["format"] == "date-time" {
            self.push("format", at, Some(json!("yesterday")));
        }
    }

    fn number(&mut self, schema: &Value, at: &str) {
        let beside = |bound: &Value, by: i64| match bound.as_i64() {
            Some(bound) => Some(json!(bound.checked_add(by)?)),
            None => Some(json!(bound.as_f64()? + if by < 0 { -1.0 } else { 1.0 })),
        };
        for (keyword, by) in [("minimum", -1), ("maximum", 1)] {
            if let Some(invalid) = beside(&schema[keyword], by) {
                self.push(keyword, at, Some(invalid));
            }
        }
    }

    fn list(&mut self, schema: &Value, at: &str) {
        if schema["minItems"].is_u64() {
            self.push("minItems", at, Some(json!([])));
        }
        let max = schema["maxItems"].as_u64().filter(|max| *max <= MANY);
        let first = self.valid.pointer(&format!("{at}/0"));
        if let (Some(max), Some(first)) = (max, first) {
            let items = vec![first.clone(); usize::try_from(max).unwrap_or(0) + 1];
            self.push("maxItems", at, Some(json!(items)));
        }
    }

    /// Adds the valid value with `wrong` at a place, or without that place.
    fn push(&mut self, keyword: &'static str, at: &str, wrong: Option<Value>) {
        if self.keyword.is_some_and(|wanted| wanted != keyword) {
            return;
        }
        let mut value = self.valid.clone();
        let (parent, name) = at.rsplit_once('/').unwrap_or_default();
        match (value.pointer_mut(parent), wrong) {
            (Some(Value::Object(fields)), Some(invalid)) => {
                fields.insert(name.to_owned(), invalid);
            }
            (Some(Value::Object(fields)), None) => {
                fields.remove(name);
            }
            (Some(Value::Array(items)), Some(invalid)) => {
                let item = name.parse().ok();
                let item = item.and_then(|item: usize| items.get_mut(item));
                let Some(item) = item else { return };
                *item = invalid;
            }
            (Some(_) | None, _) => return,
        }
        self.broken.push(InvalidValue {
            keyword,
            pointer: at.to_owned(),
            value,
        });
    }
}

/// Values of types that the schema does not allow.
fn values_of_other_types(schema: &Value) -> impl Iterator<Item = Value> {
    let types = schema.get("type").cloned();
    let allows = move |name: &str| match &types {
        None => true,
        Some(Value::Array(types)) => types.contains(&json!(name)),
        Some(one) => one == name,
    };
    let other = [("string", json!("five")), ("object", json!({}))];
    let other = other.into_iter().find(|(name, _)| !allows(name));
    let null = (!allows("null")).then_some(Value::Null);
    other.map(|(_, value)| value).into_iter().chain(null)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemas::{OperationId, documents::Document, examples};

    use super::*;

    fn schema(document: Document) -> Value {
        serde_json::from_str(document.committed()).unwrap()
    }

    #[test]
    fn breaks_an_order_in_every_place() {
        let valid =
            json!({"title": "t", "features": ["CONTACTS"], "companies": [{"company_name": "A"}]});
        let fields: BTreeSet<_> = invalid_values(&schema(Document::CreateOrder), &valid, None)
            .iter()
            .map(InvalidValue::field)
            .collect();
        let expected = [
            "companies",
            "companies[0].company_name",
            "features",
            "features[0]",
            "title",
        ];
        assert_eq!(fields, expected.map(str::to_owned).into());
    }

    #[test]
    fn every_invalid_body_violates_its_schema() {
        for operation in schemas::operations::all() {
            let Some(document) = operation.request else {
                continue;
            };
            let schema = schema(document);
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            let invalid = invalid_values(&schema, &examples::body(document), None);
            assert!(!invalid.is_empty(), "{}", OperationId::as_str(operation.id));
            for invalid_value in invalid {
                assert!(
                    !validator.is_valid(&invalid_value.value),
                    "{} {invalid_value:?}",
                    operation.id
                );
            }
        }
    }
}
