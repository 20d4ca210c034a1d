//! Removes assumed fields from bodies and schemas, for a server that serves only what is documented.
//!
//! The schemas mark those fields. A shape that is assumed as a whole keeps all its fields: otherwise it would be empty.

use std::collections::HashMap;

use serde_json::Value;

use crate::{documents::Document, operations};

/// The fields to remove from each body; computed once, when a server starts.
#[derive(Debug)]
pub struct Documented(HashMap<Document, Cut>);

/// The fields to remove from a value.
#[derive(Debug, Default)]
struct Cut {
    /// Fields of an object to remove.
    fields: Vec<String>,
    /// What to remove from its other fields.
    within: Vec<(String, Self)>,
    /// What to remove from each item of a list.
    items: Option<Box<Self>>,
}

impl Documented {
    /// Collects the assumed fields of the schemas of all bodies.
    pub fn from_schemas() -> Self {
        let bodies =
            operations::all().flat_map(|operation| [operation.request, operation.response]);
        let cuts = bodies.flatten().filter_map(|document| {
            let schema = document.generate();
            Cut::of(&schema, &schema).map(|cut| (document, cut))
        });
        Self(cuts.collect())
    }

    /// Removes the assumed fields from a body.
    pub fn apply(&self, document: Document, body: &mut Value) {
        if let Some(cut) = self.0.get(&document) {
            cut.apply(body);
        }
    }

    /// The same for a serialized body.
    pub fn rewrite(&self, document: Document, body: Vec<u8>) -> Vec<u8> {
        let Some(cut) = self.0.get(&document) else {
            return body;
        };
        let mut value = serde_json::from_slice(&body).expect("what the server writes is JSON");
        cut.apply(&mut value);
        serde_json::to_vec(&value).expect("JSON can be written")
    }
}

impl Cut {
    /// The fields to remove from a value with this schema, if any. No schema is recursive.
    fn of(schema: &Value, root: &Value) -> Option<Self> {
        let schema = resolved(schema, root);
        let mut cut = Self {
            items: schema
                .get("items")
                .and_then(|items| Self::of(items, root))
                .map(Box::new),
            ..Self::default()
        };
        let founded = !is_assumed(schema);
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            if founded && is_assumed(field) {
                cut.fields.push(name.clone());
            } else if let Some(within) = Self::of(field, root) {
                cut.within.push((name.clone(), within));
            }
        }
        let empty = cut.fields.is_empty() && cut.within.is_empty() && cut.items.is_none();
        (!empty).then_some(cut)
    }

    fn apply(&self, value: &mut Value) {
        if let Some(object) = value.as_object_mut() {
            for name in &self.fields {
                object.remove(name);
            }
            for (name, cut) in &self.within {
                if let Some(value) = object.get_mut(name) {
                    cut.apply(value);
                }
            }
        } else if let (Some(cut), Some(items)) = (&self.items, value.as_array_mut()) {
            for item in items {
                cut.apply(item);
            }
        }
    }
}

/// Removes assumed fields from a schema and its subschemas, also from the `then` and `else` that forbid them in some cases.
pub(crate) fn leave_out(schema: &mut Value) {
    let Value::Object(parts) = schema else {
        return;
    };
    let founded = parts.get("x-evidence").is_none_or(|mark| mark != "assumed");
    let fields = parts.get("properties").and_then(Value::as_object);
    let assumed: Vec<_> = fields
        .into_iter()
        .flatten()
        .filter(|(_, field)| founded && is_assumed(field))
        .map(|(name, _)| name.clone())
        .collect();
    for at in ["/properties", "/then/properties", "/else/properties"] {
        if let Some(Value::Object(fields)) = schema.pointer_mut(at) {
            fields.retain(|name, _| !assumed.contains(name));
            fields.values_mut().for_each(leave_out);
        }
    }
    if let Some(items) = schema.get_mut("items") {
        leave_out(items);
    }
}

fn is_assumed(schema: &Value) -> bool {
    schema["x-evidence"] == "assumed"
}

/// The target of a schema's `$ref`, or the schema itself.
fn resolved<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let reference = schema["$ref"].as_str();
    let found = reference.and_then(|to| root.pointer(to.trim_start_matches('#')));
    found.unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::examples;

    #[test]
    fn keeps_the_documented_part_of_an_order() {
        let order =
            json!({"id": "1", "title": "t", "status": "RECEIVED", "quantity": 3, "features": []});
        let mut list = json!({"orders": [order], "total": 1, "limit": 50, "offset": 0});
        Documented::from_schemas().apply(Document::OrderList, &mut list);
        let order = json!({"id": "1", "title": "t", "status": "RECEIVED"});
        assert_eq!(list, json!({"orders": [order], "total": 1}));
    }

    #[test]
    fn removes_all_mentions_of_omitted_fields() {
        let mut order = Document::CreateOrder.generate();
        leave_out(&mut order);
        let text = order.to_string();
        for field in ["prospect_search_id", "blacklist_ids", "quantity"] {
            assert!(!text.contains(field), "{field}");
        }
        assert!(text.contains("profile_name"));
    }

    #[test]
    fn keeps_an_assumed_object_whole_around_a_documented_one() {
        let entry = json!({"id": "1", "city": "Celle", "created_at": "2026-01-15T09:00:00Z"});
        let mut list =
            json!({"items": [entry], "total": 1, "limit": 50, "offset": 0, "has_more": false});
        let mut expected = list.clone();
        expected["items"][0] = json!({"id": "1", "city": "Celle"});
        Documented::from_schemas().apply(Document::BlacklistEntryList, &mut list);
        assert_eq!(list, expected);
    }

    #[test]
    fn leaves_invalid_bodies_to_validation() {
        for body in [
            json!(7),
            json!([]),
            json!({"orders": 7}),
            json!({"orders": [null]}),
        ] {
            let mut cut = body.clone();
            Documented::from_schemas().apply(Document::OrderList, &mut cut);
            assert_eq!(cut, body);
        }
    }

    /// The traversal follows properties, items and references, and all marks are there.
    #[test]
    fn no_schema_has_a_marker_that_is_ignored() {
        fn elsewhere(schema: &Value) -> bool {
            let Value::Object(parts) = schema else {
                return schema
                    .as_array()
                    .is_some_and(|list| list.iter().any(elsewhere));
            };
            parts.iter().any(|(name, part)| match &**name {
                "properties" | "$defs" => part
                    .as_object()
                    .is_some_and(|parts| parts.values().any(elsewhere)),
                "items" => elsewhere(part),
                _ => part.to_string().contains("x-evidence"),
            })
        }
        for document in Document::all() {
            let schema = document.generate();
            assert!(!elsewhere(&schema), "{}", document.name());
        }
    }

    #[test]
    fn reduced_examples_stay_valid() {
        let documented = Documented::from_schemas();
        for operation in operations::all() {
            let Some(document) = operation.request else {
                continue;
            };
            let mut body = examples::body(document);
            documented.apply(document, &mut body);
            let schema = document.generate();
            let valid = jsonschema::draft202012::is_valid(&schema, &body);
            assert!(valid, "{}", operation.id);
            let mut left = schema;
            leave_out(&mut left);
            let valid = jsonschema::draft202012::is_valid(&left, &body);
            assert!(valid, "{}", operation.id);
        }
    }
}
