//! A check, and the finding that it results in.

use std::time::Duration;

use futures_util::future::BoxFuture;
use schemas::{Evidence, Operation};

use super::{requirements::Requirements, session::Session};
use crate::{
    finding::{Basis, NotPassed, Outcome, Verdict, baseline::Subject},
    http::Requests,
};

/// One rule of the contract, and how to check a server for it.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Stable, such as `PRV-401-SAME`.
    pub id: &'static str,
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// What goes wrong otherwise, for a client or an owner, as a sentence.
    pub why: &'static str,
    pub evidence: Evidence,
    /// The page that states the rule.
    pub source: &'static str,
    pub requirements: Requirements,
    pub procedure: Procedure,
}

impl Check {
    /// What the rule is founded on.
    fn basis(&self) -> Basis {
        Basis {
            evidence: self.evidence,
            source: self.source,
        }
    }

    /// The evidence for the rule on an operation.
    pub fn evidence_on(&self, operation: Option<&Operation>) -> Evidence {
        self.basis().on(operation).evidence
    }

    /// Whether it uses no operation besides these and those that it is run on.
    pub fn is_limited_to(&self, operations: &[&Operation]) -> bool {
        let Requirements {
            operations: always,
            sandbox_operations: further,
            ..
        } = self.requirements;
        let mut used = always.iter().chain(further);
        used.all(|id| operations.iter().any(|operation| operation.id == *id))
    }
}

/// How a check is run.
#[derive(Clone, Copy, Debug)]
pub enum Procedure {
    Once(fn(&Session) -> BoxFuture<'_, Outcome>),
    /// For each operation that `.0` selects.
    PerOperation(
        fn(&Operation) -> bool,
        for<'a> fn(&'a Session, &'static Operation) -> BoxFuture<'a, Outcome>,
    ),
    /// For each operation that `.0` selects, after all other checks, from the responses to them.
    AfterPerOperation(fn(&Operation) -> bool, fn(&Session, &Operation) -> Outcome),
    /// Once, after all other checks.
    AfterOnce(fn(&Session) -> Outcome),
}

impl Procedure {
    /// Whether it sends nothing itself and judges the responses to other checks.
    pub fn is_afterwards(&self) -> bool {
        match self {
            Self::AfterPerOperation(..) | Self::AfterOnce(_) => true,
            Self::Once(_) | Self::PerOperation(..) => false,
        }
    }

    pub fn is_per_operation(&self) -> bool {
        match self {
            Self::PerOperation(..) | Self::AfterPerOperation(..) => true,
            Self::Once(_) | Self::AfterOnce(_) => false,
        }
    }
}

/// The result of a check, for one operation or for the whole server.
#[derive(Debug)]
pub struct Finding {
    pub id: &'static str,
    pub operation: Option<&'static Operation>,
    pub verdict: Verdict,
    pub evidence: Evidence,
    /// The page with that evidence: of the rule, of the field, or of the operation.
    pub source: &'static str,
    pub outcome: Outcome,
    /// The baseline's reason, if the failure is known.
    pub known: Option<String>,
    pub sent: Requests,
    /// None for a check that sends nothing itself.
    pub took: Option<Duration>,
}

impl Finding {
    /// `promises_all`: whether the target promises to follow the assumed rules, too, as our own server does.
    pub fn new(
        check: &Check,
        operation: Option<&'static Operation>,
        outcome: Outcome,
        promises_all: bool,
    ) -> Self {
        let outcome = outcome.map_err(NotPassed::shortened);
        let mut basis = check.basis().on(operation);
        let verdict = match &outcome {
            Ok(()) => Verdict::Pass,
            Err(NotPassed::Skipped(_)) => Verdict::Skip,
            Err(NotPassed::Inconclusive(_)) => Verdict::Inconclusive,
            Err(NotPassed::Violated(violation)) => {
                basis = violation.basis(check.basis(), operation);
                Verdict::for_violation(basis.evidence, violation.accepted, promises_all)
            }
        };
        Self {
            id: check.id,
            operation,
            verdict,
            evidence: basis.evidence,
            source: basis.source,
            outcome,
            known: None,
            sent: Requests::default(),
            took: None,
        }
    }
}

impl Finding {
    /// The check and its operation, such as `PRV-SUCCESS list_orders`.
    pub fn name(&self) -> String {
        match self.operation {
            Some(operation) => format!("{} {}", self.id, operation.id),
            None => self.id.to_owned(),
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
    fn assumption_fails_sandboxes_and_is_information_for_other_servers() {
        let check = |evidence| Check {
            id: "X",
            rule: "",
            why: "",
            evidence,
            source: "",
            requirements: Requirements::new(&[]),
            procedure: Procedure::Once(|_| Box::pin(async { Ok(()) })),
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
    fn evidence_is_the_weakest_of_rule_operation_and_proof() {
        let check = Check {
            id: "X",
            rule: "",
            why: "",
            evidence: Evidence::Documented,
            source: "",
            requirements: Requirements::new(&[]),
            procedure: Procedure::Once(|_| Box::pin(async { Ok(()) })),
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
                exchange: proof.map(seen).as_ref().map(Into::into),
                ..Violation::default()
            };
            let finding = Finding::new(&check, about, Err(violation.into()), false);
            assert_eq!(finding.evidence, evidence, "{about:?} {proof:?}");
        }
        let finding = Finding::new(&check, Some(assumed), Ok(()), false);
        assert_eq!(finding.evidence, Evidence::Assumed);
    }
}
