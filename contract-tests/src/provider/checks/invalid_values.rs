//! Invalid values: each breaks one rule of its schema, and is derived from a valid value.

mod convertible;

use serde_json::{Value, json};

pub(super) use self::convertible::convertible_values;
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

/// An invalid value for each rule that can be broken in a valid value.
pub(super) fn invalid_values(schema: &Value, valid: &Value) -> Vec<InvalidValue> {
    let breaches = breaches(schema, valid, None).into_iter();
    breaches.map(|breach| breach.of(valid)).collect()
}

/// The rules that can be broken in a valid value, or those of one keyword.
pub(super) fn breaches(schema: &Value, valid: &Value, keyword: Option<&str>) -> Vec<Breach> {
    Walk::breaches(schema, Some(valid), keyword)
}

/// The rules of a keyword that can be broken in some valid value.
pub(super) fn possible_breaches(schema: &Value, keyword: &str) -> Vec<Breach> {
    Walk::breaches(schema, None, Some(keyword))
}

/// How to break a rule. The invalid value is only made for those that are sent.
pub(super) struct Breach {
    keyword: &'static str,
    pub(super) pointer: String,
    /// What breaks the rule in that place; `None`: that nothing is there.
    pub(super) wrong: Option<Value>,
}

impl Breach {
    /// A valid value with the rule broken.
    pub(super) fn of(self, valid: &Value) -> InvalidValue {
        let mut value = valid.clone();
        let (parent, name) = self.pointer.rsplit_once('/').unwrap_or_default();
        match (value.pointer_mut(parent), self.wrong) {
            (Some(Value::Object(fields)), Some(wrong)) => {
                fields.insert(name.to_owned(), wrong);
            }
            (Some(Value::Object(fields)), None) => {
                fields.remove(name);
            }
            (Some(Value::Array(_)), Some(wrong)) => {
                if let Some(item) = value.pointer_mut(&self.pointer) {
                    *item = wrong;
                }
            }
            (Some(_) | None, _) => {}
        }
        InvalidValue {
            keyword: self.keyword,
            pointer: self.pointer,
            value,
        }
    }
}

/// Walks a value and its schema together.
struct Walk<'a> {
    root: &'a Value,
    /// `None` for a value that has every place of the schema, and lists with one item.
    valid: Option<&'a Value>,
    keyword: Option<&'a str>,
    breaches: Vec<Breach>,
}

impl<'a> Walk<'a> {
    fn breaches(
        root: &'a Value,
        valid: Option<&'a Value>,
        keyword: Option<&'a str>,
    ) -> Vec<Breach> {
        let mut walk = Self {
            root,
            valid,
            keyword,
            breaches: Vec::new(),
        };
        walk.object(root, "");
        walk.breaches
    }

    /// Whether there is something at a place.
    fn has(&self, at: &str) -> bool {
        self.valid.is_none_or(|valid| valid.pointer(at).is_some())
    }

    /// Removes the required fields of an object, and breaks the fields that it has.
    fn object(&mut self, schema: &'a Value, at: &str) {
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            self.push("required", &format!("{at}/{name}"), || None);
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            if self.has(&at) {
                self.value(resolve(self.root, field), &at);
            }
        }
        if schema["additionalProperties"] == false {
            let unknown = || Some(json!("red"));
            self.push("additionalProperties", &format!("{at}/colour"), unknown);
        }
    }

    /// Breaks a value, including the items of a list.
    fn value(&mut self, schema: &'a Value, at: &str) {
        for invalid in values_of_other_types(schema) {
            self.push("type", at, || Some(invalid));
        }
        if schema["enum"].is_array() {
            self.push("enum", at, || Some(json!("NO_SUCH_WORD")));
        }
        self.length(schema, at);
        self.number(schema, at);
        self.list(schema, at);
        let items = resolve(self.root, &schema["items"]);
        let count = self.valid.map_or(usize::from(items.is_object()), |valid| {
            let list = valid.pointer(at).and_then(Value::as_array);
            list.map_or(0, Vec::len)
        });
        for item in 0..count {
            let at = format!("{at}/{item}");
            let is_object = match self.valid {
                Some(valid) => valid.pointer(&at).is_some_and(Value::is_object),
                None => items["properties"].is_object(),
            };
            if is_object {
                self.object(items, &at);
            } else {
                self.value(items, &at);
            }
        }
    }

    fn length(&mut self, schema: &Value, at: &str) {
        let text =
            |length: u64| move || Some(json!("a".repeat(usize::try_from(length).unwrap_or(0))));
        if let Some(min @ 1..) = schema["minLength"].as_u64() {
            self.push("minLength", at, text(min - 1));
        }
        if let Some(max) = schema["maxLength"].as_u64() {
            self.push("maxLength", at, text(max + 1));
        }
        if schema["pattern"].is_string() {
            // No pattern of the contract matches a single blank.
            self.push("pattern", at, || Some(json!(" ")));
        }
        if schema["format"] == "date-time" {
            self.push("format", at, || Some(json!("yesterday")));
        }
    }

    fn number(&mut self, schema: &Value, at: &str) {
        let beside = |bound: &Value, by: i64| match bound.as_i64() {
            Some(bound) => Some(json!(bound.checked_add(by)?)),
            None => Some(json!(bound.as_f64()? + if by < 0 { -1.0 } else { 1.0 })),
        };
        for (keyword, by) in [("minimum", -1), ("maximum", 1)] {
            if let Some(invalid) = beside(&schema[keyword], by) {
                self.push(keyword, at, || Some(invalid));
            }
        }
    }

    fn list(&mut self, schema: &Value, at: &str) {
        if schema["minItems"].is_u64() {
            self.push("minItems", at, || Some(json!([])));
        }
        let max = schema["maxItems"].as_u64().filter(|max| *max <= MANY);
        let first = format!("{at}/0");
        if let Some(max) = max.filter(|_| self.has(&first)) {
            let first = self.valid.and_then(|valid| valid.pointer(&first));
            // Without a valid value, all that matters is whether such a list can be sent, and one of texts can.
            let item = || first.cloned().unwrap_or_else(|| json!("red"));
            let items = || vec![item(); usize::try_from(max).unwrap_or(0) + 1];
            self.push("maxItems", at, || Some(json!(items())));
        }
    }

    /// Adds the breach of a rule at a place, if the value has that place.
    fn push(&mut self, keyword: &'static str, at: &str, wrong: impl FnOnce() -> Option<Value>) {
        if self.keyword.is_some_and(|wanted| wanted != keyword) {
            return;
        }
        let (parent, _) = at.rsplit_once('/').unwrap_or_default();
        let is_possible = |valid: &Value| match valid.pointer(parent) {
            Some(Value::Object(_)) => true,
            Some(Value::Array(_)) => valid.pointer(at).is_some(),
            Some(_) | None => false,
        };
        if self.valid.is_none_or(is_possible) {
            self.breaches.push(Breach {
                keyword,
                pointer: at.to_owned(),
                wrong: wrong(),
            });
        }
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
        let fields: BTreeSet<_> = invalid_values(&schema(Document::CreateOrder), &valid)
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
            let invalid = invalid_values(&schema, &examples::body(document));
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
