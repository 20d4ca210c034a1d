//! The form of requests.

use std::collections::HashSet;

use schemas::operations;
use serde_json::Value;

use super::{Judgement, Trials, concurrency::Concurrency};
use crate::{
    clients::{
        process::Termination,
        trace::{Exchange, Outcome},
        trial_record::TrialRecord,
    },
    contract::Contract,
};

/// Minimum number of requests to decide whether connections are reused.
const MIN_CALLS: usize = 5;

pub(super) fn user_agent(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let Some(call) = one.trace.api().next() else {
        return Judgement::NotExercised;
    };
    match call.request.message.header("user-agent") {
        None => Judgement::Violation("no User-Agent".to_owned()),
        Some(agent) if agent.contains('/') => Judgement::Pass,
        Some(agent) => Judgement::Violation(format!("User-Agent: {agent} has no version")),
    }
}

pub(super) fn bodies(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let with_body =
        |call: &&Exchange| call.request.message.whole && !call.request.message.body.is_empty();
    let mut calls = one.trace.api().filter(with_body).peekable();
    if calls.peek().is_none() {
        return Judgement::NotExercised;
    }
    let Ok(contract) = Contract::load(false) else {
        return Judgement::Inconclusive("the contract does not load".to_owned());
    };
    calls.find_map(|call| wrong_body(call, &contract)).into()
}

fn wrong_body(call: &Exchange, contract: &Contract) -> Option<String> {
    let message = &call.request.message;
    let shown = format!("{} {}", call.request.method, call.path());
    let media_type = message.header("content-type").unwrap_or_default();
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    if !plain.eq_ignore_ascii_case("application/json") {
        return Some(format!("{shown}: the body is declared as `{media_type}`"));
    }
    let Some(body) = message.json() else {
        return Some(format!("{shown}: the body is not JSON"));
    };
    let document = operation_of(call)?.request?;
    let violation = contract.violation(document, &body)?;
    Some(format!(
        "{shown}: {} at {}",
        violation.message, violation.at
    ))
}

/// The operation of a request.
pub(super) fn operation_of(call: &Exchange) -> Option<&'static schemas::Operation> {
    let path = call.path().strip_prefix(schemas::API_PREFIX)?;
    operations::find(&call.request.method, path)
}

pub(super) fn accept(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let accepts = one
        .trace
        .api()
        .filter_map(|call| call.request.message.header("accept"));
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

pub(super) fn leaves_closed_connections(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let says_close = |call: &&Exchange| {
        let says = call
            .response()
            .and_then(|answer| answer.message.header("connection"));
        says.is_some_and(|says| {
            let mut options = says.split(',');
            options.any(|option| option.trim().eq_ignore_ascii_case("close"))
        })
    };
    let later = |call: &Exchange| {
        let (answered, connection) = (call.completed_at(), call.connection);
        let mut later = one
            .trace
            .api()
            .filter(move |other| Some(other.at()) > answered);
        let on_the_same = later.clone().any(|other| other.connection == connection);
        later.next().map(|_| on_the_same)
    };
    let closed = one.trace.api().filter(says_close);
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

pub(super) fn survives_idle_close(one: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if one.scenario.name != "idle-close" || one.trace.api().count() < 2 {
        return Judgement::NotExercised;
    }
    let lost = |call: &&Exchange| matches!(call.outcome, Outcome::None);
    if one
        .trace
        .api()
        .filter(lost)
        .any(|call| call.request.method != "GET")
    {
        // It is unknown whether the request was executed, so giving up is correct.
        return Judgement::Inconclusive(
            "the request lost on the closed connection is not a GET".to_owned(),
        );
    }
    failed_unlike_control(one, trials)
        .then(|| "it failed, but not where connections stayed open".to_owned())
        .into()
}

/// Whether a program failed that did not fail in the control scenario.
pub(super) fn failed_unlike_control(one: &TrialRecord, trials: Trials<'_>) -> bool {
    let code = |one: &TrialRecord| match one.output.as_ref().map(|output| output.termination) {
        Some(Termination::Exited(status)) => status.code(),
        Some(Termination::Sigterm(_) | Termination::Sigkill | Termination::MemoryLimit) | None => {
            None
        }
    };
    let (control, here) = (trials.control().and_then(code), code(one));
    control == Some(0) && here.is_some_and(|code| code != 0)
}

pub(super) fn reuses_connections(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    if one.scenario.yaml.is_some() {
        return Judgement::NotExercised;
    }
    let calls = one.trace.api().count();
    let used: HashSet<_> = one.trace.api().map(|call| call.connection).collect();
    // Concurrent requests need a connection each, and some libraries open a spare one.
    let side_by_side = 2 * Concurrency::of(one, one.trace.api()).peak();
    if calls < MIN_CALLS || calls <= side_by_side {
        return Judgement::NotExercised;
    }
    let connections = used.len();
    (connections * 2 > calls && connections > side_by_side)
        .then(|| format!("{connections} connections for {calls} requests"))
        .into()
}

pub(super) fn ignores_informational(one: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let hinted = |call: &Exchange| {
        call.response()
            .is_some_and(|answer| !answer.informational.is_empty())
    };
    if !one.trace.api().any(hinted) {
        return Judgement::NotExercised;
    }
    failed_unlike_control(one, trials)
        .then(|| "it failed, but not without the 1xx".to_owned())
        .into()
}

/// The rows of a list and its total, whatever the field of the rows is called.
pub(super) fn rows(body: &Value) -> Option<(&Vec<Value>, u64)> {
    let total = body["total"].as_u64()?;
    let fields = body.as_object()?;
    let rows = fields.values().find_map(Value::as_array)?;
    Some((rows, total))
}
