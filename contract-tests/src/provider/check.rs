//! What a check is, and what can come of it.

use std::time::Duration;

use futures_util::future::BoxFuture;
use schemas::{Evidence, Operation};

use super::{requirements::Requirements, session::Session};
use crate::{
    finding::{NotPassed, Outcome, Verdict, baseline::Subject, weaker},
    http::Requests,
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
    pub requirements: Requirements,
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
            Err(NotPassed::Skipped(_)) => Verdict::Skip,
            Err(NotPassed::Inconclusive(_)) => Verdict::Inconclusive,
            Err(NotPassed::Violated(violation)) => {
                evidence = violation.evidence_for(check.evidence, operation);
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

impl Subject for Finding {
    fn id(&self) -> &'static str {
        self.id
    }

    fn operation(&self) -> Option<&str> {
        self.operation.map(|operation| operation.id.as_str())
    }

    fn scenario(&self) -> Option<&str> {
        None
    }

    fn place(&self) -> Option<&str> {
        match &self.outcome {
            Err(NotPassed::Violated(violation)) => Some(&violation.at),
            Ok(()) | Err(NotPassed::Skipped(_) | NotPassed::Inconclusive(_)) => None,
        }
    }

    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn accept(&mut self, reason: String) {
        self.verdict = Verdict::Known;
        self.known = Some(reason);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};
    use schemas::OperationId;

    use super::*;
    use crate::finding::{Exchange, Violation};

    #[test]
    fn an_assumption_fails_a_sandbox_and_only_informs_about_others() {
        let check = |evidence| Check {
            id: "X",
            rule: "",
            evidence,
            source: "",
            requirements: Requirements::of(&[]),
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
            requirements: Requirements::of(&[]),
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
