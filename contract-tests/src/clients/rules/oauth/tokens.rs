//! Where refresh tokens, codes and verifiers may be sent: in requests to the authorization server.

use super::super::{Judgement, Trials};
use crate::clients::{
    leak_scan::ScanResult,
    trace::{Exchange, Origin},
    trial_record::TrialRecord,
};

/// Whether there is a secret to check: a program with an API key has none of these.
fn signs_in(trial: &TrialRecord) -> bool {
    trial.credential.grant().is_some()
}

/// Whether a request contains a secret that only the authorization server may receive.
fn holds(trial: &TrialRecord, exchange: &Exchange) -> bool {
    let message = &exchange.request.message;
    let mut headers = message.headers.iter();
    headers.any(|(_, value)| trial.holds_private(value))
        || trial.holds_private(exchange.request.target.as_bytes())
        || trial.holds_private(&message.body)
}

pub(in super::super) fn only_to_the_authorization_server(
    trial: &TrialRecord,
    _: Trials<'_>,
) -> Judgement {
    let elsewhere = trial.trace.exchanges.iter();
    let mut elsewhere = elsewhere
        .filter(|exchange| signs_in(trial) && exchange.origin != Origin::AuthorizationServer)
        .peekable();
    if elsewhere.peek().is_none() {
        return Judgement::NotExercised;
    }
    let leak = elsewhere.find(|exchange| holds(trial, exchange));
    leak.map(|exchange| {
        let to = exchange.origin.label();
        format!("a refresh token, code or verifier was sent to {to}")
    })
    .into()
}

pub(in super::super) fn shown_nowhere(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut exchanges = trial.trace.exchanges.iter().peekable();
    if exchanges.peek().is_none() || !signs_in(trial) {
        return Judgement::NotExercised;
    }
    if exchanges.any(|exchange| trial.holds_private(exchange.request.target.as_bytes())) {
        let seen = "a refresh token, code or verifier is in the URL of a request";
        return Judgement::Violation(seen.to_owned());
    }
    let Some(output) = &trial.output else {
        return Judgement::Pass;
    };
    let outputs = [
        ("standard output", &output.stdout),
        ("standard error", &output.stderr),
    ];
    let mut outputs = outputs.into_iter();
    if let Some((name, _)) = outputs.find(|(_, bytes)| trial.holds_private(bytes)) {
        let seen = format!("a refresh token, code or verifier is on its {name}");
        return Judgement::Violation(seen);
    }
    match &output.leak_scan {
        Some(ScanResult::KeyIn(file)) => Judgement::Violation(format!(
            "a token, code or verifier, or a part of one, is in the file {file}"
        )),
        Some(ScanResult::Incomplete) => {
            Judgement::Inconclusive("it has written more than can be searched".to_owned())
        }
        Some(ScanResult::NoKey) | None => Judgement::Pass,
    }
}
