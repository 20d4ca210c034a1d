//! A schema that accepts everything would pass every other test. Here each example is changed to violate each rule of its
//! schema, one at a time, and the schema must reject each result.

use std::collections::BTreeMap;

use schemas::{documents::Document, examples};
use serde_json::{Value, json};

/// A body that violates one rule.
struct Mutant {
    rule: &'static str,
    at: String,
    body: Value,
}

/// Walks a body along its schema.
struct Walk<'a> {
    root: &'a Value,
    body: &'a Value,
    mutants: Vec<Mutant>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, schema: &'a Value, at: &str) {
        let alternatives = schema["anyOf"].as_array().into_iter().flatten();
        let nullable = alternatives.into_iter().any(|one| one["type"] == "null");
        let schema = self.resolve(schema, at);
        let instance = self.body.pointer(at).unwrap();
        self.break_value(schema, instance, nullable, at);
        match instance {
            Value::Object(fields) => {
                for name in required(schema) {
                    self.drop_field(at, name);
                }
                for name in fields.keys() {
                    if let Some(field) = schema["properties"].get(name) {
                        self.visit(field, &format!("{at}/{name}"));
                    }
                }
            }
            Value::Array(items) if schema.get("items").is_some() => {
                for index in 0..items.len() {
                    self.visit(&schema["items"], &format!("{at}/{index}"));
                }
            }
            Value::Array(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_) => {}
        }
    }

    /// Follows `$ref`, and picks the alternative of an `anyOf` that describes the value. An `anyOf` beside a `type` only adds to
    /// the schema itself.
    fn resolve(&self, schema: &'a Value, at: &str) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.resolve(
                self.root
                    .pointer(reference.trim_start_matches('#'))
                    .unwrap(),
                at,
            );
        }
        let null = self.body.pointer(at).unwrap().is_null();
        match schema["anyOf"].as_array() {
            Some(alternatives) if schema.get("type").is_none() => self.resolve(
                alternatives
                    .iter()
                    .find(|one| (one["type"] == "null") == null)
                    .unwrap(),
                at,
            ),
            _ => schema,
        }
    }

    /// `nullable`: whether an alternative to the schema accepts `null`.
    fn break_value(&mut self, schema: &Value, instance: &Value, nullable: bool, at: &str) {
        if let Some(types) = schema.get("type") {
            let allowed = |name: &str| {
                types == name
                    || types
                        .as_array()
                        .is_some_and(|list| list.contains(&json!(name)))
            };
            for (name, value) in [
                ("string", json!("x")),
                ("integer", json!(7)),
                ("object", json!({})),
                ("array", json!([])),
                ("boolean", json!(true)),
                ("null", Value::Null),
            ] {
                let fits = allowed(name)
                    || (name == "integer" && allowed("number"))
                    || (name == "null" && nullable);
                if !fits {
                    self.set("type", at, value);
                }
            }
        }
        if schema.get("enum").is_some() || schema.get("const").is_some() {
            self.set("enum", at, json!("NO_SUCH_WORD"));
        }
        if schema.get("pattern").is_some() {
            self.set("pattern", at, json!(" "));
        }
        if schema.get("minLength").is_some() {
            self.set("minLength", at, json!(""));
        }
        if let Some(max) = schema["maxLength"].as_u64() {
            self.set(
                "maxLength",
                at,
                json!("x".repeat(usize::try_from(max).unwrap() + 1)),
            );
        }
        if schema.get("minItems").is_some() {
            self.set("minItems", at, json!([]));
        }
        if let (Some(max), Some(item)) = (schema["maxItems"].as_u64(), instance.get(0)) {
            self.set(
                "maxItems",
                at,
                json!(vec![item; usize::try_from(max).unwrap() + 1]),
            );
        }
        if let Some(minimum) = schema["minimum"].as_i64() {
            self.set("minimum", at, json!(minimum - 1));
        }
        if let Some(maximum) = schema["maximum"].as_i64() {
            self.set("maximum", at, json!(maximum + 1));
        }
    }

    fn drop_field(&mut self, at: &str, name: &str) {
        let mut body = self.body.clone();
        body.pointer_mut(at)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(name);
        self.mutants.push(Mutant {
            rule: "required",
            at: format!("{at}/{name}"),
            body,
        });
    }

    fn set(&mut self, rule: &'static str, at: &str, value: Value) {
        let mut body = self.body.clone();
        *body.pointer_mut(at).unwrap() = value;
        self.mutants.push(Mutant {
            rule,
            at: at.to_owned(),
            body,
        });
    }
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

#[test]
fn every_mutant_of_every_example_is_rejected() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut survivors = Vec::new();
    for example in examples::all() {
        let schema = example.document.generate();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let mut walk = Walk {
            root: &schema,
            body: &example.body,
            mutants: Vec::new(),
        };
        walk.visit(&schema, "");
        assert!(
            !walk.mutants.is_empty(),
            "{} says nothing that its schema could refuse",
            example.file
        );
        for mutant in walk.mutants {
            *counts.entry(mutant.rule).or_default() += 1;
            if validator.is_valid(&mutant.body) {
                survivors.push(format!(
                    "{} at {} in {}",
                    mutant.rule, mutant.at, example.file
                ));
            }
        }
    }
    let total: usize = counts.values().sum();
    println!("kill rate {}/{total} {counts:?}", total - survivors.len());
    assert!(survivors.is_empty(), "{survivors:#?}");
    for rule in [
        "required",
        "type",
        "enum",
        "pattern",
        "minItems",
        "maxItems",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
    ] {
        assert!(
            counts.contains_key(rule),
            "no mutant breaks a `{rule}`: the walk misses it"
        );
    }
}

#[test]
fn companies_belong_to_enrichment_orders_only() {
    let schema = Document::CreateOrder.generate();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let companies = json!([{"company_name": "Example Corp"}]);
    let order = |extra: Value| {
        let mut body = json!({"title": "t", "features": ["CONTACTS"]});
        body.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        body
    };
    assert!(!validator.is_valid(&order(json!({}))));
    assert!(!validator.is_valid(&order(json!({"order_type": "ENRICHMENT"}))));
    assert!(!validator.is_valid(&order(
        json!({"order_type": "DISCOVERY", "companies": companies})
    )));
    assert!(validator.is_valid(&order(json!({"order_type": "DISCOVERY"}))));
    assert!(validator.is_valid(&order(json!({"companies": companies}))));
}

#[test]
fn blacklist_entry_must_identify_a_company() {
    let schema = Document::AddEntries.generate();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let valid = |entry: Value| validator.is_valid(&json!({"entries": [entry]}));
    for known_by in ["external_id", "website_url", "company_name"] {
        assert!(valid(json!({known_by: "x"})));
        assert!(!valid(json!({known_by: null})));
    }
    assert!(!valid(json!({})));
    assert!(!valid(json!({"city": "Berlin"})));
}
