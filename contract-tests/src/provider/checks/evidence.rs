//! The evidence of one demand of a check, where a page says more or less of it than of the others.

use schemas::Evidence;

use crate::finding::{NotPassed, Outcome};

/// The same outcome, with assumed evidence.
pub(super) fn assumed(outcome: Outcome) -> Outcome {
    with(Evidence::Assumed, outcome)
}

/// The same outcome, with documented evidence.
pub(super) fn documented(outcome: Outcome) -> Outcome {
    with(Evidence::Documented, outcome)
}

fn with(evidence: Evidence, outcome: Outcome) -> Outcome {
    outcome.map_err(|other| match other {
        NotPassed::Violated(mut violation) => {
            (violation.evidence, violation.source) = (Some(evidence), None);
            NotPassed::Violated(violation)
        }
        NotPassed::Skipped(_) | NotPassed::Inconclusive(_) => other,
    })
}
