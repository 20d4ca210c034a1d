//! Rejected work that was never completed, by a program that exits as if it were.

use super::{Judgement, Trials, pages, responses::succeeded};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

/// Exercised if a request was postponed by a 429 or 503 and the program exited by itself.
pub(super) fn finishes_postponed_requests(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let put_off = |exchange: &&Exchange| matches!(exchange.status(), Some(429 | 503));
    let is_done = |exchange: &Exchange| {
        trial.trace.api().any(|later| {
            later.at() > exchange.at()
                && later.request.method == exchange.request.method
                && later.path() == exchange.path()
                && later.status().is_some_and(|status| status < 400)
        })
    };
    ends_well(
        trial,
        trial.trace.api().filter(put_off),
        |exchange| !is_done(exchange),
        "never succeeded",
    )
}

/// Exercised if a page other than the first could not be read and the program exited by itself.
pub(super) fn reads_on_after_error(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    ends_well(
        trial,
        pages::refused(trial),
        |page| !pages::is_read_after(trial, page),
        "was never read, so the list is incomplete",
    )
}

/// Judges whether a program reports unfinished work: by an exit status other than 0.
fn ends_well<'a>(
    trial: &TrialRecord,
    refused: impl Iterator<Item = &'a Exchange>,
    is_undone: impl Fn(&Exchange) -> bool,
    what: &str,
) -> Judgement {
    let mut refused = refused.peekable();
    if refused.peek().is_none() {
        return Judgement::NotExercised;
    }
    match succeeded(trial) {
        None => Judgement::NotExercised,
        Some(false) => Judgement::Pass,
        Some(true) => {
            let undone = refused.find(|exchange| is_undone(exchange));
            let said = undone.map(|exchange| {
                let status = exchange.status().map_or_else(
                    || "received no response".to_owned(),
                    |status| format!("returned {status}"),
                );
                let (method, target) = (&exchange.request.method, &exchange.request.target);
                format!("{method} {target} {status}, {what}, and the program exited with status 0")
            });
            said.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

    use super::*;
    use crate::clients::{
        Options,
        example::{get, trial},
        process::{Output, Termination},
        process_monitor::Observations,
        trace::Outcome,
    };

    fn judged(
        rule: fn(&TrialRecord, Trials<'_>) -> Judgement,
        exchanges: Vec<Exchange>,
        status: i32,
    ) -> Judgement {
        let trial = TrialRecord {
            output: Some(Output {
                termination: Termination::Exited(ExitStatus::from_raw(status << 8)),
                stdout: Vec::new(),
                stderr: Vec::new(),
                leak_scan: None,
                observations: Observations::default(),
            }),
            ..trial(exchanges)
        };
        let options = Options::default();
        let trials = Trials {
            all: &[],
            limits: options.limits,
            max_attempts: options.max_attempts,
            max_memory: options.max_memory,
        };
        rule(&trial, trials)
    }

    #[test]
    fn postponed_request_is_finished_or_reported() {
        let put_off = || vec![get(0, "/a", 429, Some("1")), get(9, "/b", 200, None)];
        let rule = finishes_postponed_requests;
        let broken = judged(rule, put_off(), 0);
        assert_eq!(
            broken,
            Judgement::Violation(
                "GET /a returned 429, never succeeded, and the program exited with status 0"
                    .to_owned()
            )
        );
        assert_eq!(judged(rule, put_off(), 1), Judgement::Pass);
        let again = |status| {
            let again = [get(1_010, "/a", status, None)];
            put_off().into_iter().chain(again).collect()
        };
        assert_eq!(judged(rule, again(200), 0), Judgement::Pass);
        assert!(matches!(
            judged(rule, again(503), 0),
            Judgement::Violation(_)
        ));
        let fine = vec![get(0, "/a", 200, None)];
        assert_eq!(judged(rule, fine, 0), Judgement::NotExercised);
    }

    /// A page of a list of five rows.
    fn page(at_ms: u64, offset: u64) -> Exchange {
        let mut page = get(
            at_ms,
            &format!("/orders?limit=2&offset={offset}"),
            200,
            None,
        );
        if let Outcome::Response(response) = &mut page.outcome {
            response.message.body = br#"{"orders": [{}, {}], "total": 5}"#.to_vec();
        }
        page
    }

    #[test]
    fn refused_page_is_read_later_or_reported() {
        let refused = || vec![page(0, 0), get(5, "/orders?limit=2&offset=2", 500, None)];
        let broken = judged(reads_on_after_error, refused(), 0);
        assert_eq!(
            broken,
            Judgement::Violation(
                "GET /orders?limit=2&offset=2 returned 500, was never read, so the list is incomplete, and the program \
                 exited with status 0"
                    .to_owned()
            )
        );
        assert_eq!(judged(reads_on_after_error, refused(), 1), Judgement::Pass);
        let read = |offset| {
            let read = [page(9, offset)];
            refused().into_iter().chain(read).collect()
        };
        assert_eq!(judged(reads_on_after_error, read(2), 0), Judgement::Pass);
        // With another page size.
        assert_eq!(judged(reads_on_after_error, read(1), 0), Judgement::Pass);
        assert!(matches!(
            judged(reads_on_after_error, read(0), 0),
            Judgement::Violation(_)
        ));
        // The first page does not exercise the rule, and beyond the end there are no rows.
        let first = vec![get(0, "/orders?limit=2&offset=0", 500, None)];
        assert_eq!(
            judged(reads_on_after_error, first, 0),
            Judgement::NotExercised
        );
        let beyond = vec![page(0, 0), get(5, "/orders?limit=2&offset=6", 500, None)];
        assert_eq!(
            judged(reads_on_after_error, beyond, 0),
            Judgement::NotExercised
        );
    }
}
