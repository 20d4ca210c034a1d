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
    let with_body = |exchange: &&Exchange| {
        exchange.request.message.whole && !exchange.request.message.body.is_empty()
    };
    let mut exchanges = trial.trace.api().filter(with_body).peekable();
    if exchanges.peek().is_none() {
        return Judgement::NotExercised;
    }
    let Ok(contract) = Contract::load(false) else {
        return Judgement::Inconclusive("the contract does not load".to_owned());
    };
    exchanges
        .find_map(|exchange| wrong_body(exchange, &contract))
        .into()
}

fn wrong_body(exchange: &Exchange, contract: &Contract) -> Option<String> {
    let message = &exchange.request.message;
    let shown = format!("{} {}", exchange.request.method, exchange.path());
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
        .then(|| "it failed, but not where connections stayed open".to_owned())
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

pub(super) fn reuses_connections(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    if trial.scenario.yaml.is_some() {
        return Judgement::NotExercised;
    }
    let calls = trial.trace.api().count();
    let used: HashSet<_> = trial
        .trace
        .api()
        .map(|exchange| exchange.connection)
        .collect();
    // Concurrent requests need a connection each, and some libraries open a spare one.
    let side_by_side = 2 * Concurrency::of(trial, trial.trace.api()).peak();
    if calls < MIN_CALLS || calls <= side_by_side {
        return Judgement::NotExercised;
    }
    let connections = used.len();
    (connections * 2 > calls && connections > side_by_side)
        .then(|| format!("{connections} connections for {calls} requests"))
        .into()
}

pub(super) fn ignores_informational(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let hinted = |exchange: &Exchange| {
        exchange
            .response()
            .is_some_and(|response| !response.informational.is_empty())
    };
    if !trial.trace.api().any(hinted) {
        return Judgement::NotExercised;
    }
    failed_unlike_control(trial, trials)
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
