//! Requests against the contract.

use std::collections::HashMap;

use jsonschema::Validator;
use schemas::{Evidence, Operation, Parameter, key::ApiKey};
use serde_json::{Value, json};
use strum::VariantArray;

use super::{recorded::Recorded, table};
use crate::validate::Contract;

/// A rule that a request breaks.
#[derive(Debug)]
pub(super) struct Broken {
    /// The rule.
    pub id: &'static str,
    /// Where: a JSON path, `query <name>`, or `header <name>`.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// How well the rule is founded.
    pub evidence: Evidence,
}

impl Broken {
    pub(super) fn new(id: &'static str, at: &str, message: impl Into<String>) -> Self {
        Self {
            id,
            at: at.to_owned(),
            message: message.into(),
            evidence: Evidence::Documented,
        }
    }
}

/// What query parameters may say.
#[derive(Debug)]
pub(super) struct Queries(HashMap<Parameter, Validator>);

impl Queries {
    pub(super) fn new() -> Self {
        let validators = Parameter::VARIANTS.iter().filter_map(|parameter| {
            let validator = jsonschema::draft202012::options()
                .should_validate_formats(true)
                .build(&parameter.facts().rule.schema());
            Some((*parameter, validator.ok()?))
        });
        Self(validators.collect())
    }

    /// What is wrong with the query. What the contract does not know is let pass, as a server lets it.
    pub(super) fn judge<'a>(
        &'a self,
        operation: &'static Operation,
        exchange: &'a Recorded,
    ) -> impl Iterator<Item = Broken> + 'a {
        operation.query.iter().filter_map(|parameter| {
            let name = parameter.as_str();
            let pairs = exchange.url.query_pairs();
            let given: Vec<_> = pairs
                .filter(|(known, _)| known == name)
                .map(|(_, value)| value.into_owned())
                .collect();
            let facts = parameter.facts();
            let schema = facts.rule.schema();
            let right = match &given[..] {
                [] => return None,
                values if facts.rule.repeats() => {
                    let words = values.iter().flat_map(|value| value.split(','));
                    self.allows(*parameter, &words.collect())
                }
                [one] => self.allows(*parameter, &value(&schema, one)),
                [..] => false,
            };
            (!right).then(|| Broken {
                evidence: facts.evidence,
                ..Broken::new(
                    table::QUERY,
                    &format!("query {name}"),
                    format!("says what the contract does not allow: {schema}"),
                )
            })
        })
    }

    fn allows(&self, parameter: Parameter, value: &Value) -> bool {
        let known = self.0.get(&parameter);
        known.is_none_or(|validator| validator.is_valid(value))
    }
}

/// A text as the type that the schema wants, where it can be read so.
fn value(schema: &Value, text: &str) -> Value {
    let number = match schema["type"].as_str() {
        Some("integer") => text.parse::<u64>().ok().map(Value::from),
        Some("number") => text.parse::<f64>().ok().map(Value::from),
        _ => None,
    };
    number.unwrap_or_else(|| json!(text))
}

/// What is wrong with the body, where it was recorded.
pub(super) fn body(
    contract: &Contract,
    operation: &Operation,
    exchange: &Recorded,
) -> Option<Broken> {
    let broken = |at: &str, message: &str| Some(Broken::new("CLI-HTTP-2", at, message));
    let document = operation.request?;
    let body = exchange.request.body.as_deref()?;
    if exchange.request.headers.is_some() {
        let declared = exchange.request.all("content-type").next().unwrap_or("");
        let media_type = declared.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return broken("header content-type", "the body is not declared as JSON");
        }
    }
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        return broken("body", "the body is not JSON");
    };
    let violation = contract.violation(document, &json)?;
    Some(Broken {
        evidence: violation.evidence.unwrap_or(Evidence::Documented),
        ..Broken::new("CLI-HTTP-2", &violation.at, violation.message)
    })
}

/// What is wrong with the credential, where one was recorded: browsers leave it out of what they export.
pub(super) fn credential(exchange: &Recorded) -> Option<Broken> {
    let broken = |message| Some(Broken::new("CLI-AUTH-1", "header authorization", message));
    let mut values = exchange.request.all("authorization");
    let first = values.next()?;
    if values.next().is_some() {
        return broken("there is more than one");
    }
    let (scheme, token) = first.split_once(' ').unwrap_or((first, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return broken("another scheme than Bearer, or none");
    }
    // Whoever masks a recording does so in the middle.
    let masked = !token.is_empty() && token.contains(['*', '…', '<', '[']);
    if !masked && ApiKey::parse(token).is_err() {
        return broken("the token does not have the form of a key");
    }
    None
}
