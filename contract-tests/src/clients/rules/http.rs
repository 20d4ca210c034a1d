//! The form of requests.

use std::collections::HashSet;

use schemas::operations;
use serde_json::Value;

use super::{Judgement, Trials, failure::how_it_failed, responses::succeeded, retries::failed};
use crate::{
    clients::{
        process::Termination,
        scenarios::CONTROL,
        trace::{Exchange, Outcome},
        trial_record::TrialRecord,
    },
    contract::Contract,
};

pub(super) fn user_agent(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let Some(exchange) = trial.trace.api().next() else {
        return Judgement::NotExercised;
    };
    match exchange.request.message.header("user-agent") {
        None => Judgement::Violation("no User-Agent".to_owned()),
        Some(agent) if agent.contains('/') => Judgement::Pass,
        Some(agent) => Judgement::Violation(format!("User-Agent: {agent} has no version")),
    }
}

pub(super) fn bodies(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let concerns_a_body = |exchange: &&Exchange| {
        let message = &exchange.request.message;
        message.whole && (!message.body.is_empty() || takes_body(exchange))
    };
    let mut exchanges = trial.trace.api().filter(concerns_a_body).peekable();
    if exchanges.peek().is_none() {
        return Judgement::NotExercised;
    }
    let Ok(contract) = Contract::load(false) else {
        return Judgement::Inconclusive("the contract does not load".to_owned());
    };
    exchanges
        .find_map(|exchange| wrong_body(trial, exchange, &contract))
        .into()
}

/// Whether the operation of a request takes a body.
fn takes_body(exchange: &Exchange) -> bool {
    operation_of(exchange).is_some_and(|operation| operation.request.is_some())
}

fn wrong_body(trial: &TrialRecord, exchange: &Exchange, contract: &Contract) -> Option<String> {
    let message = &exchange.request.message;
    let shown = format!("{} {}", exchange.request.method, exchange.path());
    if message.body.is_empty() {
        return Some(match failed_before(trial, exchange) {
            Some(outcome) => {
                format!("{shown}: the body is empty; it was sent with one before, and {outcome}")
            }
            None => format!("{shown}: the body is empty"),
        });
    }
    let media_type = message.header("content-type").unwrap_or_default();
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    if !plain.eq_ignore_ascii_case("application/json") {
        return Some(format!("{shown}: the body is declared as `{media_type}`"));
    }
    let Some(body) = message.json() else {
        return Some(format!("{shown}: the body is not JSON"));
    };
    let document = operation_of(exchange)?.request?;
    let violation = contract.violation(document, &body)?;
    Some(format!(
        "{shown}: {} at {}",
        violation.message, violation.at
    ))
}

/// How the request failed when it was sent with a body before: a stream is at its end after the first attempt.
fn failed_before(trial: &TrialRecord, exchange: &Exchange) -> Option<String> {
    let request = &exchange.request;
    let mut earlier = trial.trace.api().filter(|other| {
        other.at() < exchange.at()
            && other.request.method == request.method
            && other.request.target == request.target
            && !other.request.message.body.is_empty()
    });
    let last = earlier.next_back().filter(|last| failed(last))?;
    Some(last.status().map_or_else(
        || "received no response".to_owned(),
        |status| format!("returned {status}"),
    ))
}

/// The operation of a request.
pub(super) fn operation_of(exchange: &Exchange) -> Option<&'static schemas::Operation> {
    let path = exchange.path().strip_prefix(schemas::API_PREFIX)?;
    operations::find(&exchange.request.method, path)
}

pub(super) fn gets_without_bodies(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let gets = trial.trace.api();
    let mut gets = gets
        .filter(|exchange| exchange.request.method == "GET")
        .peekable();
    if gets.peek().is_none() {
        return Judgement::NotExercised;
    }
    let with_body = gets.find(|exchange| !exchange.request.message.body.is_empty());
    with_body
        .map(|exchange| format!("GET {} has a body", exchange.path()))
        .into()
}

pub(super) fn accept(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let accepts = trial
        .trace
        .api()
        .filter_map(|exchange| exchange.request.message.header("accept"));
    let mut accepts = accepts.peekable();
    if accepts.peek().is_none() {
        return Judgement::NotExercised;
    }
    let json = |accept: &&str| {
        ["*/*", "application/*", "json"]
            .iter()
            .any(|one| accept.contains(one))
    };
    let wrong = accepts.find(|accept| !json(accept));
    wrong.map(|accept| format!("Accept: {accept}")).into()
}

pub(super) fn leaves_closed_connections(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let says_close = |exchange: &&Exchange| {
        let says = exchange
            .response()
            .and_then(|response| response.message.header("connection"));
        says.is_some_and(|says| {
            let mut options = says.split(',');
            options.any(|option| option.trim().eq_ignore_ascii_case("close"))
        })
    };
    let later = |exchange: &Exchange| {
        let (answered, connection) = (exchange.completed_at(), exchange.connection);
        let mut later = trial
            .trace
            .api()
            .filter(move |other| Some(other.at()) > answered);
        let on_the_same = later.clone().any(|other| other.connection == connection);
        later.next().map(|_| on_the_same)
    };
    let closed = trial.trace.api().filter(says_close);
    let again: Vec<_> = closed.filter_map(later).collect();
    if again.is_empty() {
        return Judgement::NotExercised;
    }
    again
        .contains(&true)
        .then(|| {
            "another request on a connection after a response with Connection: close".to_owned()
        })
        .into()
}

pub(super) fn survives_idle_close(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if trial.scenario.name != "idle-close" || trial.trace.api().count() < 2 {
        return Judgement::NotExercised;
    }
    let lost = |exchange: &&Exchange| matches!(exchange.outcome, Outcome::None);
    if trial
        .trace
        .api()
        .filter(lost)
        .any(|exchange| exchange.request.method != "GET")
    {
        // It is unknown whether the request was executed, so giving up is correct.
        return Judgement::Inconclusive(
            "the request lost on the closed connection is not a GET".to_owned(),
        );
    }
    failed_unlike_control(trial, trials)
        .then(|| how_it_failed(trial, "where connections stayed open"))
        .into()
}

/// Whether a program failed that did not fail in the control scenario.
pub(super) fn failed_unlike_control(trial: &TrialRecord, trials: Trials<'_>) -> bool {
    let code = |trial: &TrialRecord| match trial.output.as_ref().map(|output| output.termination) {
        Some(Termination::Exited(status)) => status.code(),
        Some(Termination::Sigterm(_) | Termination::Sigkill | Termination::MemoryLimit) | None => {
            None
        }
    };
    let (control, here) = (trials.control().and_then(code), code(trial));
    control == Some(0) && here.is_some_and(|code| code != 0)
}

/// A 1xx that the program also gets where nothing fails, such as the 100 that it asks for, is nothing new to it; and where
/// something else fails, it may be right to fail.
pub(super) fn ignores_informational(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let received = |trial: &TrialRecord| -> HashSet<u16> {
        let responses = trial.trace.api().filter_map(Exchange::response);
        let received = responses.flat_map(|response| &response.informational);
        received.copied().collect()
    };
    let is_control = trial.scenario.name == CONTROL;
    let control = trials.control().filter(|_| !is_control);
    let known = control.map(received).unwrap_or_default();
    if received(trial).is_subset(&known) {
        return Judgement::NotExercised;
    }
    let mut others = trial.trace.api();
    let has_other = others.any(|exchange| exchange.status().is_none_or(|status| status >= 400));
    match (succeeded(trial), failed_unlike_control(trial, trials)) {
        (Some(true) | None, _) => Judgement::Pass,
        (Some(false), true) if !has_other => {
            Judgement::Violation(how_it_failed(trial, "without the 1xx"))
        }
        (Some(false), _) => Judgement::NotExercised,
    }
}

/// The rows of a list and its total, whatever the field of the rows is called.
pub(super) fn rows(body: &Value) -> Option<(&Vec<Value>, u64)> {
    let total = body["total"].as_u64()?;
    let fields = body.as_object()?;
    let rows = fields.values().find_map(Value::as_array)?;
    Some((rows, total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{exited, get, judged, trial, trials},
        scenarios,
    };

    fn request(at_ms: u64, method: &str, path: &str, body: &str, status: u16) -> Exchange {
        let mut exchange = get(at_ms, &format!("/api/v1{path}"), status, None);
        exchange.request.method = method.to_owned();
        exchange.request.message.body = body.as_bytes().to_vec();
        let header = ("Content-Type".to_owned(), b"application/json".to_vec());
        exchange.request.message.headers.push(header);
        exchange
    }

    fn blacklist(at_ms: u64, body: &str, status: u16) -> Exchange {
        request(at_ms, "POST", "/blacklists", body, status)
    }

    fn verdict(exchanges: Vec<Exchange>) -> Judgement {
        judged(bodies, &trial(exchanges))
    }

    const BLACKLIST: &str = r#"{"name":"Customers"}"#;

    #[test]
    fn operation_with_a_body_needs_one_in_each_attempt() {
        assert_eq!(verdict(vec![blacklist(0, BLACKLIST, 201)]), Judgement::Pass);
        let empty = |before: Vec<Exchange>| verdict([before, vec![blacklist(9, "", 400)]].concat());
        let violation = |after: &str| {
            let seen = format!("POST /api/v1/blacklists: the body is empty{after}");
            Judgement::Violation(seen)
        };
        assert_eq!(empty(Vec::new()), violation(""));
        assert_eq!(
            empty(vec![blacklist(0, BLACKLIST, 429)]),
            violation("; it was sent with one before, and returned 429")
        );
        // Another request, not another attempt.
        assert_eq!(empty(vec![blacklist(0, BLACKLIST, 201)]), violation(""));
    }

    #[test]
    fn request_without_a_body_is_judged_only_if_it_needs_one_and_was_sent_in_full() {
        let without = [
            request(0, "GET", "/orders", "", 200),
            request(0, "DELETE", "/blacklists/one", "", 204),
            request(0, "POST", "/nothing", "", 404),
        ];
        for exchange in without {
            assert_eq!(verdict(vec![exchange]), Judgement::NotExercised);
        }
        let mut cut = blacklist(0, "", 400);
        cut.request.message.whole = false;
        assert_eq!(verdict(vec![cut]), Judgement::NotExercised);
    }
    /// The judgement of a program that fails after these responses, with a 1xx each, and gets a 201 after this 1xx in control.
    fn informed(control: u16, responses: &[(u16, u16)]) -> Judgement {
        let post = |at_ms, informational, status| {
            let mut post = blacklist(at_ms, BLACKLIST, status);
            if let Outcome::Response(response) = &mut post.outcome {
                response.informational.push(informational);
            }
            post
        };
        let control = TrialRecord {
            output: Some(exited(0)),
            ..trial(vec![post(0, control, 201)])
        };
        let responses = responses.iter().zip(0..);
        let responses =
            responses.map(|((informational, status), at_ms)| post(at_ms, *informational, *status));
        let trial = TrialRecord {
            scenario: scenarios::find("early-hints").unwrap(),
            output: Some(exited(1)),
            ..trial(responses.collect())
        };
        ignores_informational(&trial, trials(&[control]))
    }

    #[test]
    fn failure_of_a_program_that_asks_for_100_has_another_cause() {
        assert_eq!(informed(100, &[(100, 201)]), Judgement::NotExercised);
        assert_eq!(informed(100, &[(103, 500)]), Judgement::NotExercised);
        let lost = informed(100, &[(100, 201), (103, 201)]);
        assert!(matches!(lost, Judgement::Violation(_)), "{lost:?}");
    }
}
