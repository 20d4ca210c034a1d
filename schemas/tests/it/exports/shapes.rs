//! The bodies of the API as shapes that languages have types for. What a type cannot express, such as bounds, patterns and conditions
//! between fields, is left out.

use schemas::{Profile, openapi};
use serde_json::{Map, Value};

/// A named shape.
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) shape: Shape,
}

pub(super) enum Shape {
    Any,
    Null,
    Boolean,
    Integer,
    Number,
    Text,
    Literals(Vec<String>),
    Reference(String),
    List(Box<Self>),
    Object(Vec<Field>),
    Either(Vec<Self>),
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) required: bool,
    pub(super) shape: Shape,
}

/// Every body, by name.
pub(super) fn definitions() -> Vec<Definition> {
    let document = openapi::generate(Profile::Everything);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut definitions: Vec<_> = schemas
        .iter()
        .map(|(name, schema)| Definition {
            name: type_name(name),
            summary: summary(schema),
            shape: shape(schema),
        })
        .collect();
    definitions.sort_by(|one, other| one.name.cmp(&other.name));
    definitions
}

/// The name of a type: that of its schema, or of the error whose code it is.
fn type_name(schema: &str) -> String {
    if !schema.contains('_') && schema.chars().any(char::is_lowercase) {
        return schema.to_owned();
    }
    let lower = schema.to_lowercase();
    let words = lower.split('_').filter(|word| *word != "error");
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    words.map(capital).collect::<String>() + "Error"
}

/// The first paragraph of its description, on one line.
fn summary(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.replace('\n', " ")
}

fn shape(schema: &Value) -> Shape {
    let strings = |values: &[Value]| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Shape::Literals(values.iter().map(text).collect())
    };
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return Shape::Reference(type_name(name));
    }
    if let Some(one) = schema.get("const") {
        return strings(std::slice::from_ref(one));
    }
    if let Some(values) = schema["enum"].as_array() {
        return strings(values);
    }
    match &schema["type"] {
        Value::String(kind) => of_type(kind, schema),
        Value::Array(kinds) => {
            let of_kind = |kind: &Value| of_type(kind.as_str().unwrap(), schema);
            Shape::Either(kinds.iter().map(of_kind).collect())
        }
        Value::Null => match schema["anyOf"].as_array() {
            Some(shapes) => Shape::Either(shapes.iter().map(shape).collect()),
            None => Shape::Any,
        },
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => panic!("no type: {schema}"),
    }
}

fn of_type(kind: &str, schema: &Value) -> Shape {
    match kind {
        "null" => Shape::Null,
        "boolean" => Shape::Boolean,
        "integer" => Shape::Integer,
        "number" => Shape::Number,
        "string" => Shape::Text,
        "array" => Shape::List(Box::new(shape(&schema["items"]))),
        "object" => Shape::Object(fields(schema)),
        other => panic!("no type: {other}"),
    }
}

fn fields(schema: &Value) -> Vec<Field> {
    let none = Map::new();
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    schema["properties"]
        .as_object()
        .unwrap_or(&none)
        .iter()
        .map(|(name, schema)| Field {
            name: name.clone(),
            summary: summary(schema),
            required: is_required(name),
            shape: shape(schema),
        })
        .collect()
}
