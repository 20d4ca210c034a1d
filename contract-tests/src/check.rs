//! What a check is, and what can come of it.

use std::time::Duration;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use schemas::{Evidence, Operation};
use serde::Serialize;
use serde_json::Value;
use strum::{Display, VariantArray};

use crate::{
    client::Exchange,
    needs::{Needs, Requests},
    session::Session,
};

/// One rule of the contract, and how to find out whether a server keeps it.
#[derive(Debug)]
pub struct Check {
    /// Names it for ever: `PRV-401-SAME`.
    pub id: &'static str,
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// How well the rule is founded.
    pub evidence: Evidence,
    /// The page that says so.
    pub source: &'static str,
    /// What it needs of a server that is not ours, and what it sends at the most.
    pub needs: Needs,
    /// How to find out.
    pub run: Run,
}

impl Check {
    /// How well the rule is founded on an operation: as the weaker of the two. A documented rule binds no server to an
    /// operation that it never promised.
    pub fn evidence_on(&self, operation: Option<&Operation>) -> Evidence {
        weaker(self.evidence, operation)
    }
}

/// How well a statement is founded where it is about an operation.
pub(crate) fn weaker(evidence: Evidence, operation: Option<&Operation>) -> Evidence {
    operation.map_or(evidence, |operation| evidence.weaker(operation.evidence))
}

/// How a check finds out.
#[derive(Debug)]
pub enum Run {
    /// Once.
    Once(fn(&Session) -> BoxFuture<'_, Outcome>),
    /// For each operation that `.0` picks.
    Each(
        fn(&Operation) -> bool,
        for<'a> fn(&'a Session, &'static Operation) -> BoxFuture<'a, Outcome>,
    ),
    /// For each operation, from what all other checks have seen.
    Afterwards(fn(&Session, &Operation) -> Outcome),
    /// Once, from what all other checks have seen.
    Last(fn(&Session) -> Outcome),
}

impl Run {
    /// Whether it sends nothing, and judges what the others have seen.
    pub fn is_afterwards(&self) -> bool {
        match self {
            Self::Afterwards(_) | Self::Last(_) => true,
            Self::Once(_) | Self::Each(..) => false,
        }
    }

    /// Whether it is about one operation at a time.
    pub fn is_on_operations(&self) -> bool {
        match self {
            Self::Each(..) | Self::Afterwards(_) => true,
            Self::Once(_) | Self::Last(_) => false,
        }
    }
}

/// What a check comes to: the rule holds, or one of the reasons why that cannot be said.
pub type Outcome = Result<(), Stop>;

/// Why a check cannot say that its rule holds.
#[derive(Debug)]
pub enum Stop {
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
    fn evidence_for(&self, check: &Check, operation: Option<&Operation>) -> Evidence {
        let rule = weaker(self.evidence.unwrap_or(check.evidence), operation);
        weaker(rule, self.exchange.as_ref().and_then(Exchange::operation))
    }
}

impl From<Violation> for Stop {
    fn from(violation: Violation) -> Self {
        Self::Violated(Box::new(violation))
    }
}

/// What the report says of a check.
#[derive(Clone, Copy, Debug, Display, Eq, JsonSchema, PartialEq, Serialize, VariantArray)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum Verdict {
    /// The rule holds.
    Pass,
    /// A documented rule does not hold; of a sandbox that serves everything, any rule.
    Fail,
    /// A rule does not hold, and the baseline says that this is known.
    Known,
    /// A documented rule does not hold, but another page of the vendor's says what was found; of a client, what it
    /// should do is not done.
    Warn,
    /// An assumption of ours does not hold on a server that never promised it.
    Info,
    /// Not found out, for a reason that is given.
    Skip,
    /// Could not be found out this time.
    Inconclusive,
}

impl Verdict {
    /// On a rule that is founded so well and does not hold. `accepted`: another page of the vendor's says what was found;
    /// `promises_all`: the target has promised what we assume as well, or is held to it.
    pub(crate) fn on(evidence: Evidence, accepted: bool, promises_all: bool) -> Self {
        match evidence {
            _ if promises_all => Self::Fail,
            _ if accepted => Self::Warn,
            Evidence::Documented | Evidence::Guide => Self::Fail,
            Evidence::Assumed => Self::Info,
        }
    }

    /// What is told first of several: the smallest.
    pub(crate) fn weight(self) -> u8 {
        match self {
            Self::Fail => 0,
            Self::Known => 1,
            Self::Warn => 2,
            Self::Inconclusive => 3,
            Self::Info => 4,
            Self::Pass => 5,
            Self::Skip => 6,
        }
    }
}

/// A check that ran, for one operation or for none in particular.
#[derive(Debug)]
pub struct Finding {
    /// Its id.
    pub id: &'static str,
    /// The operation.
    pub operation: Option<&'static Operation>,
    /// What the report says.
    pub verdict: Verdict,
    /// How well the rule is founded.
    pub evidence: Evidence,
    /// What came of it.
    pub outcome: Outcome,
    /// Why a failure is known, where it is.
    pub known: Option<String>,
    /// What was sent for it.
    pub sent: Requests,
    /// How long it took, of a check that has sent something by itself.
    pub took: Option<Duration>,
}

impl Finding {
    /// The verdict on an outcome. `promises_all`: the target is our own server, and promises what we
    /// assume as well.
    pub fn new(
        check: &Check,
        operation: Option<&'static Operation>,
        outcome: Outcome,
        promises_all: bool,
    ) -> Self {
        let mut evidence = check.evidence_on(operation);
        let verdict = match &outcome {
            Ok(()) => Verdict::Pass,
            Err(Stop::Skipped(_)) => Verdict::Skip,
            Err(Stop::Inconclusive(_)) => Verdict::Inconclusive,
            Err(Stop::Violated(violation)) => {
                evidence = violation.evidence_for(check, operation);
                Verdict::on(evidence, violation.accepted, promises_all)
            }
        };
        Self {
            id: check.id,
            operation,
            verdict,
            evidence,
            outcome,
            known: None,
            sent: Requests::default(),
            took: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};
    use schemas::OperationId;

    use super::*;

    #[test]
    fn an_assumption_fails_a_sandbox_and_only_informs_about_others() {
        let check = |evidence| Check {
            id: "X",
            rule: "",
            evidence,
            source: "",
            needs: Needs::of(&[]),
            run: Run::Once(|_| Box::pin(async { Ok(()) })),
        };
        let verdict = |evidence, own: Option<Evidence>, sandbox| {
            let violation = Violation {
                evidence: own,
                ..Violation::default()
            };
            Finding::new(&check(evidence), None, Err(violation.into()), sandbox).verdict
        };
        assert_eq!(verdict(Evidence::Assumed, None, true), Verdict::Fail);
        assert_eq!(verdict(Evidence::Assumed, None, false), Verdict::Info);
        assert_eq!(verdict(Evidence::Guide, None, false), Verdict::Fail);
        assert_eq!(
            verdict(Evidence::Documented, Some(Evidence::Assumed), false),
            Verdict::Info
        );
        let accepted = |sandbox| {
            let violation = Violation {
                accepted: true,
                ..Violation::default()
            };
            let check = check(Evidence::Documented);
            Finding::new(&check, None, Err(violation.into()), sandbox).verdict
        };
        assert_eq!([false, true].map(accepted), [Verdict::Warn, Verdict::Fail]);
    }

    #[test]
    fn evidence_is_the_weaker_of_rule_operation_and_proof() {
        let check = Check {
            id: "X",
            rule: "",
            evidence: Evidence::Documented,
            source: "",
            needs: Needs::of(&[]),
            run: Run::Once(|_| Box::pin(async { Ok(()) })),
        };
        let [documented, guide, assumed] = [
            OperationId::ListOrders,
            OperationId::GetOrder,
            OperationId::GetOrganization,
        ]
        .map(OperationId::operation);
        let seen = |operation: &'static Operation| {
            Exchange::recorded(
                operation,
                operation.method.clone(),
                "http://127.0.0.1/",
                StatusCode::NOT_FOUND,
                HeaderMap::new(),
                Bytes::new(),
            )
        };
        for (about, proof, evidence) in [
            (Some(documented), Some(documented), Evidence::Documented),
            (Some(guide), Some(documented), Evidence::Guide),
            (Some(assumed), None, Evidence::Assumed),
            (Some(documented), Some(assumed), Evidence::Assumed),
            (None, Some(guide), Evidence::Guide),
            (None, None, Evidence::Documented),
        ] {
            let violation = Violation {
                exchange: proof.map(seen),
                ..Violation::default()
            };
            let finding = Finding::new(&check, about, Err(violation.into()), false);
            assert_eq!(finding.evidence, evidence, "{about:?} {proof:?}");
        }
        let finding = Finding::new(&check, Some(assumed), Ok(()), false);
        assert_eq!(finding.evidence, Evidence::Assumed);
    }
}
