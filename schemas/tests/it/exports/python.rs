//! The bodies as types of Python, for 3.9 and later without a package.

use std::fmt::Write;

use super::shapes::{Definition, Field, Shape, definitions};

const ABOVE: &str = "\
\"\"\"The types of the OpenProspect API: its bodies by their names.

Generated: UPDATE=1 cargo test -p schemas
\"\"\"

from __future__ import annotations

from typing import Any, List, Literal, TypedDict, Union
";

pub(super) fn text() -> String {
    let mut text = String::from(ABOVE);
    let (objects, others): (Vec<_>, Vec<_>) = definitions()
        .into_iter()
        .partition(|definition| matches!(definition.shape, Shape::Object(_)));
    for definition in others {
        let (name, shape) = (&definition.name, written(&definition.shape));
        write!(text, "\n#: {}\n{name} = {shape}\n", definition.summary).unwrap();
    }
    for definition in objects {
        text += &class(&definition);
    }
    text
}

/// A class, and where some fields are optional one above it with those that are required.
fn class(definition: &Definition) -> String {
    let Shape::Object(fields) = &definition.shape else {
        panic!("{} is no object", definition.name)
    };
    let (required, optional): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.required);
    let (name, summary) = (&definition.name, &definition.summary);
    let documented = format!("    \"\"\"{summary}\"\"\"\n");
    if optional.is_empty() {
        return format!(
            "\n\nclass {name}(TypedDict):\n{documented}{}",
            members(&required)
        );
    }
    if required.is_empty() {
        return format!(
            "\n\nclass {name}(TypedDict, total=False):\n{documented}{}",
            members(&optional)
        );
    }
    format!(
        "\n\nclass _{name}(TypedDict):\n{}\n\nclass {name}(_{name}, total=False):\n{documented}{}",
        members(&required).trim_start_matches('\n'),
        members(&optional),
    )
}

fn members(fields: &[&Field]) -> String {
    fields.iter().fold(String::from("\n"), |mut text, field| {
        if !field.summary.is_empty() {
            writeln!(text, "    #: {}", field.summary).unwrap();
        }
        writeln!(text, "    {}: {}", field.name, written(&field.shape)).unwrap();
        text
    })
}

fn written(shape: &Shape) -> String {
    match shape {
        Shape::Any => "Any".to_owned(),
        Shape::Null => "None".to_owned(),
        Shape::Boolean => "bool".to_owned(),
        Shape::Integer => "int".to_owned(),
        Shape::Number => "float".to_owned(),
        Shape::Text => "str".to_owned(),
        Shape::Literals(words) => {
            let quoted: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
            format!("Literal[{}]", quoted.join(", "))
        }
        Shape::Reference(name) => name.clone(),
        Shape::List(item) => format!("List[{}]", written(item)),
        Shape::Object(_) => panic!("an object without a name"),
        Shape::Either(shapes) => {
            let shapes: Vec<_> = shapes.iter().map(written).collect();
            format!("Union[{}]", shapes.join(", "))
        }
    }
}
