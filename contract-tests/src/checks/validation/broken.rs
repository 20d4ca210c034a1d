//! Bodies that break one rule of their schema each, made from one that keeps them all.

use schemas::Operation;
use serde_json::{Value, json};

/// For each rule that can be broken: the field that the answer has to name, and the body.
pub(super) fn bodies(operation: &Operation, whole: &Value) -> Vec<(String, Value)> {
    let Some(document) = operation.request else {
        return Vec::new();
    };
    let schema = serde_json::from_str(document.committed()).unwrap_or_default();
    let mut walk = Walk {
        root: &schema,
        whole,
        broken: Vec::new(),
    };
    walk.object(&schema, "");
    walk.broken
}

/// Walks a body along its schema.
struct Walk<'a> {
    root: &'a Value,
    whole: &'a Value,
    broken: Vec<(String, Value)>,
}

impl<'a> Walk<'a> {
    /// Breaks an object: takes away what it needs, and breaks what it has.
    fn object(&mut self, schema: &'a Value, at: &str) {
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            self.push(&format!("{at}/{name}"), None);
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            if self.whole.pointer(&at).is_some() {
                self.value(self.resolve(field), &at);
            }
        }
    }

    /// Breaks a value, and the first item of a list.
    fn value(&mut self, schema: &'a Value, at: &str) {
        if let Some(wrong) = value_of_another_type(schema) {
            self.push(at, Some(wrong));
        }
        if schema["enum"].is_array() {
            self.push(at, Some(json!("NO_SUCH_WORD")));
        }
        if schema["minLength"].is_u64() {
            self.push(at, Some(json!("")));
        }
        if schema["minItems"].is_u64() {
            self.push(at, Some(json!([])));
        }
        let first = format!("{at}/0");
        let items = self.resolve(&schema["items"]);
        match self.whole.pointer(&first) {
            Some(Value::Object(_)) => self.object(items, &first),
            Some(_) => self.value(items, &first),
            None => {}
        }
    }

    /// Puts a value in a place of the body, or takes away what is there.
    fn push(&mut self, at: &str, value: Option<Value>) {
        let mut body = self.whole.clone();
        let (parent, name) = at.rsplit_once('/').unwrap_or_default();
        let Some(parent) = body.pointer_mut(parent) else {
            return;
        };
        match value {
            Some(value) if parent.is_array() => parent[0] = value,
            Some(value) => parent[name] = value,
            None => drop(
                parent
                    .as_object_mut()
                    .and_then(|fields| fields.remove(name)),
            ),
        }
        self.broken.push((field(at), body));
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let reference = schema["$ref"].as_str();
        let found = reference.and_then(|to| self.root.pointer(to.trim_start_matches('#')));
        found.unwrap_or(schema)
    }
}

/// A value of a type that the schema does not allow, if it names those it does.
fn value_of_another_type(schema: &Value) -> Option<Value> {
    let types = schema.get("type")?;
    let allows = |name: &str| {
        types == name
            || types
                .as_array()
                .is_some_and(|types| types.contains(&json!(name)))
    };
    [("string", json!("five")), ("object", json!({}))]
        .into_iter()
        .find_map(|(name, value)| (!allows(name)).then_some(value))
}

/// `/companies/0/company_name` as an answer names it: `companies[0].company_name`.
fn field(pointer: &str) -> String {
    let path = crate::validate::json_path(pointer);
    path.trim_start_matches("$.").to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemas::{OperationId, examples};

    use super::*;

    #[test]
    fn an_order_is_broken_in_every_place() {
        let operation = OperationId::CreateOrder.operation();
        let whole =
            json!({"title": "t", "features": ["CONTACTS"], "companies": [{"company_name": "A"}]});
        let fields: BTreeSet<_> = bodies(operation, &whole)
            .into_iter()
            .map(|(field, _)| field)
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
    fn every_broken_body_breaks_its_schema() {
        for operation in schemas::operations::all() {
            let Some(document) = operation.request else {
                continue;
            };
            let schema = serde_json::from_str(document.committed()).unwrap();
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            let whole = examples::body(document);
            let broken = bodies(operation, &whole);
            assert!(!broken.is_empty(), "{}", operation.id);
            for (field, body) in broken {
                assert!(
                    !validator.is_valid(&body),
                    "{} {field}: {body}",
                    operation.id
                );
            }
        }
    }
}
