//! Validates bodies against the committed schemas.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use jsonschema::{ValidationError, error::ValidationErrorKind};
use schemas::{Evidence, Validator, documents::Document, examples};
use serde_json::{Map, Value, json};

use crate::{
    contract::{
        Expected,
        schema_coverage::{SchemaCoverage, SchemaIndex},
    },
    finding::{ENVELOPES, Violation, json_path},
};

/// Maximum number of violated keywords that are counted for a body.
const MAX_BROKEN: usize = 100;
/// Maximum number of values of a body that are searched for violations. A page of 100 rows with 60 fields each has fewer.
const MAX_SEARCHED: usize = 10_000;

/// Maximum number of choices that a message names.
const MAX_CHOICES: usize = 20;

/// The contract that a target is checked against: the compiled schemas, and what follows from the target's settings.
#[derive(Clone, Debug)]
pub struct Contract {
    bodies: Arc<Bodies>,
    /// The defaults, unless the target is a sandbox with other settings.
    pub(crate) expected: Expected,
}

type Bodies = HashMap<Document, Body>;

#[derive(Debug)]
struct Body {
    schema: Value,
    validator: Validator,
    index: SchemaIndex,
}

/// The contract contradicts itself.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the contract is invalid: {0}")]
pub struct InvalidContract(String);

impl Contract {
    /// Loads the committed schemas, which must accept their examples. `strict`: objects have no fields but the listed ones.
    /// Schemas are compiled once per process.
    pub fn load(strict: bool) -> Result<Self, InvalidContract> {
        static COMPILED: [OnceLock<Result<Arc<Bodies>, InvalidContract>>; 2] =
            [const { OnceLock::new() }; 2];
        let compiled = COMPILED[usize::from(strict)].get_or_init(|| {
            let contract = Self::compile(strict)?;
            Ok(contract.bodies)
        });
        Ok(Self {
            bodies: compiled.clone()?,
            expected: Expected::default(),
        })
    }

    fn compile(strict: bool) -> Result<Self, InvalidContract> {
        let load = |document: Document| {
            let invalid = |error: &dyn std::fmt::Display| {
                InvalidContract(format!("{}: {error}", document.name()))
            };
            let mut schema =
                serde_json::from_str(document.committed()).map_err(|error| invalid(&error))?;
            if strict {
                close(&mut schema);
            }
            let validator = Validator::with_formats(&schema).map_err(|error| invalid(&error))?;
            let index = SchemaIndex::new(&schema);
            let body = Body {
                schema,
                validator,
                index,
            };
            Ok((document, body))
        };
        let contract = Self {
            bodies: Arc::new(Document::all().map(load).collect::<Result<_, _>>()?),
            expected: Expected::default(),
        };
        for example in examples::all() {
            if let Some(violation) = contract.violation(example.document, &example.body) {
                return Err(InvalidContract(format!(
                    "{}: {}",
                    example.file, violation.message
                )));
            }
        }
        Ok(contract)
    }

    /// The first violation of the schema.
    pub fn violation(&self, document: Document, body: &Value) -> Option<Violation> {
        let Body {
            schema, validator, ..
        } = &self.bodies[&document];
        let error = validator.validate(body).err()?;
        let pointer = error.instance_path().as_str();
        let name = document.name();
        let evidence = evidence(schema, pointer);
        Some(Violation {
            message: format!("the body is not a valid {name}: {}", problem(&error)),
            at: json_path(pointer),
            expected: json!(format!(
                "schemas/json/{name}.schema.json#{}",
                error.schema_path()
            )),
            actual: error.instance().clone().into_owned(),
            evidence: Some(evidence),
            source: Some(document.source(evidence)),
            ..Violation::default()
        })
    }
}

/// What is wrong with a value, without the value. Of many choices, the library names the first two.
fn problem(error: &ValidationError<'_>) -> String {
    let ValidationErrorKind::Enum { options } = error.kind() else {
        return error.masked().to_string();
    };
    let choices = options.as_array().into_iter().flatten();
    let choices: Vec<_> = choices.map(Value::to_string).collect();
    match &choices[..] {
        [only] => format!("value is not {only}"),
        [others @ .., last] if choices.len() <= MAX_CHOICES => {
            format!("value is not one of {} or {last}", others.join(", "))
        }
        _ => format!("value is not one of {} choices", choices.len()),
    }
}

/// Forbids fields that are not listed, except inside `anyOf` and similar keywords, which list only some of the fields.
fn close(schema: &mut Value) {
    let Value::Object(keywords) = schema else {
        return;
    };
    if keywords.contains_key("properties") {
        keywords
            .entry("additionalProperties")
            .or_insert(json!(false));
    }
    for (keyword, inner) in keywords {
        match (keyword.as_str(), inner) {
            ("properties" | "$defs", Value::Object(schemas)) => {
                schemas.values_mut().for_each(close);
            }
            ("items", schema) => close(schema),
            _ => {}
        }
    }
}

impl Contract {
    /// The fields, enum values and keywords of a document.
    pub(crate) fn schema_index(&self, document: Document) -> &SchemaIndex {
        &self.bodies[&document].index
    }

    /// How much of them a body covers; `is_valid`: it violates none.
    pub(crate) fn schema_coverage(
        &self,
        document: Document,
        body: &Value,
        is_valid: bool,
    ) -> SchemaCoverage {
        let index = self.schema_index(document);
        let mut coverage = index.coverage_of(body);
        if !is_valid {
            self.each_error(document, body, MAX_BROKEN, |error| {
                let (place, keyword) = (error.instance_path(), error.kind().keyword());
                index.note_broken_keyword(&mut coverage, place.as_str(), keyword);
            });
        }
        coverage
    }

    /// The first place where a value is unlike this document, if there is one: an object without more than half of its required
    /// fields. Many objects have an id, so one field is not enough. A list needs rows, and only the first row is compared.
    /// Details are left to other rules.
    pub(crate) fn unlike<'a>(&'a self, document: Document, value: &Value) -> Option<Unlike<'a>> {
        let schema = self.schema(document);
        unlike(schema, schema, value, "")
    }

    pub(crate) fn schema(&self, document: Document) -> &Value {
        &self.bodies[&document].schema
    }

    /// Visits at most `most` violations of the schema. The validator finds all at once, and each takes more memory than the
    /// value it is about, so only the start of a large body is searched.
    pub(crate) fn each_error(
        &self,
        document: Document,
        body: &Value,
        max: usize,
        visit: impl FnMut(ValidationError<'_>),
    ) {
        let validator = &self.bodies[&document].validator;
        if !is_larger(body, &mut { MAX_SEARCHED }) {
            return validator.iter_errors(body).take(max).for_each(visit);
        }
        let beginning = truncated(body, &mut { MAX_SEARCHED });
        if validator.is_valid(&beginning) {
            validator.validate(body).err().into_iter().for_each(visit);
        } else {
            validator.iter_errors(&beginning).take(max).for_each(visit);
        }
    }

    /// The evidence for the contract's statement about a place in a body.
    pub(crate) fn evidence(&self, document: Document, pointer: &str) -> Evidence {
        evidence(self.schema(document), pointer)
    }

    /// The contract's statement about a place in a body; `None` for an unknown place.
    pub(crate) fn field_schema(&self, document: Document, pointer: &str) -> Option<FieldSchema> {
        let schema = self.schema(document);
        let mut here = resolve(schema, schema);
        for part in pointer.split('/').skip(1) {
            let next = match here["properties"].get(part) {
                Some(property) => property,
                None => here.get("items")?,
            };
            here = resolve(schema, next);
        }
        Some(FieldSchema {
            evidence: evidence(schema, pointer),
            words: here["enum"].as_array().cloned().unwrap_or_default(),
        })
    }
}

/// The contract's statement about a place in a body.
#[derive(Debug)]
pub(crate) struct FieldSchema {
    pub(crate) evidence: Evidence,
    /// The values of its `enum`; empty if it has none.
    pub(crate) words: Vec<Value>,
}

/// Whether a value consists of more than `left` values.
fn is_larger(value: &Value, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else {
        return true;
    };
    *left = rest;
    match value {
        Value::Array(items) => items.iter().any(|item| is_larger(item, left)),
        Value::Object(fields) => fields.values().any(|field| is_larger(field, left)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The start of a value: items of lists are left out after the first `left` values. The first item of a list stays, so that the
/// list is not empty.
fn truncated(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(1);
    match value {
        Value::Array(items) => {
            let mut started = Vec::new();
            for item in items {
                if *left == 0 && !started.is_empty() {
                    break;
                }
                started.push(truncated(item, left));
            }
            started.into()
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            let started = fields.map(|(name, field)| (name.clone(), truncated(field, left)));
            started.collect::<Map<_, _>>().into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Where a value is unlike its document.
#[derive(Debug)]
pub(crate) struct Unlike<'a> {
    /// The JSON pointer to the object.
    pub(crate) pointer: String,
    /// The fields that it must have.
    pub(crate) required: Vec<&'a str>,
}

/// The first place where a value is unlike what a part of a schema describes.
fn unlike<'a>(
    root: &'a Value,
    schema: &'a Value,
    value: &Value,
    pointer: &str,
) -> Option<Unlike<'a>> {
    let schema = resolve(root, schema);
    let required = schema["required"].as_array().into_iter().flatten();
    let required: Vec<_> = required.filter_map(Value::as_str).collect();
    let fields = value.as_object();
    let has = |name: &&str| fields.is_some_and(|fields| fields.contains_key(*name));
    let is_like = if let Some(envelope) = ENVELOPES.iter().find(|name| required.contains(name)) {
        if let Some(rows) = value[envelope].as_array() {
            let row = &schema["properties"][envelope]["items"];
            let pointer = format!("{pointer}/{envelope}/0");
            return rows
                .first()
                .and_then(|first| unlike(root, row, first, &pointer));
        }
        false
    } else {
        let present = required.iter().filter(|name| has(name)).count();
        fields.is_some() && (required.is_empty() || present > required.len() / 2)
    };
    (!is_like).then(|| Unlike {
        pointer: pointer.to_owned(),
        required,
    })
}

/// The evidence for a place in a body: that of the innermost part of the schema that states evidence.
fn evidence(schema: &Value, pointer: &str) -> Evidence {
    let mut found = declared_evidence(schema).unwrap_or(Evidence::Assumed);
    let mut here = schema;
    for part in pointer.split('/').skip(1) {
        here = resolve(schema, here);
        here = match here["properties"].get(part) {
            Some(property) => property,
            None => &here["items"],
        };
        found = declared_evidence(here)
            .or_else(|| declared_evidence(resolve(schema, here)))
            .unwrap_or(found);
    }
    found
}

/// Follows a `$ref`, if there is one.
pub(crate) fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema["$ref"]
        .as_str()
        .and_then(|reference| root.pointer(reference.trim_start_matches('#')));
    reference.unwrap_or(schema)
}

/// The evidence that a part of a schema states, if any.
pub(crate) fn declared_evidence(schema: &Value) -> Option<Evidence> {
    match schema["x-evidence"].as_str()? {
        "documented" => Some(Evidence::Documented),
        "guide" => Some(Evidence::Guide),
        _ => Some(Evidence::Assumed),
    }
}

#[cfg(test)]
mod tests;
