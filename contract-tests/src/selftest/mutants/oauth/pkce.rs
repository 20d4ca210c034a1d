//! A server that accepts invalid verifiers. The bug replaces the challenge of every authorization by one whose verifier it
//! knows; the client's challenge is sent along in a parameter that the server ignores.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use sha2::{Digest, Sha256};

use super::{
    TOKEN,
    form::{field, is_post, set_field},
    redirect::{is_authorization, issued_code},
};
use crate::selftest::{
    mutants::set_parameter,
    target::{PatchedRequest, PatchedResponse},
};

/// The verifier of every code.
const VERIFIER: &str = "a-verifier-that-no-client-has-made-and-opens-all";
/// The parameter for the challenge of the client.
const SENT: &str = "sent_challenge";

pub(super) fn challenge() -> String {
    s256(VERIFIER)
}

fn s256(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// Redeems a code if its verifier matches its challenge, or if `accepts` returns true for the two.
pub(super) fn accept_verifiers(
    request: &mut PatchedRequest,
    accepts: fn(&str, Option<&str>) -> bool,
) {
    if is_authorization(request)
        && let Some(sent) = request.parameter("code_challenge")
        && request.parameter("code_challenge_method").as_deref() == Some("S256")
        && sent.len() == challenge().len()
    {
        set_parameter(request, "code_challenge", &challenge());
        set_parameter(request, SENT, &sent);
    }
    let Some(code) = field(request, "code").filter(|_| is_post(request, TOKEN)) else {
        return;
    };
    let challenge = request.with_memory(|memory| memory.firsts.get(&code).cloned());
    let challenge = challenge.unwrap_or_default();
    let verifier = field(request, "code_verifier");
    let is_right = verifier.as_deref().is_some_and(|verifier| {
        (43..=128).contains(&verifier.len()) && s256(verifier) == challenge
    });
    if is_right || accepts(&challenge, verifier.as_deref()) {
        set_field(request, "code_verifier", VERIFIER);
    }
}

/// Records the challenge that a code was issued for.
pub(super) fn keep_challenge(request: &PatchedRequest, response: &mut PatchedResponse) {
    if let (Some(sent), Some((_, code))) = (request.parameter(SENT), issued_code(response)) {
        request.with_memory(|memory| memory.firsts.insert(code, sent));
    }
}
