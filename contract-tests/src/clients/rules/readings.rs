//! Where the vendor's pages contradict one another: which reading a program depends on.
//!
//! A trial in which the server follows another reading is compared with the trial in which it follows the authority's. The
//! result is only informative: a server with the other reading may be right.

use std::collections::HashSet;

use schemas::OperationId;

use super::{Judgement, Trials, diagnostics, http, order::Order};
use crate::clients::{
    process::Termination, scenarios::CONTROL, trace::Exchange, trial_record::TrialRecord,
};
use crate::finding::count;

pub(super) fn rows_in_items(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    compare_outcomes(trial, trials, "rows-in-items", CONTROL, "`orders`")
}

pub(super) fn nested_errors(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    compare_outcomes(
        trial,
        trials,
        "scope-nested",
        "missing-scope",
        "flat errors",
    )
}

pub(super) fn details(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    compare_outcomes(
        trial,
        trials,
        "scope-in-details",
        "missing-scope",
        "`detail`",
    )
}

pub(super) fn code_of_401(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    compare_outcomes(
        trial,
        trials,
        "unauthorized-code",
        "revoked-at-start",
        "the code `AUTHENTICATION_ERROR`",
    )
}

pub(super) fn code_of_429(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    compare_outcomes(
        trial,
        trials,
        "rate-limit-code",
        "rate-limit-once",
        "the code `rate_limit_exceeded`",
    )
}

pub(super) fn code_of_404(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    compare_outcomes(
        trial,
        trials,
        "not-found-code",
        "not-found",
        "the code `ENTITY_NOT_FOUND`",
    )
}

pub(super) fn status_of_invalid(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    compare_outcomes(
        trial,
        trials,
        "invalid-400",
        "invalid",
        "422 for validation errors",
    )
}

/// The outcome of a trial, without anything that depends on timing.
#[derive(Eq, PartialEq)]
struct TrialOutcome {
    status: Option<i32>,
    /// `None` if several requests may be open at once: which of them still go out after a rejection is chance.
    operations: Option<HashSet<OperationId>>,
    tries: usize,
    tells_scopes: Option<bool>,
}

impl TrialOutcome {
    /// `None` if no request was sent or the program had to be stopped.
    fn from_trial(trial: &TrialRecord, trials: Trials<'_>) -> Option<Self> {
        let mut exchanges = trial.trace.api();
        // Of several requests at once, the one that arrives first may not be the one that is rejected.
        let is_rejected =
            |exchange: &&Exchange| exchange.status().is_some_and(|status| status >= 400);
        let first = exchanges.clone().find(is_rejected).or(exchanges.next())?;
        let Termination::Exited(status) = trial.output.as_ref()?.termination else {
            return None;
        };
        let exchanges = trial.trace.api();
        Some(Self {
            status: status.code(),
            operations: (!Order::of(trial, trials).may_be_concurrent()).then(|| {
                let operations = exchanges.clone().filter_map(http::operation_of);
                operations.map(|operation| operation.id).collect()
            }),
            tries: exchanges.filter(|exchange| exchange.repeats(first)).count(),
            tells_scopes: diagnostics::reports_scopes(trial),
        })
    }

    /// How `other` differs, as text.
    fn differs_by(&self, other: &Self) -> Option<String> {
        let display = |status: Option<i32>| {
            status.map_or("a signal".to_owned(), |code| format!("status {code}"))
        };
        if self.status != other.status {
            return Some(format!(
                "it exited with {} instead of {}",
                display(other.status),
                display(self.status)
            ));
        }
        if self.tries != other.tries {
            return Some(format!(
                "its first request was attempted {} instead of {}",
                count(other.tries, "time"),
                self.tries
            ));
        }
        let operations = self.operations.as_ref().zip(other.operations.as_ref());
        if operations.is_some_and(|(operations, others)| operations != others) {
            return Some("it requested other operations".to_owned());
        }
        (self.tells_scopes == Some(true) && other.tells_scopes == Some(false))
            .then(|| "it no longer names a scope".to_owned())
    }
}

/// Compares the trial with the other reading to the trial with the authority's.
fn compare_outcomes(
    trial: &TrialRecord,
    trials: Trials<'_>,
    other: &str,
    baseline: &str,
    on: &str,
) -> Judgement {
    if trial.scenario.name != other {
        return Judgement::NotExercised;
    }
    let Some((baseline, other)) = trials.pair(baseline, other).and_then(|(baseline, other)| {
        Some((
            TrialOutcome::from_trial(baseline, trials)?,
            TrialOutcome::from_trial(other, trials)?,
        ))
    }) else {
        return Judgement::NotExercised;
    };
    let differs = baseline.differs_by(&other);
    differs
        .map(|how| format!("it depends on {on}: with the other reading, {how}"))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{exited, get, trial, trials},
        scenarios,
    };

    /// A program that sends these requests, each on a connection of its own or all on one, and exits with 1.
    fn under(name: &str, targets: &[&str], one_connection: bool) -> TrialRecord {
        let exchanges = (0..).zip(targets).map(|(number, target)| {
            let mut exchange = get(number, target, 403, None);
            if !one_connection {
                exchange.connection = usize::try_from(number).unwrap();
            }
            exchange
        });
        TrialRecord {
            scenario: scenarios::find(name).unwrap(),
            output: Some(exited(1)),
            ..trial(exchanges.collect())
        }
    }

    #[test]
    fn operations_of_a_burst_differ_by_chance() {
        let judged = |one_connection| {
            let all = [
                under("missing-scope", &["/api/v1/orders"], one_connection),
                under(
                    "scope-nested",
                    &["/api/v1/orders", "/api/v1/companies"],
                    one_connection,
                ),
            ];
            nested_errors(&all[1], trials(&all))
        };
        assert_eq!(judged(false), Judgement::Pass);
        assert!(matches!(judged(true), Judgement::Violation(_)));
    }
}
