//! Bugs of the authorization endpoint: which clients get a code, and where it is sent.

use http::header;
use url::Url;

use super::{
    CLIENT, OAUTH,
    pkce::{self, accept_verifiers, keep_challenge},
    redirect::{answer_with_redirect, edit_location, is_authorization},
};
use crate::selftest::{
    mutants::{Mutant, patch_both, patch_request, patch_response, set_parameter},
    target::PatchedRequest,
};

/// A registered redirect URI of the client.
const REGISTERED: &str = "http://127.0.0.1/callback";

fn redirect_uri(request: &PatchedRequest) -> Option<Url> {
    request.parameter("redirect_uri")?.parse().ok()
}

pub(in crate::selftest::mutants) const MUTANTS: &[Mutant] = &[
    patch_both(
        "a code needs no verifier",
        "PRV-OAUTH-PKCE",
        |request| accept_verifiers(request, |_, verifier| verifier.is_none()),
        keep_challenge,
    )
    .by(OAUTH),
    patch_both(
        "a code can be redeemed with any verifier",
        "PRV-OAUTH-PKCE",
        |request| {
            accept_verifiers(request, |_, verifier| {
                verifier.is_some_and(|verifier| verifier.len() == 43)
            });
        },
        keep_challenge,
    )
    .by(OAUTH),
    patch_both(
        "the challenge is accepted as its own verifier",
        "PRV-OAUTH-PKCE",
        |request| accept_verifiers(request, |challenge, verifier| verifier == Some(challenge)),
        keep_challenge,
    )
    .by(OAUTH),
    patch_both(
        "too short verifiers are accepted",
        "PRV-OAUTH-PKCE",
        |request| {
            accept_verifiers(request, |_, verifier| {
                verifier.is_some_and(|verifier| verifier.len() < 43)
            });
        },
        keep_challenge,
    )
    .by(OAUTH),
    patch_both(
        "too long verifiers are accepted",
        "PRV-OAUTH-PKCE",
        |request| {
            accept_verifiers(request, |_, verifier| {
                verifier.is_some_and(|verifier| verifier.len() > 128)
            });
        },
        keep_challenge,
    )
    .by(OAUTH),
    patch_request("a code needs no challenge", "PRV-OAUTH-PKCE", |request| {
        if is_authorization(request) && request.parameter("code_challenge").is_none() {
            set_parameter(request, "code_challenge", &pkce::challenge());
        }
    })
    .by(OAUTH),
    patch_request(
        "plain challenges are accepted",
        "PRV-OAUTH-PKCE",
        |request| {
            if is_authorization(request)
                && request.parameter("code_challenge_method").as_deref() == Some("plain")
            {
                set_parameter(request, "code_challenge_method", "S256");
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "an unknown client is redirected with an error",
        "PRV-OAUTH-REDIRECT",
        |request, response| {
            let client = request.parameter("client_id");
            if is_authorization(request) && client.is_some_and(|client| client != CLIENT) {
                answer_with_redirect(request, response);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "redirect URIs are matched by their prefix",
        "PRV-OAUTH-REDIRECT",
        |request, response| {
            let is_longer = redirect_uri(request).is_some_and(|mut uri| {
                uri.set_port(None).is_ok() && uri.as_str().starts_with(REGISTERED)
            });
            if is_authorization(request) && is_longer && response.status == 400 {
                answer_with_redirect(request, response);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "redirect URIs are matched by their host only",
        "PRV-OAUTH-REDIRECT",
        |request, response| {
            let uri = redirect_uri(request);
            let is_registered = uri.is_some_and(|uri| uri.host_str() == Some("127.0.0.1"));
            if is_authorization(request) && is_registered && response.status == 400 {
                answer_with_redirect(request, response);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "the IPv6 loopback address is not accepted",
        "PRV-OAUTH-REDIRECT",
        |request, response| {
            let uri = redirect_uri(request);
            let is_ipv6 = uri.is_some_and(|uri| uri.host_str() == Some("[::1]"));
            if is_authorization(request) && is_ipv6 {
                response.set_status(400);
                response.headers.remove(header::LOCATION);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "errors are returned without the state",
        "PRV-OAUTH-STATE",
        |_, response| {
            edit_location(response, |has_error, name, value| {
                (!(has_error && name == "state")).then_some(value)
            });
        },
    )
    .by(OAUTH),
    patch_response(
        "a plus sign in the state is returned as a space",
        "PRV-OAUTH-STATE",
        |_, response| {
            edit_location(response, |_, name, value| {
                Some(if name == "state" {
                    value.replace('+', " ")
                } else {
                    value
                })
            });
        },
    )
    .by(OAUTH),
    patch_response(
        "codes are returned without the issuer",
        "PRV-OAUTH-STATE",
        |_, response| {
            edit_location(response, |has_error, name, value| {
                (has_error || name != "iss").then_some(value)
            });
        },
    )
    .by(OAUTH),
    patch_response(
        "an unknown scope is an invalid request",
        "PRV-OAUTH-STATE",
        |_, response| {
            edit_location(response, |_, _, value| {
                Some(if value == "invalid_scope" {
                    "invalid_request".to_owned()
                } else {
                    value
                })
            });
        },
    )
    .by(OAUTH),
];
