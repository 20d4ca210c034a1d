//! The evidence of one demand of a check, where a page says more or less of it than of the others.

use schemas::{Evidence, Operation, source};

use crate::finding::{NotPassed, Outcome};

/// The same outcome, with assumed evidence.
pub(super) fn assumed(outcome: Outcome) -> Outcome {
    with(Evidence::Assumed, outcome)
}

/// The same outcome, with documented evidence.
pub(super) fn documented(outcome: Outcome) -> Outcome {
    with(Evidence::Documented, outcome)
}

/// The same outcome, with what supports that an operation deletes: a guide lists it as such. How a body names what is to be
/// deleted is assumed, so a server that deletes nothing may have been asked in the wrong form.
pub(super) fn listed_as_deletion(operation: &Operation, outcome: Outcome) -> Outcome {
    if operation.request.is_some() {
        return assumed(outcome);
    }
    let page = source::OVERVIEW;
    based_on(source::evidence(page), Some(page), outcome)
}

fn with(evidence: Evidence, outcome: Outcome) -> Outcome {
    based_on(evidence, None, outcome)
}

fn based_on(evidence: Evidence, source: Option<&'static str>, outcome: Outcome) -> Outcome {
    outcome.map_err(|other| match other {
        NotPassed::Violated(mut violation) => {
            (violation.evidence, violation.source) = (Some(evidence), source);
            NotPassed::Violated(violation)
        }
        NotPassed::Skipped(_) | NotPassed::Inconclusive(_) => other,
    })
}
