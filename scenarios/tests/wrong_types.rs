//! Every field of a scenario, with a value of each JSON type: if the value is rejected, the error is in our own words, and
//! names the field and the line.

#![expect(
    clippy::unwrap_used,
    reason = "a test may stop where the schema is not what it was"
)]

use std::rc::Rc;

use scenarios::{parse, schema_text};
use serde_json::{Map, Value, json};

/// Phrases from the errors of parsers.
const FOREIGN: [&str; 12] = [
    "invalid type",
    "invalid value",
    "invalid length",
    "expected ",
    "missing field",
    "unknown field",
    "unknown variant",
    "duplicate field",
    "untagged",
    "did not match",
    "struct ",
    "variant identifier",
];

/// A placeholder for the value whose line is searched for.
const HERE: &str = "@here";

/// A place in a scenario: its path, and the scenario with a value there.
struct Field {
    path: String,
    with: Box<dyn Fn(Value) -> Value>,
}

/// The schema with references resolved, and without the alternative `null`.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return resolved(root, root.pointer(pointer).unwrap());
    }
    let choices = schema["anyOf"].as_array().into_iter().flatten();
    let mut choices = choices.filter(|choice| choice["type"] != "null");
    choices.next().map_or(schema, |one| resolved(root, one))
}

/// The smallest value that has the types of a schema.
fn sample(root: &Value, schema: &Value) -> Value {
    let schema = resolved(root, schema);
    if let Some(word) = schema["enum"].get(0).or(schema.get("const")) {
        return word.clone();
    }
    if let Some(choice) = schema["oneOf"].get(0) {
        return sample(root, choice);
    }
    let kind = schema["type"].as_str().or(schema["type"][0].as_str());
    match kind {
        Some("object") => object(root, schema).into(),
        Some("array") => json!([]),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        Some("string") => schema["examples"].get(0).cloned().unwrap_or(json!("a")),
        _ => json!(1),
    }
}

fn object(root: &Value, schema: &Value) -> Map<String, Value> {
    let required = schema["required"].as_array().into_iter().flatten();
    let required = required.filter_map(Value::as_str);
    required
        .map(|name| (name.to_owned(), sample(root, &schema["properties"][name])))
        .collect()
}

/// Every field below a place, with that place itself.
fn fields(
    root: &Value,
    schema: &Value,
    path: &str,
    with: &Rc<dyn Fn(Value) -> Value>,
    found: &mut Vec<Field>,
) {
    let schema = resolved(root, schema);
    let own = Rc::clone(with);
    found.push(Field {
        path: path.to_owned(),
        with: Box::new(move |value| own(value)),
    });
    let inside =
        |name: &str, schema: &Value, others: Map<String, Value>, found: &mut Vec<Field>| {
            let (outer, name_of) = (Rc::clone(with), name.to_owned());
            let with: Rc<dyn Fn(Value) -> Value> = Rc::new(move |value| {
                let mut others = others.clone();
                others.insert(name_of.clone(), value);
                outer(others.into())
            });
            let path = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            fields(root, schema, &path, &with, found);
        };
    for variant in schema["oneOf"].as_array().into_iter().flatten() {
        for (name, schema) in variant["properties"].as_object().into_iter().flatten() {
            inside(name, schema, Map::new(), found);
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        inside(name, field, object(root, schema), found);
    }
    if schema["additionalProperties"].is_object() {
        inside("x", &schema["additionalProperties"], Map::new(), found);
    }
    if schema["items"].is_object() {
        let outer = Rc::clone(with);
        let with: Rc<dyn Fn(Value) -> Value> = Rc::new(move |value| outer(json!([value])));
        fields(root, &schema["items"], &format!("{path}[0]"), &with, found);
    }
}

/// Whether a value of a wrong type is rejected in a place; asserts that the error is as expected.
fn is_refused(field: &Field, kind: Value, validator: &jsonschema::Validator) -> bool {
    let whole = (field.with)(kind);
    let text = serde_json::to_string_pretty(&whole).unwrap();
    let Err(error) = parse(&text) else {
        return false;
    };
    let (error, path) = (error.to_string(), &field.path);
    for foreign in FOREIGN {
        assert!(!error.contains(foreign), "{error}\n{text}");
    }
    assert!(error.matches("line ").count() <= 1, "{error}");
    if validator.is_valid(&whole) {
        // The types are valid, so the error is about something else.
        return false;
    }
    let here = serde_json::to_string_pretty(&(field.with)(json!(HERE))).unwrap();
    let line = 1 + here.lines().position(|line| line.contains(HERE)).unwrap();
    if !error.starts_with(&format!("line {line}, ")) {
        // The schema is stricter than the reader: YAML accepts `true` as text. The error is about another place.
        assert!(!error.contains("must be"), "{path}: {error}\n{text}");
        return false;
    }
    assert!(error.contains(path), "{path}: {error}\n{text}");
    true
}

#[test]
fn values_of_a_wrong_type_are_rejected_with_field_and_line() {
    let root: Value = serde_json::from_str(&schema_text()).unwrap();
    let validator = jsonschema::validator_for(&root).unwrap();
    let mut found = Vec::new();
    fields(&root, &root, "", &(Rc::new(|value| value) as _), &mut found);
    let mut all = 0;
    for field in &found {
        let kinds = [
            json!("@x"),
            json!(-7.5),
            json!(true),
            json!([]),
            json!({}),
            Value::Null,
        ];
        let refused = kinds
            .into_iter()
            .filter(|kind| is_refused(field, kind.clone(), &validator));
        let (refused, path) = (refused.count(), &field.path);
        all += refused;
        let takes_all = path.contains(".body") || path.contains(".set.x");
        assert!(refused >= 2 || takes_all, "{path}: {refused} kinds");
    }
    assert!(found.len() > 150 && all > 500, "{} {all}", found.len());
}
