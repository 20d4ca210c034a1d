//! The pages on the settings file and on JSON reports, from their JSON Schemas.

use std::{fmt::Write, process::Command};

use docs::generated::{assert_table, table};
use serde_json::{Map, Value};

use super::{GENERATED, repository_file};
use crate::{examples::programs, pages::held};

const REPORT_HEADER: &str = "\
# Report schema

The fields of the [JSON reports](reports.md#json-schema), from the JSON Schemas that `contract-tests schema` and `contract-tests schema twin` print. A
report has every field that is not said to be optional. *Text* has no secrets in it: they are masked.
";

/// The page and the command that writes its table.
const SETTINGS: &str = "reference/settings-file.md";
const UPDATE: &str = "cargo test -p contract-tests --test it reference";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn object<'a>(schema: &'a Value, name: &str) -> Option<&'a Map<String, Value>> {
    schema[name].as_object()
}

/// A text of a schema in one line, for a cell of a table.
fn cell(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

fn described(schema: &Value) -> String {
    cell(schema["description"].as_str().unwrap_or_default())
}

/// The values of an enumeration, each with what it means.
fn values(schema: &Value) -> Vec<(String, String)> {
    let one_of = schema["oneOf"].as_array().into_iter().flatten();
    let described = one_of
        .filter(|one| !one["const"].is_null())
        .map(|one| (plain(&one["const"]), described(one)));
    let listed = schema["enum"].as_array().into_iter().flatten();
    described
        .chain(listed.map(|value| (plain(value), String::new())))
        .collect()
}

/// A value without quotation marks.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The id of a heading, as mdBook makes it.
fn anchor(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

/// What a value of a schema is. A definition that has a section is a link to it, below the title of its schema.
fn kind(schema: &Value, definitions: &Value, title: &str) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.strip_prefix("#/$defs/"))
    {
        let definition = &definitions[name];
        return if has_section(definition) {
            format!("[{name}](#{})", anchor(&format!("{title} {name}")))
        } else {
            kind(definition, definitions, title)
        };
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let kinds: Vec<_> = any
            .iter()
            .map(|one| kind(one, definitions, title))
            .collect();
        return kinds.join(" or ");
    }
    let values = values(schema);
    if !values.is_empty() {
        let quoted: Vec<_> = values
            .iter()
            .map(|(value, _)| format!("`{value}`"))
            .collect();
        return quoted.join(", ");
    }
    let several = schema["type"].as_array();
    let types: Vec<_> = several.map_or_else(
        || vec![plain(&schema["type"])],
        |types| types.iter().map(plain).collect(),
    );
    let names = types.iter().map(|name| match name.as_str() {
        "string" => "text".to_owned(),
        "array" if schema["items"].is_object() => {
            format!("list of {}", kind(&schema["items"], definitions, title))
        }
        "array" => "list".to_owned(),
        "object" if schema["additionalProperties"].is_object() => {
            format!(
                "object of {}",
                kind(&schema["additionalProperties"], definitions, title)
            )
        }
        "null" if schema["type"].is_null() => "any JSON".to_owned(),
        "null" => "`null`".to_owned(),
        name => name.to_owned(),
    });
    names.collect::<Vec<_>>().join(" or ")
}

/// Whether a definition has fields or described values, for which it has a section.
fn has_section(definition: &Value) -> bool {
    object(definition, "properties").is_some()
        || values(definition)
            .iter()
            .any(|(_, meaning)| !meaning.is_empty())
}

/// The tables of a schema's fields, and of those of its definitions.
fn sections(page: &mut String, title: &str, schema: &Value) {
    let definitions = &schema["$defs"];
    write!(
        page,
        "\n## {title}\n\n{}",
        fields(schema, definitions, title)
    )
    .unwrap();
    for (name, definition) in object(schema, "$defs")
        .into_iter()
        .flatten()
        .filter(|(_, one)| has_section(one))
    {
        write!(
            page,
            "\n### {title} {name}\n\n{}\n\n",
            described(definition)
        )
        .unwrap();
        if object(definition, "properties").is_some() {
            page.push_str(&fields(definition, definitions, title));
        } else {
            let values = values(definition).into_iter();
            let rows = values.map(|(value, meaning)| [format!("`{value}`"), meaning]);
            page.push_str(&table(["value", "meaning"], rows));
        }
    }
}

fn fields(schema: &Value, definitions: &Value, title: &str) -> String {
    let required = schema["required"].as_array();
    let rows = object(schema, "properties")
        .into_iter()
        .flatten()
        .map(|(name, field)| {
            let is_required =
                required.is_some_and(|names| names.iter().any(|one| one == name.as_str()));
            let optional = if is_required { "" } else { ", optional" };
            let meaning = match described(field) {
                meaning if meaning.is_empty() => {
                    let name = field["$ref"]
                        .as_str()
                        .and_then(|path| path.rsplit('/').next());
                    name.map_or_else(String::new, |name| described(&definitions[name]))
                }
                meaning => meaning,
            };
            [
                format!("`{name}`"),
                kind(field, definitions, title) + optional,
                meaning,
            ]
        });
    table(["field", "type", "meaning"], rows)
}

#[test]
fn page_of_the_report_schema_is_up_to_date() {
    let mut page = format!("{GENERATED}{REPORT_HEADER}");
    sections(
        &mut page,
        "Report",
        &json(&repository_file("contract-tests/report.schema.json")),
    );
    sections(
        &mut page,
        "Comparison",
        &json(&repository_file("contract-tests/twin.schema.json")),
    );
    held("reference/report-schema.md", &page);
}

/// The rows of the settings of a table of the file, whose name begins the names of its settings.
fn settings(schema: &Value, table: &str, rows: &mut Vec<[String; 4]>) {
    for (name, setting) in object(schema, "properties").into_iter().flatten() {
        let path = format!("{table}{name}");
        if object(setting, "properties").is_some() {
            settings(setting, &format!("{path}."), rows);
        } else if object(&setting["items"], "properties").is_some() {
            settings(&setting["items"], &format!("{path}[]."), rows);
        } else {
            let text = described(setting);
            let (meaning, default) = text.split_once(" [default: ").unwrap_or((&text, ""));
            let kind = kind(setting, &Value::Null, "");
            rows.push([
                format!("`{path}`"),
                kind,
                meaning.to_owned(),
                default.trim_end_matches(']').to_owned(),
            ]);
        }
    }
}

#[test]
fn page_has_every_setting_and_its_default() {
    let output = Command::new(programs().join("mock-server"))
        .arg("schema")
        .env_clear()
        .output()
        .unwrap();
    let mut rows = Vec::new();
    settings(
        &json(&String::from_utf8(output.stdout).unwrap()),
        "",
        &mut rows,
    );
    assert!(rows.len() > 40, "{rows:?}");
    let head = ["setting", "type", "meaning", "default"];
    assert_table(SETTINGS, "settings", UPDATE, &table(head, rows));
}
