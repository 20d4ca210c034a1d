//! Validates the items of lists one by one.
//!
//! The validator finds every error of a value before it returns the first one, and a client controls how many
//! errors a body has. Schemas are therefore split at lists: items are validated one by one until there are enough
//! errors. The items of a list that is too long are not validated at all.

use serde_json::Value;

use super::Contract;

/// Maximum depth of nested lists that are split. A schema may contain itself.
const MAX_DEPTH: usize = 3;

/// A list in a body.
#[derive(Debug)]
pub(super) struct List {
    /// The name of the list's field.
    pub(super) name: String,
    /// The contract of each item.
    pub(super) contract: Contract,
    /// Maximum length of the list.
    max: usize,
}

impl List {
    /// The items in a body. They are empty if the list is too long, which is an error of its own.
    pub(super) fn rows<'a>(&self, body: &'a Value) -> &'a [Value] {
        let rows = body.get(&self.name).and_then(Value::as_array);
        rows.filter(|rows| rows.len() <= self.max)
            .map_or(&[], Vec::as_slice)
    }
}

/// Splits a schema into everything except the items of its lists, and the lists.
pub(super) fn split(schema: &Value, depth: usize) -> (Value, Vec<List>) {
    let mut around = schema.clone();
    let mut lists = Vec::new();
    let fields = around.get_mut("properties").and_then(Value::as_object_mut);
    for (name, field) in fields.into_iter().flatten() {
        if depth == MAX_DEPTH {
            break;
        }
        let Some(rows) = field
            .as_object_mut()
            .and_then(|field| field.remove("items"))
        else {
            continue;
        };
        let max = field.get("maxItems").and_then(Value::as_u64);
        lists.push(List {
            name: name.clone(),
            contract: Contract::at(extracted(rows, schema), depth + 1),
            max: max.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX)),
        });
    }
    (around, lists)
}

/// A part of a schema, together with the definitions that it may refer to.
fn extracted(part: Value, whole: &Value) -> Value {
    let reference = part["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    let mut part = match reference.and_then(|at| whole.pointer(at)) {
        Some(referred) if part.as_object().is_some_and(|part| part.len() == 1) => referred.clone(),
        _ => part,
    };
    if let (Some(part), Some(definitions)) = (part.as_object_mut(), whole.get("$defs")) {
        part.insert("$defs".to_owned(), definitions.clone());
    }
    part
}

#[cfg(test)]
mod tests {
    use schemas::{
        control::{CALLS, ControlCall},
        documents::Document,
        operations,
    };
    use serde_json::json;

    use super::*;

    /// The places of lists that are validated as a whole.
    fn unsplit(schema: &Value) -> Vec<String> {
        fn walk(schema: &Value, at: &str, found: &mut Vec<String>) {
            let parts: Vec<(String, &Value)> = match schema {
                Value::Object(parts) => parts
                    .iter()
                    .map(|(name, part)| (name.clone(), part))
                    .collect(),
                Value::Array(parts) => (0..)
                    .zip(parts)
                    .map(|(index, part)| (index.to_string(), part))
                    .collect(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
            };
            for (name, part) in parts.iter().filter(|(name, _)| name != "$defs") {
                if name == "items" && !at.ends_with("/properties") {
                    found.push(at.to_owned());
                }
                walk(part, &format!("{at}/{name}"), found);
            }
        }
        let (around, lists) = split(schema, 0);
        let mut found = Vec::new();
        walk(&around, "", &mut found);
        for list in &lists {
            found.extend(unsplit(&list.contract.schema));
        }
        found
    }

    #[test]
    fn validates_every_list_of_a_request_row_by_row() {
        let documents = operations::all().filter_map(|operation| operation.request);
        let committed = |document: Document| serde_json::from_str(document.committed()).unwrap();
        let control = CALLS.iter().filter_map(ControlCall::body);
        for schema in documents.map(committed).chain(control) {
            assert_eq!(unsplit(&schema), Vec::<String>::new(), "{schema}");
        }
    }

    #[test]
    fn recursive_schema_is_split_to_a_limited_depth() {
        let schema = json!({
            "$defs": {"Node": {"properties": {"nodes": {"items": {"$ref": "#/$defs/Node"}, "maxItems": 2}}}},
            "properties": {"nodes": {"items": {"$ref": "#/$defs/Node"}, "maxItems": 2}},
        });
        let mut deep = json!({"nodes": 1});
        for _ in 0..=MAX_DEPTH + 1 {
            deep = json!({"nodes": [{}, deep]});
        }
        let contract = Contract::new(schema);
        assert!(contract.is_valid(&deep));
        let too_long = json!({"nodes": [{"nodes": [{"nodes": [{}, {}, {}]}]}]});
        let errors = contract.field_errors(&too_long);
        let fields: Vec<_> = errors.iter().map(|error| &*error.field).collect();
        assert_eq!(fields, ["nodes[0].nodes[0].nodes"]);
    }
}
