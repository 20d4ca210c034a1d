//! What is unknown about a program that was stopped: whether it would have retried.

use std::time::Duration;

use super::{Judgement, millis};
use crate::clients::{process::Termination, trace::Exchange, trial_record::TrialRecord};

/// By which factor a program must be silent longer than its longest wait to count as having given up: growing waits double, or
/// a little more.
const GIVEN_UP: u32 = 5;

/// The longest wait of programs that repeat a rejected request: the vendor's guide has waits of ten seconds, and of a minute if
/// no response says how long to wait.
pub(super) const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// How long a program continued after a request until the trial ended; `None` if it exited by itself.
pub(super) fn time_until_stop(trial: &TrialRecord, exchange: &Exchange) -> Option<Duration> {
    let ended = trial.output.as_ref().map(|output| output.termination);
    let stopped = !matches!(ended, Some(Termination::Exited(_)));
    stopped.then(|| {
        let ended_at = trial.trace.ended_at(exchange).unwrap_or(exchange.at());
        trial.took.saturating_sub(ended_at)
    })
}

/// Judges a program that made these attempts of a request, the last of which failed: if it was stopped, another attempt may
/// have been due.
pub(super) fn judge_stopped(trial: &TrialRecord, attempts: &[&Exchange]) -> Judgement {
    let silence = attempts
        .last()
        .and_then(|last| time_until_stop(trial, last));
    match (silence, longest_wait(trial, attempts)) {
        (None, _) => Judgement::Pass,
        (Some(_), None) => Judgement::NotExercised,
        (Some(silence), Some(waited)) if silence > waited * GIVEN_UP => Judgement::Pass,
        (Some(silence), Some(_)) => Judgement::Inconclusive(format!(
            "it was stopped {} after the last of {} attempts; a higher --limit or --idle would show whether it retries",
            millis(silence),
            attempts.len()
        )),
    }
}

/// Why it is unknown whether a program would have repeated a rejected request, if so: it was stopped while it may have waited.
/// A recording has no such end: what is not in it was not sent.
pub(super) fn may_have_waited(trial: &TrialRecord, rejected: &Exchange) -> Option<String> {
    let waited = trial
        .output
        .as_ref()
        .and_then(|_| time_until_stop(trial, rejected))?;
    let status = rejected.status().unwrap_or_default();
    (waited < LONGEST_WAIT).then(|| {
        format!(
            "it was stopped {} after its {status}; a higher --limit or --idle would show whether it repeats the request",
            millis(waited)
        )
    })
}

/// The longest wait between two attempts, if there were two.
fn longest_wait(trial: &TrialRecord, attempts: &[&Exchange]) -> Option<Duration> {
    let waits = attempts.windows(2).map(|pair| {
        let ended_at = trial.trace.ended_at(pair[0]).unwrap_or(pair[0].at());
        pair[1].at().saturating_sub(ended_at)
    });
    waits.max()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::{
        super::{
            Trials,
            auth::{forbidden_is_final, unauthorized_is_final},
            bounds::bounds_attempts,
            final_errors::are_not_repeated,
            retries::{not_early_after_huge, retries_safe_calls},
        },
        *,
    };
    use crate::clients::{
        credential::{Credential, Grant},
        example::{get, judged, trial, trial_with},
        process::Output,
        trace::Outcome,
        wiretap::CloseKind,
    };

    /// A trial that ended after some seconds, with a program that ended like this.
    fn ended(exchanges: Vec<Exchange>, termination: Termination, seconds: u64) -> TrialRecord {
        TrialRecord {
            output: Some(Output::without_streams(termination)),
            took: Duration::from_secs(seconds),
            ..trial(exchanges)
        }
    }

    const STOPPED: Termination = Termination::Sigterm(Duration::ZERO);

    fn failed_by_itself() -> Termination {
        Termination::Exited(ExitStatusExt::from_raw(1 << 8))
    }

    #[test]
    fn request_in_flight_when_its_program_ends_has_not_failed() {
        let lost = || Exchange {
            outcome: Outcome::None,
            ..get(0, "/a", 200, None)
        };
        let end = |at| Some((Duration::from_millis(at), CloseKind::Reset));
        let verdict = |client, server| {
            let mut trial = trial(vec![lost()]);
            let connection = &mut trial.trace.connections[0];
            (connection.client_end, connection.server_end) = (client, server);
            judged(retries_safe_calls, &trial)
        };
        for server in [None, end(20)] {
            assert!(matches!(verdict(end(10), server), Judgement::NotExercised));
        }
        for client in [None, end(20)] {
            assert!(matches!(verdict(client, end(10)), Judgement::Violation(_)));
        }
    }

    #[test]
    fn program_stopped_while_idle_may_have_retried_too_early() {
        let huge = || vec![get(0, "/a", 429, Some("100000"))];
        let verdict = |trial| judged(not_early_after_huge, &trial);
        assert_eq!(
            verdict(ended(huge(), failed_by_itself(), 1)),
            Judgement::Pass
        );
        assert!(matches!(
            verdict(ended(huge(), STOPPED, 5)),
            Judgement::Inconclusive(_)
        ));
        assert!(
            matches!(verdict(trial(huge())), Judgement::Inconclusive(_)),
            "nobody knows"
        );
        let early = [huge(), vec![get(900, "/a", 429, None)]].concat();
        assert!(matches!(
            verdict(ended(early, STOPPED, 5)),
            Judgement::Violation(_)
        ));
    }

    #[test]
    fn program_stopped_while_waiting_may_have_retried_once_more() {
        let attempts = |seconds: &[u64]| {
            let attempts = seconds.iter().map(|at| get(at * 1_000, "/a", 503, None));
            attempts.collect::<Vec<_>>()
        };
        let verdict = |trial| judged(bounds_attempts, &trial);
        assert_eq!(
            verdict(ended(attempts(&[0, 1, 3]), failed_by_itself(), 4)),
            Judgement::Pass
        );
        assert!(matches!(
            verdict(ended(attempts(&[0, 1, 3]), STOPPED, 8)),
            Judgement::Inconclusive(_)
        ));
        assert_eq!(
            verdict(ended(attempts(&[0, 1, 3]), STOPPED, 14)),
            Judgement::Pass
        );
        assert_eq!(
            verdict(ended(attempts(&[0]), STOPPED, 5)),
            Judgement::NotExercised
        );
        let many = attempts(&[0, 1, 2, 3, 4, 5]);
        assert!(matches!(
            verdict(ended(many, STOPPED, 6)),
            Judgement::Violation(_)
        ));
    }

    #[test]
    fn program_stopped_while_idle_may_have_repeated_a_rejected_request() {
        type Rule = fn(&TrialRecord, Trials<'_>) -> Judgement;
        let rules: [(u16, Rule); 3] = [
            (401, unauthorized_is_final),
            (403, forbidden_is_final),
            (422, are_not_repeated),
        ];
        for (status, rule) in rules {
            let refused = || vec![get(0, "/a", status, None)];
            let verdict =
                |termination, seconds| judged(rule, &ended(refused(), termination, seconds));
            assert_eq!(verdict(failed_by_itself(), 1), Judgement::Pass, "{status}");
            assert_eq!(
                verdict(STOPPED, 5),
                Judgement::Inconclusive(format!(
                    "it was stopped 5000 ms after its {status}; a higher --limit or --idle would show whether it repeats \
                     the request"
                ))
            );
            assert_eq!(
                verdict(STOPPED, 60),
                Judgement::Pass,
                "{status}: it gave up"
            );
            let recorded = judged(rule, &trial(refused()));
            assert_eq!(recorded, Judgement::Pass, "{status}: nobody stopped it");
            let again = [refused(), vec![get(2_000, "/a", status, None)]].concat();
            let again = judged(rule, &ended(again, STOPPED, 5));
            assert!(
                matches!(again, Judgement::Violation(_)),
                "{status}: {again:?}"
            );
        }
    }

    #[test]
    fn rejected_request_that_may_succeed_later_leaves_nothing_to_wait_for() {
        let polled = ended(vec![get(0, "/a", 409, None)], STOPPED, 5);
        assert_eq!(judged(are_not_repeated, &polled), Judgement::NotExercised);
    }

    #[test]
    fn rejected_access_token_that_was_replaced_is_not_used_again() {
        let with_token = |at_ms, token: &str, status| {
            let mut exchange = get(at_ms, "/a", status, None);
            let header = (
                "Authorization".to_owned(),
                format!("Bearer {token}").into_bytes(),
            );
            exchange.request.message.headers.push(header);
            exchange
        };
        let signed_in = Credential::Grant(Grant {
            issuer: "http://127.0.0.1:8000".to_owned(),
            client_id: "dashboard",
            refresh_token: "ort_a".to_owned(),
            login_hint: "admin@stopped".to_owned(),
        });
        let verdict = |exchanges| {
            let trial = TrialRecord {
                output: Some(Output::without_streams(STOPPED)),
                took: Duration::from_secs(5),
                ..trial_with(signed_in.clone(), exchanges)
            };
            judged(unauthorized_is_final, &trial)
        };
        let rejected = || vec![with_token(0, "one", 401)];
        assert!(matches!(verdict(rejected()), Judgement::Inconclusive(_)));
        let renewed = [rejected(), vec![with_token(9, "two", 200)]].concat();
        assert_eq!(verdict(renewed), Judgement::Pass);
    }
}
