//! Errors that stay, however often a request is repeated.

use std::collections::HashSet;

use scenarios::{Fault, Scenario};

use super::{
    Judgement, Trials, cycles::Cycles, http::operation_of, ids, millis, order::Order,
    retries::next_attempt, stopped,
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

pub(super) fn are_not_repeated(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let order = Order::of(trial, trials);
    let refused = refused(trial);
    if refused.is_empty() {
        return Judgement::NotExercised;
    }
    let cycles = Cycles::of(trial, trials);
    let mut again = refused.iter().filter_map(|exchange| {
        let (next, gap) = next_attempt(trial, order, exchange)?;
        (!is_planned(trial, &cycles, exchange, next)).then_some((exchange, gap))
    });
    if let Some((exchange, gap)) = again.next() {
        return Judgement::Violation(format!(
            "{} {} was repeated {} after its {}",
            exchange.request.method,
            exchange.path(),
            millis(gap),
            exchange.status().unwrap_or_default()
        ));
    }
    let mut waiting = refused
        .iter()
        .filter(|exchange| !cycles.has_interval(exchange))
        .filter_map(|exchange| stopped::may_have_waited(trial, exchange));
    waiting
        .next()
        .map_or(Judgement::Pass, Judgement::Inconclusive)
}

/// Whether a program would have sent a request again anyway.
fn is_planned(
    trial: &TrialRecord,
    cycles: &Cycles<'_>,
    before: &Exchange,
    exchange: &Exchange,
) -> bool {
    let sent = trial
        .trace
        .api()
        .take_while(|other| !std::ptr::eq(*other, exchange));
    let sent = sent.filter(|other| other.repeats(exchange)).count();
    cycles.is_next(before, exchange) || sent < cycles.count(exchange)
}

/// The requests that returned an error that will not change.
fn refused(trial: &TrialRecord) -> Vec<&Exchange> {
    let scenario = trial.scenario.parsed();
    let created: HashSet<_> = trial.trace.api().filter_map(ids::created_path).collect();
    let is_final = |exchange: &&Exchange| match exchange.status() {
        Some(400 | 422) => true,
        // Results are polled until they are there, and a read after a write may come too early.
        Some(status @ (404 | 409)) => {
            let mut scenario = scenario.iter();
            scenario.any(|scenario| injects(scenario, status, exchange))
                && !created.contains(exchange.path())
        }
        _ => false,
    };
    trial.trace.api().filter(is_final).collect()
}

/// Whether a scenario makes a request like this return this status.
fn injects(scenario: &Scenario, status: u16, exchange: &Exchange) -> bool {
    let operation = operation_of(exchange).map(|operation| operation.id);
    scenario.rules.iter().any(|rule| {
        let when = &rule.when;
        let method = when.method.as_ref();
        let is_meant = when.operation.is_empty()
            || operation.is_some_and(|operation| when.operation.contains(&operation));
        let returns_it = rule.faults.iter().any(|fault| {
            let is_error = matches!(fault, Fault::Error(error) if error.status == status);
            is_error || matches!(fault, Fault::Status(other) if other.is == status)
        });
        returns_it
            && is_meant
            && when.endpoint.is_empty()
            && method.is_none_or(|method| *method == exchange.request.method)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{exited, get, judged, trial, trials},
        scenarios,
        trace::Outcome,
    };

    /// The judgement of a program that sends these requests under a scenario, and exits.
    fn verdict(scenario: &str, exchanges: Vec<Exchange>) -> Judgement {
        let trial = TrialRecord {
            scenario: scenarios::find(scenario).unwrap(),
            output: Some(exited(1)),
            ..trial(exchanges)
        };
        judged(are_not_repeated, &trial)
    }

    /// A request that is sent again every 1.5 seconds until it succeeds.
    fn polled(target: &str, status: u16) -> Vec<Exchange> {
        let statuses = (0..).zip([status, status, 200]);
        let polls = statuses.map(|(n, status)| get(n * 1_500, target, status, None));
        polls.collect()
    }

    #[test]
    fn results_that_are_not_ready_are_the_same_in_every_scenario() {
        let results = "/api/v1/orders/order_1/results";
        for scenario in ["control", "rate-limit-once", "not-found"] {
            let verdict = verdict(scenario, polled(results, 409));
            assert_eq!(verdict, Judgement::NotExercised, "{scenario}");
        }
    }

    #[test]
    fn error_that_the_scenario_injects_stays() {
        let injected = verdict("not-found", polled("/api/v1/orders", 404));
        assert!(matches!(injected, Judgement::Violation(_)), "{injected:?}");
        assert_eq!(
            verdict("rate-limit-once", polled("/api/v1/orders/1", 404)),
            Judgement::NotExercised
        );
        let invalid = verdict("control", polled("/api/v1/orders", 422));
        assert!(matches!(invalid, Judgement::Violation(_)), "{invalid:?}");
    }

    #[test]
    fn created_object_may_not_be_readable_yet() {
        let mut created = get(0, "/api/v1/orders", 201, None);
        created.request.method = "POST".to_owned();
        if let Outcome::Response(response) = &mut created.outcome {
            response.message.body = br#"{"id": "order_1"}"#.to_vec();
        }
        let reads = polled("/api/v1/orders/order_1", 404);
        let lagging = [vec![created], reads.clone()].concat();
        assert_eq!(
            verdict("read-your-writes-lag", lagging),
            Judgement::NotExercised
        );
        let gone = verdict("read-your-writes-lag", reads);
        assert!(matches!(gone, Judgement::Violation(_)), "{gone:?}");
    }
    #[test]
    fn request_that_is_sent_again_anyway_is_not_repeated_because_of_its_error() {
        let sent = |scenario: &str, times: &[u64], status: u16| {
            let requests = times
                .iter()
                .map(|at_ms| get(*at_ms, "/api/v1/orders", status, None));
            TrialRecord {
                scenario: scenarios::find(scenario).unwrap(),
                output: Some(exited(1)),
                ..trial(requests.collect())
            }
        };
        let judged = |control: &[u64], here: &[u64]| {
            let control = [sent("control", control, 200)];
            are_not_repeated(&sent("not-found", here, 404), trials(&control))
        };
        let service = [0, 6_000, 12_000];
        assert_eq!(
            judged(&service, &[0, 6_001, 12_002, 18_003]),
            Judgement::Pass
        );
        assert_eq!(judged(&[0, 5], &[0, 5]), Judgement::Pass);
        for (control, here) in [(&service[..], [0, 500, 6_500]), (&[0], [0, 6_000, 12_000])] {
            let again = judged(control, &here);
            assert!(
                matches!(again, Judgement::Violation(_)),
                "{here:?}: {again:?}"
            );
        }
    }
}
