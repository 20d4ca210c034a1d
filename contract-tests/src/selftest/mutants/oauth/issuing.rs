//! Bugs of the metadata, of tokens and of the errors of the token endpoint.

use http::header;
use serde_json::json;

use super::{
    OAUTH, TOKEN,
    form::{self, field, is_post, set_field},
    is_error,
    token::{resign, serve_own_key},
};
use crate::selftest::{
    mutants::{Mutant, patch_request, patch_response},
    target::PatchedRequest,
};

fn is_metadata(request: &PatchedRequest) -> bool {
    request.path() == "/.well-known/oauth-authorization-server"
}

pub(in crate::selftest::mutants) const MUTANTS: &[Mutant] = &[
    patch_response(
        "the metadata is not served",
        "PRV-OAUTH-METADATA",
        |request, response| {
            if is_metadata(request) {
                response.set_status(404);
            }
        },
    )
    .by(&["PRV-OAUTH-METADATA"]),
    patch_response(
        "the issuer of the metadata ends with a slash",
        "PRV-OAUTH-METADATA",
        |request, response| {
            if is_metadata(request) {
                response.edit(|body| {
                    body["issuer"] =
                        json!(format!("{}/", body["issuer"].as_str().unwrap_or_default()));
                });
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "the token endpoint is on another server",
        "PRV-OAUTH-METADATA",
        |request, response| {
            if is_metadata(request) {
                response.edit(|body| {
                    body["token_endpoint"] = json!("https://login.attacker.example/token");
                });
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "the metadata offers plain challenges",
        "PRV-OAUTH-METADATA",
        |request, response| {
            if is_metadata(request) {
                response.edit(|body| {
                    body["code_challenge_methods_supported"] = json!(["S256", "plain"]);
                });
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "the metadata offers the implicit flow",
        "PRV-OAUTH-METADATA",
        |request, response| {
            if is_metadata(request) {
                response.edit(|body| body["response_types_supported"] = json!(["code", "token"]));
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "OpenID Connect discovery returns another issuer",
        "PRV-OAUTH-METADATA",
        |request, response| {
            if request.path() == "/.well-known/openid-configuration" {
                response.edit(|body| body["issuer"] = json!("http://localhost"));
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "OpenID Connect discovery returns no metadata",
        "PRV-OAUTH-METADATA",
        |request, response| {
            if request.path() == "/.well-known/openid-configuration" {
                response.set_status(404);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "responses with tokens are cacheable",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            if is_post(request, TOKEN) && response.status.is_success() {
                response.headers.remove(header::CACHE_CONTROL);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "the response does not contain the scopes of the token",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            if is_post(request, TOKEN) {
                response.edit_success(|body| body["scope"] = json!("orders:read"));
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "the access token is signed by another key",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            resign(request, response, |_, _| {});
        },
    )
    .by(OAUTH),
    patch_response(
        "the JWKS is empty",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            if request.path() == "/oauth/jwks.json" {
                response.set_body(&json!({"keys": []}));
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "the JWKS has the private key",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            if request.path() == "/oauth/jwks.json" {
                response.edit(|body| body["keys"][0]["d"] = json!("AA"));
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "the access token is of type JWT",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            serve_own_key(request, response);
            resign(request, response, |header, _| header["typ"] = json!("JWT"));
        },
    )
    .by(OAUTH),
    patch_response(
        "the access token has no id",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            serve_own_key(request, response);
            resign(request, response, |_, claims| claims["jti"] = json!(null));
        },
    )
    .by(OAUTH),
    patch_response(
        "the access token is for another API",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            serve_own_key(request, response);
            resign(request, response, |_, claims| {
                claims["aud"] = json!("https://other.example");
            });
        },
    )
    .by(OAUTH),
    patch_response(
        "the access token is valid for longer than its response says",
        "PRV-OAUTH-TOKEN",
        |request, response| {
            serve_own_key(request, response);
            resign(request, response, |_, claims| {
                claims["exp"] = json!(claims["exp"].as_i64().unwrap_or_default() + 60);
            });
        },
    )
    .by(OAUTH),
    patch_response(
        "an unknown grant type is an invalid request",
        "PRV-OAUTH-ERRORS",
        |_, response| {
            if is_error(response, "unsupported_grant_type") {
                response.edit(|body| body["error"] = json!("invalid_request"));
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "an unknown client returns 400",
        "PRV-OAUTH-ERRORS",
        |request, response| {
            if is_post(request, TOKEN) && is_error(response, "invalid_client") {
                response.set_status(400);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "errors of the token endpoint are cacheable",
        "PRV-OAUTH-ERRORS",
        |request, response| {
            if is_post(request, TOKEN) && !response.status.is_success() {
                response.headers.remove(header::CACHE_CONTROL);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "a client that used Basic authentication gets no challenge",
        "PRV-OAUTH-ERRORS",
        |request, response| {
            if is_post(request, TOKEN) {
                response.headers.remove(header::WWW_AUTHENTICATE);
            }
        },
    )
    .by(OAUTH),
    patch_request(
        "the token endpoint accepts JSON",
        "PRV-OAUTH-ERRORS",
        form::from_json,
    )
    .by(OAUTH),
    patch_request(
        "the first of repeated parameters is used",
        "PRV-OAUTH-ERRORS",
        |request| {
            if is_post(request, TOKEN)
                && let Some(first) = field(request, "grant_type")
            {
                set_field(request, "grant_type", &first);
            }
        },
    )
    .by(OAUTH),
    patch_response(
        "access tokens are announced for half an hour",
        "PRV-OAUTH-LIFETIME",
        |request, response| {
            if is_post(request, TOKEN) {
                response.edit_success(|body| body["expires_in"] = json!(1_800));
            }
        },
    )
    .by(OAUTH),
];
