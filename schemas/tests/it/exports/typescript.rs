//! The bodies and the operations as types of TypeScript.

use std::fmt::{Debug, Write};

use schemas::{Operation, documents::Document, operations, query::Rule};

use super::shapes::{Field, Shape, definitions};

const ABOVE: &str = "\
// The types of the OpenProspect API: its bodies by their names, and its operations.
// Generated: UPDATE=1 cargo test -p schemas
";

pub(super) fn text() -> String {
    let mut text = String::from(ABOVE);
    for definition in definitions() {
        let name = definition.name;
        write!(text, "\n/** {} */\n", definition.summary).unwrap();
        let line = if let Shape::Object(fields) = &definition.shape {
            format!("export interface {name} {{\n{}}}\n", members(fields))
        } else {
            format!("export type {name} = {};\n", written(&definition.shape))
        };
        text += &line;
    }
    text += "\n/** Every operation. Paths follow the base URL, which ends with `/api/v1`. */\nexport interface Operations {\n";
    for operation in operations::all() {
        text += &entry(operation);
    }
    text + "}\n"
}

fn members(fields: &[Field]) -> String {
    fields.iter().fold(String::new(), |mut text, field| {
        if !field.summary.is_empty() {
            writeln!(text, "  /** {} */", field.summary).unwrap();
        }
        let mark = if field.required { "" } else { "?" };
        writeln!(text, "  {}{mark}: {};", field.name, written(&field.shape)).unwrap();
        text
    })
}

fn written(shape: &Shape) -> String {
    match shape {
        Shape::Any => "unknown".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer | Shape::Number => "number".to_owned(),
        Shape::Text => "string".to_owned(),
        Shape::Literals(words) => words_of(words),
        Shape::Reference(name) => name.clone(),
        Shape::List(item) => format!("Array<{}>", written(item)),
        Shape::Object(_) => panic!("an object without a name"),
        Shape::Either(shapes) => shapes.iter().map(written).collect::<Vec<_>>().join(" | "),
    }
}

fn words_of(words: &[impl Debug]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
    quoted.join(" | ")
}

fn entry(operation: &Operation) -> String {
    let body = |document: Option<Document>| {
        document.map_or_else(|| "undefined".to_owned(), |one| format!("{one:?}"))
    };
    let parameters: Vec<_> = operation
        .query
        .iter()
        .map(|parameter| {
            let value = match parameter.facts().rule {
                Rule::Whole { .. } | Rule::Number { .. } => "number".to_owned(),
                Rule::Text(_) | Rule::Time => "string".to_owned(),
                Rule::Word(words) => words_of(words),
                Rule::Words(words) => format!("Array<{}>", words_of(words)),
            };
            format!("{parameter}?: {value}")
        })
        .collect();
    let query = if parameters.is_empty() {
        "Record<string, never>".to_owned()
    } else {
        format!("{{ {} }}", parameters.join("; "))
    };
    format!(
        "  /** {} */\n  {}: {{ method: \"{}\"; path: \"{}\"; query: {query}; body: {}; response: {} }};\n",
        operation.summary,
        operation.id,
        operation.method,
        operation.path,
        body(operation.request),
        body(operation.response),
    )
}
