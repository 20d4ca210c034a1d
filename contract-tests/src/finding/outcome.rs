//! The outcome of a check.

use schemas::{Evidence, Operation};
use serde_json::Value;

use super::{
    ExchangeExcerpt,
    excerpt::{shorten, shorten_value},
};

/// `Ok` if the rule holds; otherwise why the check did not pass.
pub type Outcome = Result<(), NotPassed>;

/// Why a check did not pass.
#[derive(Debug)]
pub enum NotPassed {
    /// The rule does not hold.
    Violated(Box<Violation>),
    /// The target or the arguments do not allow the check.
    Skipped(String),
    /// The check was possible, but something prevented a result.
    Inconclusive(String),
}

/// A violated rule, with the proof.
#[derive(Clone, Debug, Default)]
pub struct Violation {
    /// What is wrong.
    pub message: String,
    /// Where: a JSON path, or `header <name>`, or `status`.
    pub at: String,
    pub expected: Value,
    pub actual: Value,
    /// The evidence for the violated rule, where it differs from the check's.
    pub evidence: Option<Evidence>,
    /// Whether another of the vendor's pages allows it, so that it is only a warning.
    pub accepted: bool,
    pub exchange: Option<ExchangeExcerpt>,
    /// The length of the whole value, where `expected` is only its beginning.
    pub(crate) expected_bytes: Option<usize>,
    /// The same for `actual`.
    pub(crate) actual_bytes: Option<usize>,
}

impl Violation {
    /// The evidence for this violation: no stronger than that of the checked operation, nor than that of the operation whose
    /// response is the proof, such as a list that an id is taken from.
    pub(crate) fn evidence_for(&self, rule: Evidence, operation: Option<&Operation>) -> Evidence {
        let rule = weaker(self.evidence.unwrap_or(rule), operation);
        weaker(
            rule,
            self.exchange.as_ref().and_then(|seen| seen.operation()),
        )
    }
}

impl Violation {
    /// Keeps only the beginning of long texts and values.
    pub(crate) fn shortened(mut self) -> Self {
        shorten(&mut self.message);
        shorten(&mut self.at);
        let cut =
            |value: &mut Value, bytes: &mut Option<usize>| *bytes = bytes.or(shorten_value(value));
        cut(&mut self.expected, &mut self.expected_bytes);
        cut(&mut self.actual, &mut self.actual_bytes);
        self
    }
}

impl NotPassed {
    /// Keeps only the beginning of a long text.
    pub(crate) fn shortened(mut self) -> Self {
        match &mut self {
            Self::Skipped(reason) | Self::Inconclusive(reason) => shorten(reason),
            Self::Violated(_) => {}
        }
        self
    }
}

impl From<Violation> for NotPassed {
    fn from(violation: Violation) -> Self {
        Self::Violated(Box::new(violation.shortened()))
    }
}

/// The evidence for a rule on an operation: the weaker of the two.
pub(crate) fn weaker(evidence: Evidence, operation: Option<&Operation>) -> Evidence {
    operation.map_or(evidence, |operation| evidence.weaker(operation.evidence))
}
