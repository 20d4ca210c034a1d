//! Where refresh tokens, codes and verifiers may be sent: in requests to the authorization server.

use super::super::{Judgement, Trials};
use crate::clients::{
    leak_scan::ScanResult,
    trace::{Exchange, Origin},
    trial_record::TrialRecord,
};

/// Whether there is a secret to check: a program with an API key has none of these.
fn signs_in(one: &TrialRecord) -> bool {
    one.credential.grant().is_some()
}

/// Whether a request contains a secret that only the authorization server may receive.
fn holds(one: &TrialRecord, call: &Exchange) -> bool {
    let message = &call.request.message;
    let mut headers = message.headers.iter();
    headers.any(|(_, value)| one.holds_private(value))
        || one.holds_private(call.request.target.as_bytes())
        || one.holds_private(&message.body)
}

pub(in super::super) fn only_to_the_authorization_server(
    one: &TrialRecord,
    _: Trials<'_>,
) -> Judgement {
    let elsewhere = one.trace.exchanges.iter();
    let mut elsewhere = elsewhere
        .filter(|call| signs_in(one) && call.origin != Origin::AuthorizationServer)
        .peekable();
    if elsewhere.peek().is_none() {
        return Judgement::NotExercised;
    }
    let leak = elsewhere.find(|call| holds(one, call));
    leak.map(|call| {
        let to = call.origin.label();
        format!("a refresh token, code or verifier was sent to {to}")
    })
    .into()
}

pub(in super::super) fn shown_nowhere(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut calls = one.trace.exchanges.iter().peekable();
    if calls.peek().is_none() || !signs_in(one) {
        return Judgement::NotExercised;
    }
    if calls.any(|call| one.holds_private(call.request.target.as_bytes())) {
        let seen = "a refresh token, code or verifier is in the URL of a request";
        return Judgement::Violation(seen.to_owned());
    }
    let Some(output) = &one.output else {
        return Judgement::Pass;
    };
    let outputs = [
        ("standard output", &output.stdout),
        ("standard error", &output.stderr),
    ];
    let mut outputs = outputs.into_iter();
    if let Some((name, _)) = outputs.find(|(_, bytes)| one.holds_private(bytes)) {
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
