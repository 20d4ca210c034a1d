//! Judges requests.

use std::collections::HashMap;

use schemas::{Evidence, Operation, Parameter, Validator};
use serde_json::{Value, json};
use strum::VariantArray;

use super::{
    recorded::{RecordedExchange, RecordedMessage},
    table,
};
use crate::{contract::Contract, finding::Violation};

/// How a request or a response violates a rule.
#[derive(Debug)]
pub(super) struct RuleViolation {
    /// The rule.
    pub id: &'static str,
    /// Where: a JSON path, `query <name>`, or `header <name>`.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// What would be right; `null` if the message states it.
    pub expected: Value,
    /// The actual value.
    pub actual: Value,
    /// The evidence for the rule.
    pub evidence: Evidence,
    /// The page with that evidence, if it is not that of the rule.
    pub source: Option<&'static str>,
    /// Whether another page of the vendor allows it.
    pub accepted: bool,
}

impl RuleViolation {
    pub(super) fn new(id: &'static str, at: &str, message: impl Into<String>) -> Self {
        Self {
            id,
            at: at.to_owned(),
            message: message.into(),
            expected: Value::Null,
            actual: Value::Null,
            evidence: Evidence::Documented,
            source: None,
            accepted: false,
        }
    }

    /// From a violation of the contract; `evidence` is that of the rule, unless the violation has its own.
    pub(super) fn violated(id: &'static str, violation: Violation, evidence: Evidence) -> Self {
        Self {
            id,
            at: violation.at,
            message: violation.message,
            expected: violation.expected,
            actual: violation.actual,
            evidence: violation.evidence.unwrap_or(evidence),
            source: violation.source,
            accepted: violation.accepted,
        }
    }
}

/// The result of a rule that a request exercises.
#[derive(Debug)]
pub(super) struct RuleResult {
    /// The rule.
    pub id: &'static str,
    /// Its violations.
    pub broken: Vec<RuleViolation>,
}

/// Validators of query parameters.
#[derive(Debug)]
pub(super) struct QueryValidators(HashMap<Parameter, Validator>);

impl QueryValidators {
    pub(super) fn new() -> Self {
        let validators = Parameter::VARIANTS.iter().filter_map(|parameter| {
            let validator = Validator::with_formats(&parameter.facts().rule.schema());
            Some((*parameter, validator.ok()?))
        });
        Self(validators.collect())
    }

    /// Judges the query. Unknown parameters are ignored, as in servers.
    pub(super) fn judge(
        &self,
        operation: &'static Operation,
        exchange: &RecordedExchange,
    ) -> Option<RuleResult> {
        let judged = operation.query.iter();
        let judged = judged.filter_map(|parameter| self.parameter(*parameter, exchange));
        let judged: Vec<_> = judged.collect();
        (!judged.is_empty()).then(|| RuleResult {
            id: table::QUERY,
            broken: judged.into_iter().flatten().collect(),
        })
    }

    /// Violations of a parameter; `None` if it is absent.
    fn parameter(
        &self,
        parameter: Parameter,
        exchange: &RecordedExchange,
    ) -> Option<Vec<RuleViolation>> {
        let name = parameter.as_str();
        let pairs = exchange.url.query_pairs();
        let given: Vec<_> = pairs
            .filter(|(cow, _)| cow == name)
            .map(|(_, value)| value.into_owned())
            .collect();
        let facts = parameter.facts();
        let schema = facts.rule.schema();
        let is_valid = match &given[..] {
            [] => return None,
            values if facts.rule.repeats() => {
                let words = values.iter().flat_map(|value| value.split(','));
                self.allows(parameter, &words.collect())
            }
            [one] => self.allows(parameter, &value(&schema, one)),
            [..] => false,
        };
        let violation = || RuleViolation {
            expected: schema.clone(),
            actual: json!(given.join("&")),
            evidence: facts.evidence,
            ..RuleViolation::new(
                table::QUERY,
                &format!("query {name}"),
                "the contract does not allow this value",
            )
        };
        Some((!is_valid).then(violation).into_iter().collect())
    }

    fn allows(&self, parameter: Parameter, value: &Value) -> bool {
        let known = self.0.get(&parameter);
        known.is_none_or(|validator| validator.is_valid(value))
    }
}

/// A text as the type that the schema expects, if it can be parsed.
fn value(schema: &Value, text: &str) -> Value {
    let number = match schema["type"].as_str() {
        Some("integer") => text.parse::<u64>().ok().map(Value::from),
        Some("number") => text.parse::<f64>().ok().map(Value::from),
        _ => None,
    };
    number.unwrap_or_else(|| json!(text))
}

/// Judges the body, if it was recorded.
pub(super) fn body(
    contract: &Contract,
    operation: &Operation,
    exchange: &RecordedExchange,
) -> Option<RuleResult> {
    let document = operation.request?;
    let body = exchange.request.body.as_deref()?;
    let broken = if body.is_empty() {
        let at = "body";
        Some(RuleViolation::new(table::BODY, at, "the body is empty"))
    } else if exchange.request.headers.is_some() && !is_declared_json(exchange) {
        let at = "header content-type";
        Some(RuleViolation::new(
            table::BODY,
            at,
            "the body is not declared as JSON",
        ))
    } else if let Ok(json) = serde_json::from_slice::<Value>(body) {
        let violation = contract.violation(document, &json);
        violation
            .map(|violation| RuleViolation::violated(table::BODY, violation, Evidence::Documented))
    } else {
        Some(RuleViolation::new(
            table::BODY,
            "body",
            "the body is not JSON",
        ))
    };
    Some(RuleResult {
        id: table::BODY,
        broken: broken.into_iter().collect(),
    })
}

fn is_declared_json(exchange: &RecordedExchange) -> bool {
    media_type(&exchange.request).eq_ignore_ascii_case("application/json")
}

/// The media type of a body, without parameters; empty if there is none.
pub(super) fn media_type(message: &RecordedMessage) -> &str {
    let declared = message.all("content-type").next().unwrap_or_default();
    declared.split(';').next().unwrap_or_default().trim()
}
