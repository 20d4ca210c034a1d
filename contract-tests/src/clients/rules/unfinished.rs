//! Work that stayed undone, by a program that exits as if it were done: a status of 0 says that nothing is missing. Rules differ
//! in what failed, since the remedies differ: a request that was to wait, a page of a list, anything else that was read, or
//! something that was to be written.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use schemas::operations;

use super::{
    Judgement, Trials,
    done::{Work, collect_ids, is_read, work_of},
    http::operation_of,
    pages,
    responses::succeeded,
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

/// Exercised if a request was postponed by a 429 or 503 and the program exited by itself.
pub(super) fn finishes_postponed_requests(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let put_off = |exchange: &&Exchange| matches!(exchange.status(), Some(429 | 503));
    ends_well(
        trial,
        trial.trace.api().filter(put_off),
        |exchange| work_of(trial, trials, exchange),
        "never succeeded",
    )
}

/// Exercised if a page other than the first could not be read and the program exited by itself.
pub(super) fn reads_on_after_error(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    ends_well(
        trial,
        pages::refused(trial),
        |page| Work::done_if(pages::is_read_after(trial, page)),
        "was never read, so the list is incomplete",
    )
}

/// Exercised if something else could not be read, although not every request was refused, and the program exited by itself.
pub(super) fn reports_failed_reads(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if is_all_refused(trial) {
        return Judgement::NotExercised;
    }
    ends_well(
        trial,
        trial.trace.api().filter(|read| is_failed_read(trial, read)),
        |read| work_of(trial, trials, read),
        "never succeeded",
    )
}

/// Exercised if something could not be written, although not every request was refused, and the program exited by itself.
pub(super) fn reports_failed_writes(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if is_all_refused(trial) {
        return Judgement::NotExercised;
    }
    let failed = trial.trace.api();
    ends_well(
        trial,
        failed.filter(|write| is_failed_write(trial, trials, write)),
        |write| work_of(trial, trials, write),
        "never succeeded",
    )
}

/// Whether every request was refused, which other rules judge.
fn is_all_refused(trial: &TrialRecord) -> bool {
    let is_refused = |exchange: &Exchange| exchange.status().is_some_and(|status| status >= 400);
    trial.trace.api().all(is_refused)
}

/// Whether something could not be written, and no rule about postponed requests judges it.
fn is_failed_write(trial: &TrialRecord, trials: Trials<'_>, exchange: &Exchange) -> bool {
    let has_failed = match exchange.status() {
        // It may be meant for other keys.
        Some(403 | 429 | 503) => false,
        // Nothing is left to be deleted, or the object may never have existed.
        Some(404 | 410) => exchange.request.method != "DELETE" && must_exist(trial, exchange),
        // The API refuses some requests although nothing fails, such as one for what is there already.
        Some(status @ 400..500) => {
            let control = trials.control();
            !control.is_some_and(|control| {
                let mut known = control.trace.api();
                known.any(|known| known.repeats(exchange) && known.status() == Some(status))
            })
        }
        Some(status) => status >= 500,
        None => true,
    };
    !is_read(exchange) && exchange.request.method != "OPTIONS" && has_failed
}

/// Whether something that exists could not be read, and no rule about pages or postponed requests judges it.
fn is_failed_read(trial: &TrialRecord, exchange: &Exchange) -> bool {
    let has_failed = match exchange.status() {
        // It may be meant for other keys, or not be ready yet.
        Some(403 | 409 | 429 | 503) => false,
        Some(404 | 410) => must_exist(trial, exchange),
        Some(status) => status >= 400,
        // A program that ends while a request is in flight, or that has read enough, has not seen it fail.
        None => trial.trace.connection_of(exchange).is_ended_by_server(),
    };
    exchange.request.method == "GET" && has_failed && !pages::is_later_page(exchange)
}

/// Whether an object exists although it was not found: an earlier response has named its id, and nobody can delete it.
fn must_exist(trial: &TrialRecord, exchange: &Exchange) -> bool {
    let Some(operation) = operation_of(exchange) else {
        return false;
    };
    let path = exchange.path().trim_end_matches('/');
    let id = path.rsplit('/').next().unwrap_or_default();
    let id = percent_decode_str(id).decode_utf8_lossy();
    let mut earlier = trial
        .trace
        .api()
        .take_while(|earlier| earlier.at() < exchange.at());
    let is_deletable = operations::all()
        .any(|other| other.path == operation.path && other.method == http::Method::DELETE);
    !is_deletable
        && earlier.any(|earlier| {
            let success = earlier.status().is_some_and(|status| status < 300);
            let response = earlier.response().filter(|_| success);
            let body = response.and_then(|response| response.message.json());
            let mut ids = HashSet::new();
            collect_ids(&body.unwrap_or_default(), &mut ids);
            ids.contains(&*id)
        })
}

/// Judges whether a program reports unfinished work: by an exit status other than 0.
fn ends_well<'a>(
    trial: &TrialRecord,
    failed: impl Iterator<Item = &'a Exchange>,
    work: impl Fn(&Exchange) -> Work,
    what: &str,
) -> Judgement {
    let mut failed = failed.peekable();
    match (failed.peek(), succeeded(trial)) {
        (None, _) | (_, None) => return Judgement::NotExercised,
        (Some(_), Some(false)) => return Judgement::Pass,
        (Some(_), Some(true)) => {}
    }
    let mut judgement = Judgement::Pass;
    for exchange in failed {
        let (method, target) = (&exchange.request.method, &exchange.request.target);
        let seen = format!("{method} {target} {}", outcome(exchange));
        match work(exchange) {
            Work::Done => {}
            Work::Undone => {
                let how = format!("{seen}, {what}, and the program exited with status 0");
                return Judgement::Violation(how);
            }
            Work::Unknown => {
                judgement = Judgement::Inconclusive(format!(
                    "{seen}, and a later request of the same kind may have made up for it: the control scenario does not \
                     show how many the program sends where nothing fails"
                ));
            }
        }
    }
    judgement
}

/// How a request failed.
fn outcome(exchange: &Exchange) -> String {
    match (exchange.status(), exchange.response()) {
        (Some(status), _) => format!("returned {status}"),
        (None, Some(response)) => format!("returned an incomplete {}", response.status),
        (None, None) => "received no response".to_owned(),
    }
}

#[cfg(test)]
mod tests;
