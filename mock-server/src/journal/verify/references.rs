//! Puts the parts of a JSON Schema where it refers to them. Without references, the cost of a schema is limited by its size.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

/// References that are resolved only during validation.
const DYNAMIC: [&str; 2] = ["$dynamicRef", "$recursiveRef"];
/// Maximum number of values of all results. A few references can double a schema many times.
const MAX_VALUES: usize = 4096;
/// Maximum number of bytes of all names and texts of the results.
const MAX_BYTES: usize = 64 * 1024;
/// Maximum depth of a result. A part that refers to itself has none.
const MAX_DEPTH: usize = 64;

/// The size of the schemas whose references were replaced.
#[derive(Debug, Default)]
pub(crate) struct Size {
    values: usize,
    bytes: usize,
}

impl Size {
    /// Adds a value with a name or text of this many bytes. Returns whether there is room for it.
    fn add(&mut self, bytes: usize) -> bool {
        self.values += 1;
        self.bytes += bytes;
        self.values <= MAX_VALUES && self.bytes <= MAX_BYTES
    }
}

/// The schema with the parts that it refers to, such as `#/$defs/title`. `size` is that of the schemas before it.
///
/// # Errors
///
/// Why a reference cannot be replaced.
pub(super) fn replaced<'a>(schema: &'a Value, size: &mut Size) -> Result<Cow<'a, Value>, String> {
    if !has_reference(schema) {
        return Ok(Cow::Borrowed(schema));
    }
    let mut parts = Parts { root: schema, size };
    parts.replace(schema, 0).map(Cow::Owned)
}

fn has_reference(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let is_reference = name == "$ref" || DYNAMIC.contains(&&**name);
            is_reference && value.is_string() || has_reference(value)
        }),
        Value::Array(items) => items.iter().any(has_reference),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

struct Parts<'a, 'b> {
    root: &'a Value,
    size: &'b mut Size,
}

impl<'a> Parts<'a, '_> {
    fn replace(&mut self, schema: &Value, depth: usize) -> Result<Value, String> {
        let bytes = match schema {
            Value::String(text) => text.len(),
            Value::Object(fields) => fields.keys().map(String::len).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => 0,
        };
        if !self.size.add(bytes) || depth > MAX_DEPTH {
            return Err(
                "it refers to itself, or is too large with the parts it refers to".to_owned(),
            );
        }
        match schema {
            Value::Object(fields) => self.replace_fields(fields, depth),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.replace(item, depth + 1));
                items.collect::<Result<_, _>>().map(Value::Array)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Ok(schema.clone())
            }
        }
    }

    fn replace_fields(
        &mut self,
        fields: &Map<String, Value>,
        depth: usize,
    ) -> Result<Value, String> {
        let mut result = Map::new();
        let mut part = None;
        for (name, value) in fields {
            match value {
                Value::String(_) if DYNAMIC.contains(&&**name) => {
                    return Err(format!("it must not refer to schemas by `{name}`"));
                }
                Value::String(target) if name == "$ref" => {
                    part = Some(self.replace(self.find(target)?, depth + 1)?);
                }
                // They are where they are used.
                Value::Object(_) if depth == 0 && (name == "$defs" || name == "definitions") => {}
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_) => {
                    result.insert(name.clone(), self.replace(value, depth + 1)?);
                }
            }
        }
        // What stands beside a reference holds, too. It stays there: `$schema` is valid only at the root, and
        // `unevaluatedProperties` only beside what evaluates the others.
        Ok(match part {
            Some(part) if result.is_empty() => part,
            Some(part) => {
                let all = result.entry("allOf").or_insert_with(|| json!([]));
                // Anything else is not a schema, which its compilation says.
                if let Value::Array(all) = all {
                    all.push(part);
                }
                Value::Object(result)
            }
            None => Value::Object(result),
        })
    }

    fn find(&self, target: &str) -> Result<&'a Value, String> {
        let Some(pointer) = target.strip_prefix('#') else {
            return Err(format!("it must not refer to another schema: `{target}`"));
        };
        let found = self.root.pointer(pointer);
        found.ok_or_else(|| format!("`{target}` is not in the schema"))
    }
}

#[cfg(test)]
mod tests {
    use schemas::Validator;

    use super::*;

    fn alone(schema: &Value) -> Result<Value, String> {
        replaced(schema, &mut Size::default()).map(Cow::into_owned)
    }

    #[test]
    fn parts_are_put_where_they_are_used() {
        let schema = json!({
            "$defs": {"text": {"type": "string"}, "texts": {"items": {"$ref": "#/$defs/text"}}},
            "properties": {
                "names": {"$ref": "#/$defs/texts"},
                "title": {"$ref": "#/$defs/text", "maxLength": 9},
                "$ref": {"type": "null"},
            },
        });
        let whole = json!({
            "properties": {
                "names": {"items": {"type": "string"}},
                "title": {"maxLength": 9, "allOf": [{"type": "string"}]},
                "$ref": {"type": "null"},
            },
        });
        assert_eq!(alone(&schema), Ok(whole));
    }

    #[test]
    fn what_stands_beside_a_reference_stays_there() {
        let tuple = json!({"items": [{"type": "string"}, {"type": "number"}]});
        let draft_7 = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": "#/definitions/tuple",
            "definitions": {"tuple": tuple},
        });
        let closed = json!({
            "$defs": {"titled": {"properties": {"title": {}}}},
            "$ref": "#/$defs/titled",
            "allOf": [{"properties": {"id": {}}}],
            "unevaluatedProperties": false,
        });
        for (schema, valid, invalid) in [
            (draft_7, json!(["a", 1]), json!([1, "a"])),
            (closed, json!({"title": 1, "id": 2}), json!({"name": 1})),
        ] {
            let validator = Validator::untrusted(&alone(&schema).unwrap()).unwrap();
            assert!(validator.is_valid(&valid), "{schema}");
            assert!(!validator.is_valid(&invalid), "{schema}");
        }
    }

    #[test]
    fn size_of_all_schemas_is_limited_if_they_have_references() {
        let long = json!({"enum": vec![1; 2 * MAX_VALUES]});
        assert_eq!(alone(&long), Ok(long));
        let text = "x".repeat(MAX_BYTES / 4);
        let twice = json!({"a": {"const": text}, "b": {"$ref": "#/a"}});
        let mut size = Size::default();
        assert!(replaced(&twice, &mut size).is_ok());
        let error = replaced(&twice, &mut size).unwrap_err();
        assert!(error.contains("is too large"), "{error}");
    }

    #[test]
    fn endless_schema_is_rejected() {
        let itself = json!({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"});
        let mut doubling = json!({"a0": {}});
        for number in 1..40 {
            let before = json!({"$ref": format!("#/$defs/a{}", number - 1)});
            doubling[format!("a{number}")] = json!({"allOf": [before, before]});
        }
        for schema in [
            json!({"$ref": "#"}),
            itself,
            json!({"$defs": doubling, "$ref": "#/$defs/a39"}),
        ] {
            let error = alone(&schema).unwrap_err();
            assert!(
                error.contains("refers to itself, or is too large"),
                "{error}"
            );
        }
    }

    #[test]
    fn other_references_are_rejected() {
        for (reference, error) in [
            (
                json!({"$ref": "https://example.com/a"}),
                "it must not refer to another schema: `https://example.com/a`",
            ),
            (
                json!({"$ref": "#/$defs/a"}),
                "`#/$defs/a` is not in the schema",
            ),
            (
                json!({"$dynamicRef": "#a"}),
                "it must not refer to schemas by `$dynamicRef`",
            ),
        ] {
            assert_eq!(alone(&json!({"items": reference})).unwrap_err(), error);
        }
    }
}
