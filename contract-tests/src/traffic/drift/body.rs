//! Differences in a body: schema errors of the validator, and fields that the schema does not have.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::{ValidationError, error::ValidationErrorKind};
use schemas::{Evidence, documents::Document};
use serde_json::{Map, Value};

use crate::{
    contract::{Contract, alternatives},
    report::model::DriftKind,
};

/// Maximum depth to which a body is compared; bodies of the contract are not half as deep.
const MAX_DEPTH: usize = 16;
/// Number of unknown fields beyond which an object is considered a map whose keys are values.
const MAX_UNKNOWN: usize = 20;
/// Maximum number of schema errors in one body, and of unknown fields: a list of millions of items may differ everywhere.
const MAX_FOUND: usize = 10_000;
/// Maximum length of a name or a word, in bytes; longer ones are values.
const MAX_NAME: usize = 64;
/// Represents an id, or any key of a map.
const ANY: &str = "*";

/// A difference in one request or response.
#[derive(Debug)]
pub(super) struct FoundDifference {
    pub(super) at: String,
    pub(super) kind: DriftKind,
    pub(super) word: String,
    pub(super) evidence: Option<Evidence>,
    /// The types of a field that is not in the contract.
    pub(super) types: BTreeSet<&'static str>,
}

impl FoundDifference {
    pub(super) fn new(at: &str, kind: DriftKind, word: &str, evidence: Option<Evidence>) -> Self {
        Self {
            at: at.to_owned(),
            kind,
            word: general(word),
            evidence,
            types: BTreeSet::new(),
        }
    }
}

/// Differences between a body and its schema.
pub(super) fn differences(
    contract: &Contract,
    document: Document,
    body: &Value,
) -> Vec<FoundDifference> {
    let mut differences = Vec::new();
    contract.each_error(document, body, MAX_FOUND, |error| {
        differences.extend(broken(contract, document, &error));
    });
    differences.extend(fields(contract.schema(document), body));
    differences
}

/// The fields of a body that its schema does not have.
pub(super) fn fields(schema: &Value, body: &Value) -> Vec<FoundDifference> {
    let mut fields = Fields {
        root: schema,
        found: BTreeMap::new(),
    };
    fields.walk(schema, body, "$", 0);
    let found = fields.found.into_iter();
    found
        .map(|(at, types)| FoundDifference {
            types,
            ..FoundDifference::new(&at, DriftKind::Field, "", None)
        })
        .collect()
}

/// A schema error. Unknown fields are found by `fields` instead, even if the schema forbids them.
fn broken(
    contract: &Contract,
    document: Document,
    error: &ValidationError<'_>,
) -> Option<FoundDifference> {
    let mut pointer = error.instance_path().as_str().to_owned();
    let instance = &**error.instance();
    let (kind, word) = match error.kind().keyword() {
        "additionalProperties" => return None,
        "required" => {
            if let ValidationErrorKind::Required { property } = error.kind() {
                pointer.extend(["/", property.as_str().unwrap_or(ANY)]);
            }
            (DriftKind::Missing, "")
        }
        "type" => (DriftKind::Type, type_of(instance)),
        "enum" | "const" => match instance.as_str() {
            Some(word) => (DriftKind::Word, word),
            None => (DriftKind::Type, type_of(instance)),
        },
        "format" => {
            let format = instance_format(error.kind());
            (DriftKind::Format, format.unwrap_or("format"))
        }
        keyword => (DriftKind::Bounds, keyword),
    };
    let evidence = contract.evidence(document, &pointer);
    Some(FoundDifference::new(
        &path(&pointer),
        kind,
        word,
        Some(evidence),
    ))
}

fn instance_format(kind: &ValidationErrorKind) -> Option<&str> {
    if let ValidationErrorKind::Format { format } = kind {
        return Some(format);
    }
    None
}

/// Walks a body along its schema.
struct Fields<'a> {
    root: &'a Value,
    /// By place; beyond the limit, the same ones are kept whatever the order.
    found: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Fields<'_> {
    fn walk(&mut self, schema: &Value, body: &Value, at: &str, depth: usize) {
        if depth == MAX_DEPTH {
            return;
        }
        let root = self.root;
        let parts: Vec<_> = alternatives(root, schema).collect();
        match body {
            Value::Object(fields) => self.object(&parts, fields, at, depth),
            Value::Array(items) => {
                let Some(schema) = parts.iter().find_map(|part| part.get("items")) else {
                    return;
                };
                let at = format!("{at}[{ANY}]");
                for item in items {
                    self.walk(schema, item, &at, depth + 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn object(&mut self, parts: &[&Value], fields: &Map<String, Value>, at: &str, depth: usize) {
        let property = |name: &str| {
            let mut known = parts.iter();
            known.find_map(|part| part["properties"].get(name))
        };
        // The schema of other fields: the keys of a map.
        let mut rest = parts
            .iter()
            .filter_map(|part| part.get("additionalProperties"));
        let rest = rest.find(|rest| **rest != Value::Bool(false));
        let speaks = parts.iter().any(|part| part.get("properties").is_some());
        if !speaks && rest.is_none() {
            // The schema does not describe its fields.
            return;
        }
        let mut unknown = Vec::new();
        for (name, value) in fields {
            match (property(name), rest) {
                (Some(schema), _) => self.walk(schema, value, &format!("{at}.{name}"), depth + 1),
                (None, Some(rest)) => self.walk(rest, value, &format!("{at}.{ANY}"), depth + 1),
                (None, None) => unknown.push((name, value)),
            }
        }
        let is_map = unknown.len() > MAX_UNKNOWN;
        for (name, value) in unknown {
            let name = if is_map {
                ANY.to_owned()
            } else {
                general(name)
            };
            let types = self.found.entry(format!("{at}.{name}")).or_default();
            types.insert(type_of(value));
            if self.found.len() > MAX_FOUND {
                self.found.pop_last();
            }
        }
    }
}

/// A JSON pointer as a path, in which all items of a list share one place, and all ids one key.
fn path(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1);
    parts.fold("$".to_owned(), |path, part| {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("{path}[{ANY}]")
        } else {
            format!("{path}.{}", general(part))
        }
    })
}

/// A name or a word, or `*` if it looks like an id.
fn general(name: &str) -> String {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let hex = name
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let number = !name.is_empty() && digits == name.len();
    let mixed = digits >= 4 && name.len() >= 8 && digits * 3 >= name.len();
    if number || mixed || (hex && name.len() >= 16) || name.len() > MAX_NAME {
        return ANY.to_owned();
    }
    name.to_owned()
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generalizes_ids_but_not_words() {
        for word in [
            "COMPLETED",
            "sha256",
            "iso3166",
            "line_2",
            "v1",
            "deadbeef",
            "",
            "no JSON",
        ] {
            assert_eq!(general(word), word);
        }
        for id in [
            "17",
            "ord_12345",
            "2026-02-01",
            "7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "deadbeefdeadbeef",
            &"a".repeat(65),
        ] {
            assert_eq!(general(id), ANY, "{id}");
        }
        assert_eq!(path("/orders/12/ids/ord_12345/a"), "$.orders[*].ids.*.a");
    }
}
