//! Access tokens at the API, and the operations on keys that require them.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use bytes::Bytes;
use http::{HeaderName, Method};
use serde_json::{Value, json};

use super::{Mutant, ignore_field, patch_both, patch_request, patch_response};
use crate::{
    provider::checks::oauth::jwt::{hs256, point},
    selftest::target::{PatchedRequest, PatchedResponse},
};

/// Header with the original value that a bug replaced in a request.
const WAS: HeaderName = HeaderName::from_static("x-was");

/// Whether it is the control request that issues tokens.
fn issues(request: &PatchedRequest) -> bool {
    request.head.method == Method::POST && request.path().ends_with("/tokens")
}

/// Whether it creates a key.
fn creates_key(request: &PatchedRequest) -> bool {
    request.is(&Method::POST, "/api-keys")
}

/// The access token of the request.
fn token(request: &PatchedRequest) -> Option<&str> {
    request.bearer().filter(|text| text.contains('.'))
}

/// Records an issued token by its claims.
fn record_token(request: &PatchedRequest, response: &mut PatchedResponse) {
    if issues(request) && response.status.is_success() {
        let issued = response.json()["access_token"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let claims = issued.split('.').nth(1).unwrap_or_default().to_owned();
        request.with_memory(|memory| memory.firsts.insert(claims, issued));
    }
}

/// The token that was issued with the claims of the request's token.
fn with_these_claims(request: &PatchedRequest) -> Option<String> {
    let claims = token(request)?.split('.').nth(1)?.to_owned();
    request.with_memory(|memory| memory.firsts.get(&claims).cloned())
}

/// The header of the request's token.
fn header(request: &PatchedRequest) -> Option<Value> {
    let header = token(request)?.split('.').next()?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()
}

/// Records an issued token, and the key that verifies tokens.
fn record_token_and_key(request: &PatchedRequest, response: &mut PatchedResponse) {
    record_token(request, response);
    if request.path() == "/oauth/jwks.json" {
        let key = response.json()["keys"][0].to_string();
        request.with_memory(|memory| memory.firsts.insert("key".to_owned(), key));
    }
}

/// Whether the request's token is signed with HS256, with the public key as the secret.
fn is_signed_with_public_key(request: &PatchedRequest) -> bool {
    let signed = || {
        let (signed, signature) = token(request)?.rsplit_once('.')?;
        let key = request.with_memory(|memory| memory.firsts.get("key").cloned())?;
        let secret = point(&serde_json::from_str(&key).ok()?)?;
        Some(hs256(&secret, signed) == signature)
    };
    signed().unwrap_or_default()
}

/// Removes an override of a claim from a request for a token, so that the token gets the valid claim.
fn repair(request: &mut PatchedRequest, claim: &str) {
    if issues(request) {
        request.edit(|body| {
            let claims = body.get_mut("claims").and_then(Value::as_object_mut);
            claims.map(|claims| claims.remove(claim));
        });
    }
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_both(
        "the signature of a token is not verified",
        "PRV-JWT-FORGED",
        |request| {
            if let Some(known) = with_these_claims(request) {
                request.present(&known);
            }
        },
        record_token,
    ),
    patch_both(
        "a token with alg none is accepted",
        "PRV-JWT-FORGED",
        |request| {
            if header(request).is_some_and(|header| header["alg"] == "none")
                && let Some(known) = with_these_claims(request)
            {
                request.present(&known);
            }
        },
        record_token,
    ),
    patch_both(
        "the public key is accepted as a secret for HS256",
        "PRV-JWT-FORGED",
        |request| {
            if is_signed_with_public_key(request)
                && let Some(known) = with_these_claims(request)
            {
                request.present(&known);
            }
        },
        record_token_and_key,
    ),
    patch_response(
        "a 401 reveals that a signature is invalid",
        "PRV-JWT-FORGED",
        |request, response| {
            if response.status == 401 && token(request).is_some() {
                response.edit(|body| body["message"] = json!("Invalid signature"));
            }
        },
    ),
    patch_request(
        "the audience of a token is not checked",
        "PRV-JWT-CLAIMS",
        |request| repair(request, "aud"),
    ),
    patch_request(
        "the issuer of a token is not checked",
        "PRV-JWT-CLAIMS",
        |request| repair(request, "iss"),
    ),
    patch_request("nbf is not checked", "PRV-JWT-CLAIMS", |request| {
        repair(request, "nbf");
    }),
    patch_request("exp is not checked", "PRV-JWT-CLAIMS", |request| {
        repair(request, "exp");
    }),
    patch_request(
        "a JWT of any type is accepted as an access token",
        "PRV-JWT-CLAIMS",
        |request| {
            if issues(request) {
                ignore_field(request, "typ");
            }
        },
    ),
    patch_request(
        "a token opens everything its user may access",
        "PRV-JWT-SCOPE",
        |request| {
            if issues(request) {
                ignore_field(request, "scopes");
            }
        },
    ),
    patch_response(
        "every token has a quota of its own",
        "PRV-JWT-QUOTA",
        |request, response| {
            if let Some(token) = token(request).map(ToOwned::to_owned)
                && let Some(limit) = response.number("x-ratelimit-limit")
            {
                let used = request.with_memory(|memory| memory.count(&token));
                response.set_header("x-ratelimit-remaining", &(limit - used).to_string());
            }
        },
    ),
    patch_both(
        "a token opens orders of every organization",
        "PRV-JWT-ORGANIZATION",
        |request| {
            if request.is_get_order() && token(request).is_some() {
                let path = request.path().to_owned();
                if let Some(creator) =
                    request.with_memory(|memory| memory.firsts.get(&path).cloned())
                {
                    request.present(&creator);
                }
            }
        },
        |request, response| {
            if super::is_create(request)
                && response.status.is_success()
                && let Some(creator) = request.bearer().map(ToOwned::to_owned)
            {
                let path = format!(
                    "/api/v1/orders/{}",
                    response.json()["id"].as_str().unwrap_or_default()
                );
                request.with_memory(|memory| memory.firsts.insert(path, creator));
            }
        },
    ),
    patch_response(
        "a key is returned in full on every read",
        "PRV-KEYS-ONCE",
        |request, response| {
            if creates_key(request) && response.status.is_success() {
                let created = response.json();
                let [masked, key] = ["masked_key", "key"]
                    .map(|name| created[name].as_str().unwrap_or_default().to_owned());
                request.with_memory(|memory| memory.firsts.insert(masked, key));
            } else if request.is(&Method::GET, "/api-keys") {
                response.edit_success(|body| {
                    for row in super::rows(body, "items") {
                        let masked = row["masked_key"].as_str().unwrap_or_default().to_owned();
                        if let Some(key) =
                            request.with_memory(|memory| memory.firsts.get(&masked).cloned())
                        {
                            row["key"] = json!(key);
                        }
                    }
                });
            }
        },
    ),
    patch_request(
        "expires_at is ignored when a key is created",
        "PRV-KEYS-CREATED",
        |request| {
            if creates_key(request) {
                ignore_field(request, "expires_at");
            }
        },
    ),
    patch_request(
        "a created key has all scopes",
        "PRV-KEYS-CREATED",
        |request| {
            if creates_key(request) {
                request.edit(|body| {
                    if body["scopes"].is_array() {
                        super::rename(body, "scopes", "preset");
                        body["preset"] = json!("full_access");
                    }
                });
            }
        },
    ),
    patch_response(
        "the status of a revoked key stays active",
        "PRV-KEYS-CREATED",
        |request, response| {
            if request.path().starts_with("/api/v1/api-keys/") {
                response.edit_success(|body| body["status"] = json!("active"));
            }
        },
    ),
    patch_both(
        "deleting a key does nothing",
        "PRV-KEYS-REVOKE",
        |request| {
            if request.head.method == Method::DELETE
                && request.path().starts_with("/api/v1/api-keys/")
                && token(request).is_some()
            {
                request.head.method = Method::GET;
                request.set_header(WAS, "delete");
            }
        },
        |request, response| {
            if request.head.headers.contains_key(WAS) && response.status.is_success() {
                response.set_status(204);
                response.body = Bytes::new();
            }
        },
    ),
    patch_response(
        "a revoked key can be revoked again",
        "PRV-KEYS-REVOKE",
        |request, response| {
            if request.head.method == Method::DELETE
                && request.path().starts_with("/api/v1/api-keys/")
                && response.status == 404
                && token(request).is_some()
            {
                response.set_status(204);
                response.body = Bytes::new();
            }
        },
    ),
];

/// Bugs of the operation that revokes a key.
pub(super) const REVOCATION: &[Mutant] = &[patch_response(
    "an API key can revoke keys",
    "PRV-403-FIRST",
    |request, response| {
        let revokes =
            request.head.method == Method::DELETE && request.path().contains("/api-keys/");
        if revokes && response.status == 403 && token(request).is_none() {
            response.set_status(204);
            response.body = Bytes::new();
        }
    },
)
.by(&["PRV-403-FIRST"])];
