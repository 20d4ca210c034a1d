//! How a program signs in: its authorization request, and its check of the response.

use std::collections::HashMap;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use sha2::{Digest, Sha256};

use super::super::{Judgement, Trials};
use crate::clients::{
    oauth::{
        AuthorizationRequest, AuthorizationResponse, TokenRequest, authorization_requests,
        token_requests,
    },
    trial_record::TrialRecord,
};

/// Lengths in characters: of a code verifier (RFC 7636 §4.1), and of a challenge, which is a SHA-256.
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;
const CHALLENGE: usize = 43;

/// The authorization responses with a code, and their requests.
fn responses_with_code(
    trial: &TrialRecord,
) -> impl Iterator<Item = (AuthorizationRequest<'_>, AuthorizationResponse, String)> {
    let requests = authorization_requests(&trial.trace);
    requests.filter_map(|request| {
        let response = request.response()?;
        let code = response.code.clone()?;
        Some((request, response, code))
    })
}

/// Whether a code was redeemed.
fn is_redeemed(trial: &TrialRecord, code: &str) -> bool {
    token_requests(&trial.trace).any(|request| request.code() == Some(code))
}

/// A violation if a code was redeemed from a response with this flaw.
fn redeems_despite(
    trial: &TrialRecord,
    wrong: impl Fn(&AuthorizationRequest<'_>, &AuthorizationResponse) -> bool,
    seen: &str,
) -> Judgement {
    let wrong =
        responses_with_code(trial).filter(|(request, response, _)| wrong(request, response));
    let mut codes = wrong.map(|(_, _, code)| code).peekable();
    if codes.peek().is_none() {
        return Judgement::NotExercised;
    }
    codes
        .find(|code| is_redeemed(trial, code))
        .map(|_| seen.to_owned())
        .into()
}

pub(in super::super) fn checks_state(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let wrong = |request: &AuthorizationRequest<'_>, response: &AuthorizationResponse| {
        let sent = request.parameters.get("state");
        sent.is_some() && sent != response.state.as_deref()
    };
    let seen = "a code was redeemed that came with a `state` that was not sent";
    redeems_despite(trial, wrong, seen)
}

pub(in super::super) fn checks_issuer(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let issuer = trial.credential.grant().map(|grant| &*grant.issuer);
    let wrong = |_: &AuthorizationRequest<'_>, response: &AuthorizationResponse| {
        response.issuer.is_some() && response.issuer.as_deref() != issuer
    };
    let seen = "a code was redeemed that came with the `iss` of another server";
    redeems_despite(trial, wrong, seen)
}

pub(in super::super) fn proves_possession(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut requests = authorization_requests(&trial.trace).peekable();
    if requests.peek().is_none() {
        return Judgement::NotExercised;
    }
    if let Some(wrong) = requests.find_map(|request| wrong_challenge(&request)) {
        return Judgement::Violation(wrong);
    }
    let challenges: HashMap<_, _> = responses_with_code(trial)
        .filter_map(|(request, _, code)| {
            let challenge = request.parameters.get("code_challenge")?.to_owned();
            Some((code, challenge))
        })
        .collect();
    let mut redeemed = token_requests(&trial.trace);
    redeemed
        .find_map(|request| wrong_verifier(&request, challenges.get(request.code()?)?))
        .into()
}

fn wrong_challenge(request: &AuthorizationRequest<'_>) -> Option<String> {
    let Some(challenge) = request.parameters.get("code_challenge") else {
        return Some("an authorization request without a `code_challenge`".to_owned());
    };
    match request.parameters.get("code_challenge_method") {
        Some("S256") => {}
        Some(_) => return Some("a `code_challenge_method` other than S256".to_owned()),
        None => return Some("no `code_challenge_method`, which means `plain`".to_owned()),
    }
    let is_digest =
        challenge.len() == CHALLENGE && BASE64_URL_SAFE_NO_PAD.decode(challenge).is_ok();
    (!is_digest).then(|| "a `code_challenge` that is not a SHA-256 in base64url".to_owned())
}

fn wrong_verifier(request: &TokenRequest<'_>, challenge: &str) -> Option<String> {
    let Some(verifier) = request.parameters.get("code_verifier") else {
        return Some("a code was redeemed without a `code_verifier`".to_owned());
    };
    let unreserved = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    if !VERIFIER.contains(&verifier.len()) || !verifier.chars().all(unreserved) {
        let length = verifier.len();
        return Some(format!(
            "a `code_verifier` of {length} characters; from 43 to 128 unreserved characters are right"
        ));
    }
    let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    (digest != challenge).then(|| "a `code_verifier` that does not match its challenge".to_owned())
}

/// Judged over all trials together: each has its own sign-in, and they share nothing.
pub(in super::super) fn another_verifier_each_time(trials: Trials<'_>) -> Judgement {
    let mut challenges: Vec<_> = trials
        .all
        .iter()
        .flat_map(responses_with_code)
        .filter_map(|(request, _, _)| {
            let challenge = request.parameters.get("code_challenge")?;
            Some(challenge.to_owned())
        })
        .collect();
    if challenges.len() < 2 {
        return Judgement::NotExercised;
    }
    challenges.sort_unstable();
    challenges
        .windows(2)
        .any(|pair| pair[0] == pair[1])
        .then(|| "two sign-ins had the same `code_challenge`".to_owned())
        .into()
}
