//! The outcome of a check.

use schemas::{Evidence, Operation, source};
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
    /// The page with that evidence, where it is not the one that usually has it.
    pub source: Option<&'static str>,
    /// Whether another of the vendor's pages allows it, so that it is only a warning.
    pub accepted: bool,
    pub exchange: Option<ExchangeExcerpt>,
    /// The length of the whole value, where `expected` is only its beginning.
    pub(crate) expected_bytes: Option<usize>,
    /// The same for `actual`.
    pub(crate) actual_bytes: Option<usize>,
}

/// What a rule is founded on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Basis {
    pub(crate) evidence: Evidence,
    /// The page that states it.
    pub(crate) source: &'static str,
}

impl Basis {
    /// The basis for the rule on an operation: the weaker of the two. A documented rule does not oblige a server to serve an
    /// operation that is only assumed.
    pub(crate) fn on(self, operation: Option<&Operation>) -> Self {
        match operation {
            Some(operation) if operation.evidence > self.evidence => Self {
                evidence: operation.evidence,
                source: operation.source,
            },
            Some(_) | None => self,
        }
    }

    /// The basis of one demand of the rule that has other evidence.
    fn of_a_demand(self, evidence: Evidence) -> Self {
        let source = match evidence {
            _ if evidence == self.evidence => self.source,
            Evidence::Documented => source::AUTHENTICATION,
            Evidence::Guide => self.source,
            Evidence::Assumed => source::OURS,
        };
        Self { evidence, source }
    }
}

impl Violation {
    /// The basis of the violated rule: no stronger than that of the checked operation, nor than that of the operation whose
    /// response is the proof, such as a list that an id is taken from.
    pub(crate) fn basis(&self, rule: Basis, operation: Option<&Operation>) -> Basis {
        let mut own = self.evidence.map_or(rule, |one| rule.of_a_demand(one));
        own.source = self.source.unwrap_or(own.source);
        let proof = self.exchange.as_ref().and_then(|seen| seen.operation());
        own.on(operation).on(proof)
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
