//! What a program's user gets to know.

use super::{Judgement, Trials};
use crate::clients::{
    process::{Ended, Output},
    trial::Evidence,
};

pub(super) fn tells_failure(one: &Evidence, _: Trials<'_>) -> Judgement {
    let Some(Output {
        ended: Ended::Itself(status),
        ..
    }) = one.output
    else {
        return Judgement::NotArmed;
    };
    let mut calls = one.trace.api().peekable();
    if calls.peek().is_none() {
        return Judgement::NotArmed;
    }
    let fine = one.scenario.yaml.is_none();
    let refused = calls.all(|call| {
        call.status()
            .is_some_and(|status| status == 401 || status == 403)
    });
    match (fine, refused, status.success()) {
        (true, _, false) => Judgement::Broken(format!("all went well, and it ended with {status}")),
        (false, true, true) => {
            Judgement::Broken("every call was refused, and it ended with status 0".to_owned())
        }
        (true, _, true) | (false, true, false) => Judgement::Kept,
        (false, false, _) => Judgement::NotArmed,
    }
}

pub(super) fn ends_when_asked(one: &Evidence, _: Trials<'_>) -> Judgement {
    match one.output.as_ref().map(|output| output.ended) {
        Some(Ended::Asked(_)) => Judgement::Kept,
        Some(Ended::Killed) => {
            Judgement::Broken("it went on after SIGTERM, and had to be killed".to_owned())
        }
        Some(Ended::Itself(_)) | None => Judgement::NotArmed,
    }
}

pub(super) fn unauthorized_and_forbidden_differ(trials: Trials<'_>) -> Judgement {
    let ended = |name, status| {
        let one = trials.under(name)?;
        let met = one.trace.api().any(|call| call.status() == Some(status));
        one.output.as_ref().filter(|_| met)
    };
    let (Some(one), Some(other)) = (ended("revoked-at-start", 401), ended("missing-scope", 403))
    else {
        return Judgement::NotArmed;
    };
    let same = one.ended == other.ended && one.stderr == other.stderr && one.stdout == other.stdout;
    same.then(|| "it ends and prints the same for both".to_owned())
        .into()
}
