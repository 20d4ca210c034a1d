//! The schemas of all bodies in one namespace, instead of one namespace for each body.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use strum::VariantArray;

use super::reference;
use crate::{ErrorCode, Profile, documented::leave_out, documents::Document, examples};

/// Prefix of references into a body's own definitions, and the prefix that replaces it.
const OWN: &str = "#/$defs/";
const SHARED: &str = "#/components/schemas/";

/// Every schema, by its name.
#[derive(Debug)]
pub(super) struct Schemas {
    /// How much of the contract the document covers.
    pub(super) profile: Profile,
    by_name: Map<String, Value>,
    names: HashMap<Document, String>,
}

impl Schemas {
    /// The schemas of the bodies that a server of this profile accepts and returns, and of everything they refer to.
    pub(super) fn new(profile: Profile) -> Self {
        let mut all = Self {
            profile,
            by_name: Map::new(),
            names: HashMap::new(),
        };
        let messages = profile
            .operations()
            .flat_map(|operation| [operation.request, operation.response]);
        let errors = ErrorCode::VARIANTS.iter().copied().map(Document::Error);
        for document in messages.flatten().chain(errors) {
            all.add_document(document);
        }
        all.remove_unused();
        all
    }

    fn add_document(&mut self, document: Document) {
        let Value::Object(mut root) = document.generate() else {
            unreachable!("the schema of a body is an object");
        };
        root.remove("$schema");
        if let Some(Value::Object(definitions)) = root.remove("$defs") {
            for (name, definition) in definitions {
                self.add(&name, definition);
            }
        }
        let Some(Value::String(name)) = root.remove("title") else {
            unreachable!("the schema of a body has a title");
        };
        if let Document::Error(code) = document {
            root.insert("x-source".into(), json!(code.facts().source));
        }
        self.add(&name, root.into());
        self.names.insert(document, name);
    }

    fn add(&mut self, name: &str, mut schema: Value) {
        share_references(&mut schema);
        if self.profile == Profile::Documented {
            leave_out(&mut schema);
        }
        let value = self.by_name.entry(name).or_insert_with(|| schema.clone());
        assert_eq!(*value, schema, "two schemas that differ are named {name}");
    }

    /// Removes schemas that only removed fields referred to.
    fn remove_unused(&mut self) {
        let mut used = BTreeSet::new();
        let mut next: Vec<_> = self.names.values().cloned().collect();
        while let Some(name) = next.pop() {
            if used.insert(name.clone()) {
                add_names_of_references(&self.by_name[&name], &mut next);
            }
        }
        self.by_name.retain(|name, _| used.contains(name));
    }

    /// Whether the document contains the schema of this body.
    pub(super) fn has(&self, document: Document) -> bool {
        self.names.contains_key(&document)
    }

    /// The schema of a body.
    pub(super) fn get(&self, document: Document) -> &Value {
        &self.by_name[&self.names[&document]]
    }

    /// The schema that this one refers to, or the schema itself.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"]
            .as_str()
            .and_then(|at| at.strip_prefix(SHARED));
        name.map_or(schema, |name| &self.by_name[name])
    }

    /// The content of a message with this body.
    pub(super) fn content(&self, document: Document) -> Value {
        self.content_of(&[document])
    }

    /// The content of a message with one of these bodies.
    pub(super) fn content_of(&self, documents: &[Document]) -> Value {
        let references: Vec<_> = documents
            .iter()
            .map(|document| reference("schemas", &self.names[document]))
            .collect();
        let schema = match &*references {
            [one] => one.clone(),
            several => json!({"oneOf": several}),
        };
        let examples: Map<_, _> = examples::all()
            .iter()
            .filter(|example| documents.contains(&example.document))
            .map(|example| {
                (
                    example.name().to_owned(),
                    reference("examples", example.name()),
                )
            })
            .collect();
        json!({"application/json": {"schema": schema, "examples": examples}})
    }

    /// The schemas, as the `schemas` component.
    pub(super) fn into_components(self) -> Value {
        self.by_name.into()
    }
}

/// Replaces references into a body's own definitions by references into the shared namespace.
fn share_references(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            if let Some(Value::String(at)) = keywords.get_mut("$ref") {
                *at = at.replacen(OWN, SHARED, 1);
            }
            keywords.values_mut().for_each(share_references);
        }
        Value::Array(items) => items.iter_mut().for_each(share_references),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Adds the names of the shared schemas that a schema refers to.
fn add_names_of_references(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(keywords) => {
            let at = keywords.get("$ref").and_then(Value::as_str);
            let name = at.and_then(|at| at.strip_prefix(SHARED));
            names.extend(name.map(ToOwned::to_owned));
            for value in keywords.values() {
                add_names_of_references(value, names);
            }
        }
        Value::Array(items) => {
            for item in items {
                add_names_of_references(item, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
