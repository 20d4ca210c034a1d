//! What a program reports to its user.

use serde_json::Value;

use super::{Judgement, Trials, endless_waits, silence};
use crate::clients::{
    crash::Crash,
    process::{Output, Termination},
    trial_record::TrialRecord,
};

pub(super) fn reports_failure(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let Some(Output {
        termination: Termination::Exited(status),
        ..
    }) = trial.output
    else {
        let silent = silence::is_over(trial, trials);
        return if silent == Judgement::NotExercised {
            endless_waits::goes_on(trial, trials)
        } else {
            silent
        };
    };
    let mut exchanges = trial.trace.api().peekable();
    if exchanges.peek().is_none() {
        return Judgement::NotExercised;
    }
    let fine = trial.scenario.yaml.is_none();
    let refused = exchanges.all(|exchange| {
        exchange
            .status()
            .is_some_and(|status| status == 401 || status == 403)
    });
    match (fine, refused, status.success()) {
        (true, _, false) => {
            Judgement::Violation(format!("nothing failed, but it exited with {status}"))
        }
        (false, true, true) => Judgement::Violation(
            "every request returned 401 or 403, but it exited with status 0".to_owned(),
        ),
        (true, _, true) | (false, true, false) => Judgement::Pass,
        (false, false, _) => Judgement::NotExercised,
    }
}

pub(super) fn does_not_crash(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let output = trial
        .output
        .as_ref()
        .filter(|_| trial.trace.api().next().is_some());
    let Some(output) = output else {
        return Judgement::NotExercised;
    };
    match (Crash::detect(Some(output)), output.termination) {
        (Crash::Aborted(how) | Crash::Uncaught(how), _) => Judgement::Violation(how),
        (Crash::Unclear(reason), _) => Judgement::Inconclusive(reason),
        (Crash::No, Termination::Exited(_)) => Judgement::Pass,
        (Crash::No, Termination::Sigterm(_) | Termination::Sigkill | Termination::MemoryLimit) => {
            Judgement::NotExercised
        }
    }
}

pub(super) fn exits_on_sigterm(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    match trial.output.as_ref().map(|output| output.termination) {
        Some(Termination::Sigterm(_)) => Judgement::Pass,
        Some(Termination::Sigkill) => {
            Judgement::Violation("it ignored SIGTERM and had to be killed".to_owned())
        }
        Some(Termination::Exited(_) | Termination::MemoryLimit) | None => Judgement::NotExercised,
    }
}

pub(super) fn unauthorized_and_forbidden_differ(trials: Trials<'_>) -> Judgement {
    let mut pairs = ["revoked-at-start", "refresh-revoked"]
        .into_iter()
        .filter_map(|name| {
            let (unauthorized, forbidden) = trials.pair(name, "missing-scope")?;
            output_after(unauthorized, 401).zip(output_after(forbidden, 403))
        });
    let Some((output, other)) = pairs.next() else {
        return Judgement::NotExercised;
    };
    same_end(output, other)
        .then(|| "exit status and output are the same for both".to_owned())
        .into()
}

/// The output of a program that received this status.
fn output_after(trial: &TrialRecord, status: u16) -> Option<&Output> {
    let mut exchanges = trial.trace.api();
    let has_received = exchanges.any(|exchange| exchange.status() == Some(status));
    trial.output.as_ref().filter(|_| has_received)
}

/// Whether two runs are indistinguishable by their termination and output.
pub(super) fn same_end(output: &Output, other: &Output) -> bool {
    output.termination == other.termination
        && output.stderr == other.stderr
        && output.stdout == other.stdout
}

pub(super) fn names_scopes(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let named = reports_scopes(trial).filter(|_| {
        let ended = trial.output.as_ref().map(|output| output.termination);
        matches!(ended, Some(Termination::Exited(_)))
    });
    match named {
        None => Judgement::NotExercised,
        Some(true) => Judgement::Pass,
        Some(false) => {
            Judgement::Violation("its output names none of the scopes required by a 403".to_owned())
        }
    }
}

/// Whether a program's output names a scope that a 403 required; `None` if no 403 required any.
pub(super) fn reports_scopes(trial: &TrialRecord) -> Option<bool> {
    let mut scopes = Vec::new();
    for exchange in trial
        .trace
        .api()
        .filter(|exchange| exchange.status() == Some(403))
    {
        let body = exchange
            .response()
            .and_then(|response| response.message.json());
        required_scopes(&body.unwrap_or_default(), &mut scopes);
    }
    let output = trial.output.as_ref().filter(|_| !scopes.is_empty())?;
    let named = |scope: &String| {
        [&output.stdout, &output.stderr]
            .iter()
            .any(|text| memchr::memmem::find(text, scope.as_bytes()).is_some())
    };
    Some(scopes.iter().any(named))
}

/// The scopes that an error requires, anywhere in its body.
fn required_scopes(error: &Value, scopes: &mut Vec<String>) {
    let Value::Object(fields) = error else { return };
    for (name, value) in fields {
        if name == "required_scopes" {
            let list = value.as_array().into_iter().flatten();
            scopes.extend(list.filter_map(Value::as_str).map(str::to_owned));
        } else {
            required_scopes(value, scopes);
        }
    }
}
