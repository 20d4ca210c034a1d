//! What a check comes to, and why.

use schemas::{Evidence, Operation};
use serde_json::Value;

use super::Exchange;

/// What a check comes to: the rule holds, or one of the reasons why that cannot be said.
pub type Outcome = Result<(), NotPassed>;

/// Why a check cannot say that its rule holds.
#[derive(Debug)]
pub enum NotPassed {
    /// It does not hold.
    Violated(Box<Violation>),
    /// The target or the arguments do not allow to find out.
    Skipped(String),
    /// It could have been found out, but something came between.
    Inconclusive(String),
}

/// A rule that does not hold, with the proof.
#[derive(Clone, Debug, Default)]
pub struct Violation {
    /// What is wrong, as a sentence.
    pub message: String,
    /// Where: a JSON path, or `header <name>`, or `status`.
    pub at: String,
    /// What would be right.
    pub expected: Value,
    /// What was there.
    pub actual: Value,
    /// How well the rule that is broken is founded, where that differs from the check's.
    pub evidence: Option<Evidence>,
    /// Whether another page of the vendor's says what was there, so that it is accepted: it only warns.
    pub accepted: bool,
    /// The request and its answer.
    pub exchange: Option<Exchange>,
}

impl Violation {
    /// How well it is founded that a server must not do this: no better than the operation that is judged, nor than
    /// the one whose response is the proof, such as a list that a sample is taken from.
    pub(crate) fn evidence_for(&self, rule: Evidence, operation: Option<&Operation>) -> Evidence {
        let rule = weaker(self.evidence.unwrap_or(rule), operation);
        weaker(rule, self.exchange.as_ref().and_then(Exchange::operation))
    }
}

impl From<Violation> for NotPassed {
    fn from(violation: Violation) -> Self {
        Self::Violated(Box::new(violation))
    }
}

/// How well a statement is founded where it is about an operation.
pub(crate) fn weaker(evidence: Evidence, operation: Option<&Operation>) -> Evidence {
    operation.map_or(evidence, |operation| evidence.weaker(operation.evidence))
}
