//! Bugs in the use of grants: codes, refresh tokens, revocation and introspection.

use schemas::Scope;
use serde_json::json;

use super::{
    CLIENT, INTROSPECT, OAUTH, REVOKE, TOKEN,
    form::{field, is_post, remove_field, set_field},
    is_error,
    redirect::issued_code,
};
use crate::selftest::{
    mutants::{Mutant, patch_both, patch_request, patch_response},
    target::{PatchedRequest, PatchedResponse},
};

/// A text that is not a token of this server.
const UNKNOWN: &str = "no-such-text";

/// Replaces a code or token by an unknown text, so that the request has no effect.
fn invalidate(request: &mut PatchedRequest, name: &'static str) {
    set_field(request, name, UNKNOWN);
}

/// Whether this text was sent to this endpoint before.
fn is_repeated(request: &PatchedRequest, name: &str) -> bool {
    let Some(text) = field(request, name).filter(|_| is_post(request, TOKEN)) else {
        return false;
    };
    request.with_memory(|memory| !memory.texts.insert(text))
}

/// Records a successful response to a code or a refresh token.
fn record_tokens(request: &PatchedRequest, response: &PatchedResponse, name: &str) {
    let text = field(request, name).filter(|_| is_post(request, TOKEN));
    if let Some(text) = text.filter(|_| response.status.is_success()) {
        let body = response.json().to_string();
        request.with_memory(|memory| {
            memory.firsts.entry(text).or_insert(body);
        });
    }
}

/// Returns the first response to the same code or token again.
fn repeat_tokens(request: &PatchedRequest, response: &mut PatchedResponse, name: &str) {
    let text = field(request, name).filter(|_| is_post(request, TOKEN));
    let first =
        text.and_then(|text| request.with_memory(|memory| memory.firsts.get(&text).cloned()));
    if let Some(first) = first.filter(|_| is_error(response, "invalid_grant")) {
        response.set_status(200);
        response.body = first.into();
    }
}

/// The organization that a code or a refresh token names.
fn organization(text: &str) -> String {
    text[text.len().saturating_sub(6)..].to_owned()
}

fn are_known(scopes: &str) -> bool {
    let mut scopes = scopes.split(' ');
    scopes.all(|scope| scope.parse::<Scope>().is_ok())
}

/// Whether the text has the form of an access or a refresh token.
fn is_token(text: &str) -> bool {
    text.contains('.') || text.starts_with("ort_")
}

/// Replaces the request's client by the one that the code or refresh token was issued to.
fn use_token_of_owner(request: &mut PatchedRequest, name: &str) {
    let is_named = is_post(request, TOKEN) && field(request, "client_id").is_some();
    let text = field(request, name).filter(|_| is_named);
    let owner =
        text.and_then(|text| request.with_memory(|memory| memory.firsts.get(&text).cloned()));
    if let Some(owner) = owner {
        set_field(request, "client_id", &owner);
    }
}

pub(in crate::selftest::mutants) const MUTANTS: &[Mutant] = &[
    patch_response(
        "a code can be redeemed twice",
        "PRV-OAUTH-CODE",
        |request, response| {
            record_tokens(request, response, "code");
            repeat_tokens(request, response, "code");
        },
    )
    .by(OAUTH),
    patch_request(
        "the replay of a code revokes nothing",
        "PRV-OAUTH-CODE",
        |request| {
            if is_repeated(request, "code") {
                invalidate(request, "code");
            }
        },
    )
    .by(OAUTH),
    patch_both(
        "a code can be redeemed with another redirect URI",
        "PRV-OAUTH-CODE",
        |request| {
            let code = field(request, "code").filter(|_| is_post(request, TOKEN));
            let sent_to = |code| request.with_memory(|memory| memory.firsts.get(&code).cloned());
            if let Some(uri) = code.and_then(sent_to) {
                set_field(request, "redirect_uri", &uri);
            }
        },
        |request, response| {
            if let Some((uri, code)) = issued_code(response) {
                request.with_memory(|memory| memory.firsts.insert(code, uri));
            }
        },
    )
    .by(OAUTH),
    patch_both(
        "a code can be redeemed by any client",
        "PRV-OAUTH-CODE",
        |request| use_token_of_owner(request, "code"),
        |request, response| {
            if let (Some((_, code)), Some(client)) =
                (issued_code(response), request.parameter("client_id"))
            {
                request.with_memory(|memory| memory.firsts.insert(code, client));
            }
        },
    )
    .by(OAUTH),
    patch_both(
        "codes never expire",
        "PRV-OAUTH-CODE",
        |request| {
            let organization = request.path().split('/').nth(3).unwrap_or_default();
            let waits = request.with_memory(|memory| memory.texts.contains(organization));
            if waits && request.path().ends_with("/clock/advance") {
                request.edit(|body| body["by"] = json!("1s"));
            }
        },
        |request, response| {
            let redeemed = field(request, "code").filter(|_| response.status.is_success());
            request.with_memory(|memory| {
                if let Some((_, code)) = issued_code(response) {
                    memory.texts.insert(organization(&code));
                } else if let Some(code) = redeemed {
                    memory.texts.remove(&organization(&code));
                }
            });
        },
    )
    .by(OAUTH),
    patch_both(
        "a refresh token is valid for any client",
        "PRV-OAUTH-REFRESH",
        |request| use_token_of_owner(request, "refresh_token"),
        |request, response| {
            // The control API issues tokens to the client that is registered on every server.
            let client = field(request, "client_id").unwrap_or_else(|| CLIENT.to_owned());
            if let Some(token) = response.json()["refresh_token"].as_str() {
                request.with_memory(|memory| memory.firsts.insert(token.to_owned(), client));
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "a refresh token can be reused",
        "PRV-OAUTH-REFRESH",
        |request, response| {
            record_tokens(request, response, "refresh_token");
            repeat_tokens(request, response, "refresh_token");
        },
    )
    .by(OAUTH),
    patch_both(
        "the reuse of a refresh token revokes nothing",
        "PRV-OAUTH-REFRESH",
        |request| {
            let text = field(request, "refresh_token").filter(|_| is_post(request, TOKEN));
            let is_used = |text| request.with_memory(|memory| memory.firsts.contains_key(&text));
            if text.is_some_and(is_used) {
                invalidate(request, "refresh_token");
            }
        },
        |request, response| record_tokens(request, response, "refresh_token"),
    )
    .by(OAUTH),
    patch_request(
        "a refresh ignores the requested scopes",
        "PRV-OAUTH-REFRESH",
        |request| {
            if is_post(request, TOKEN)
                && field(request, "scope").is_some_and(|scope| are_known(&scope))
            {
                remove_field(request, "scope");
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "revoking an unknown token is an error",
        "PRV-OAUTH-REVOKE",
        |request, response| {
            if is_post(request, REVOKE)
                && field(request, "token").is_some_and(|token| !is_token(&token))
            {
                response.set_status(400);
            }
        },
    )
    .by(OAUTH),
    patch_request(
        "revoking an access token does nothing",
        "PRV-OAUTH-REVOKE",
        |request| {
            if is_post(request, REVOKE)
                && field(request, "token").is_some_and(|token| token.contains('.'))
            {
                invalidate(request, "token");
            }
        },
    )
    .by(OAUTH),
    patch_request(
        "revoking a refresh token does nothing",
        "PRV-OAUTH-REVOKE",
        |request| {
            if is_post(request, REVOKE)
                && field(request, "token").is_some_and(|token| !token.contains('.'))
            {
                invalidate(request, "token");
            }
        },
    )
    .by(OAUTH),
    patch_request(
        "any client can revoke tokens",
        "PRV-OAUTH-REVOKE",
        |request| {
            if is_post(request, REVOKE) && field(request, "client_id").is_none() {
                set_field(request, "client_id", CLIENT);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "an inactive token is described",
        "PRV-OAUTH-INTROSPECT",
        |request, response| {
            if is_post(request, INTROSPECT) {
                response.edit(|body| {
                    if body["active"] == false {
                        body["token_type"] = json!("Bearer");
                    }
                });
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "introspection does not name the client",
        "PRV-OAUTH-INTROSPECT",
        |request, response| {
            if is_post(request, INTROSPECT) {
                response.edit(|body| {
                    drop(
                        body.as_object_mut()
                            .and_then(|fields| fields.remove("client_id")),
                    );
                });
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "introspection needs no authentication",
        "PRV-OAUTH-INTROSPECT",
        |request, response| {
            if is_post(request, INTROSPECT) && request.authorization().is_none() {
                response.set_status(200);
                response.set_body(&json!({"active": true}));
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "introspection describes tokens to other organizations",
        "PRV-OAUTH-INTROSPECT",
        |request, response| {
            if is_post(request, INTROSPECT)
                && let Some(token) = field(request, "token")
            {
                let first = response.json();
                if first["active"] == true {
                    request.with_memory(|memory| memory.firsts.insert(token, first.to_string()));
                } else if let Some(known) =
                    request.with_memory(|memory| memory.firsts.get(&token).cloned())
                {
                    response.body = known.into();
                }
            }
        },
    )
    .by(OAUTH),
];
