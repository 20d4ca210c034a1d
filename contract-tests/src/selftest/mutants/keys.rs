//! Which keys are accepted.

use std::time::Duration;

use http::{Method, header};
use serde_json::{Value, json};

use super::{
    Mutant, ignore_parameter, is_create, is_results, known, mints_key, organization, patch_both,
    patch_request, patch_response,
};
use crate::selftest::target::PatchedRequest;

/// A key that no organization has.
const NOBODYS: &str = "lnc_test_NoSuchKeyNoSuchKeyNoSuchKey00000";

/// Delays the expiry of keys that are created with one, by this many seconds.
fn expire_later(request: &mut PatchedRequest, by: i64) {
    if mints_key(request) {
        request.edit(|body| {
            let seconds = body["expires_in"]
                .as_str()
                .and_then(|text| text.strip_suffix('s')?.parse::<i64>().ok());
            if let Some(seconds) = seconds {
                body["expires_in"] = json!(format!("{}s", seconds + by));
            }
        });
    }
}

/// The path without its percent-encoding.
fn decoded(request: &PatchedRequest) -> String {
    percent_encoding::percent_decode_str(request.path())
        .decode_utf8_lossy()
        .into_owned()
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_request(
        "reading results needs no key",
        "PRV-401-MISSING",
        |request| {
            if is_results(request) && request.authorization().is_none() {
                request.authenticate();
            }
        },
    ),
    patch_response(
        "a cache of results ignores the key",
        "PRV-401-MISSING",
        |request, response| {
            if is_results(request) {
                known::record_read(request, response);
                if response.status == 401 {
                    known::repeat_read(request, response);
                }
            }
        },
    ),
    patch_response(
        "a missing key returns 403",
        "PRV-401-MISSING",
        |request, response| {
            if request.is_api() && request.authorization().is_none() && response.status == 401 {
                response.set_status(403);
            }
        },
    ),
    patch_request("any scheme is accepted", "PRV-401-SCHEME", |request| {
        if let Some(key) = request
            .authorization()
            .and_then(|value| value.strip_prefix("Token "))
        {
            let value = format!("Bearer {key}");
            request.set_header(header::AUTHORIZATION, &value);
        }
    }),
    patch_request(
        "keys of 31 characters are accepted",
        "PRV-401-MALFORMED",
        |request| {
            if known::bearer_is(request, |key| key.len() == 40) {
                request.authenticate();
            }
        },
    ),
    patch_response(
        "a malformed key returns 400",
        "PRV-401-MALFORMED",
        |request, response| {
            if known::bearer_is(request, |key| key.len() != 41) && response.status == 401 {
                response.set_status(400);
            }
        },
    ),
    patch_both(
        "unknown keys may create orders",
        "PRV-401-UNKNOWN",
        |request| {
            if is_create(request) && known::is_unknown(request) {
                request.authenticate();
            }
        },
        |request, response| known::record_key(request, response),
    ),
    patch_request("revocation does nothing", "PRV-401-REVOKED", |request| {
        if request.path().contains("/keys/") && request.path().ends_with("/revoke") {
            let key = request.path().trim_end_matches("/revoke").to_owned();
            let all = key.rsplit_once('/').map_or("", |(all, _)| all);
            request.set_target(all);
            request.head.method = Method::GET;
        }
    }),
    patch_request("expiry is ignored", "PRV-401-EXPIRED", |request| {
        if mints_key(request) {
            super::ignore_field(request, "expires_in");
        }
    }),
    patch_request("live keys are accepted", "PRV-401-LIVE", |request| {
        if known::bearer_is(request, |key| key.starts_with("lnc_live_")) {
            request.authenticate();
        }
    }),
    patch_response(
        "a 401 reveals that a key is unknown",
        "PRV-401-SAME",
        |request, response| {
            known::record_key(request, response);
            if known::is_unknown(request) {
                response.edit(|body| body["message"] = json!("Unknown key"));
            }
        },
    ),
    patch_response(
        "a 401 has no challenge",
        "PRV-401-CHALLENGE",
        |_, response| {
            response.headers.remove(header::WWW_AUTHENTICATE);
        },
    ),
    patch_response(
        "a 401 for an unknown key has a header of its own",
        "PRV-401-CHALLENGE",
        |request, response| {
            known::record_key(request, response);
            if known::is_unknown(request) {
                response.set_header("x-reason", "unknown");
            }
        },
    ),
    patch_response(
        "a formerly valid key returns 403",
        "PRV-401-REVOKED",
        |request, response| {
            known::record_key(request, response);
            if response.status == 401 && known::is_key(request) {
                response.set_status(403);
            }
        },
    ),
    patch_response(
        "unknown keys may read orders that exist",
        "PRV-401-UNKNOWN",
        |request, response| {
            known::record_key(request, response);
            known::record_read(request, response);
            if request.is_get_order() && response.status == 401 && known::is_unknown(request) {
                known::repeat_read(request, response);
            }
        },
    ),
    patch_response(
        "revoked keys may read orders that exist",
        "PRV-401-REVOKED",
        |request, response| {
            known::record_key(request, response);
            known::record_read(request, response);
            if request.is_get_order() && response.status == 401 && known::is_key(request) {
                known::repeat_read(request, response);
            }
        },
    ),
    patch_response(
        "a 401 takes longer for a formerly valid key",
        "PRV-401-TIME",
        |request, response| {
            known::record_key(request, response);
            if response.status == 401 && known::is_key(request) {
                response.delay = Duration::from_millis(200);
            }
        },
    ),
    patch_request(
        "a key in the query is accepted",
        "PRV-401-QUERY",
        |request| {
            if request.authorization().is_none()
                && let Some(key) = request.parameter("api_key")
            {
                ignore_parameter(request, "api_key");
                request.present(&key);
            }
        },
    ),
    patch_request(
        "a key in X-API-Key is accepted",
        "PRV-401-HEADER",
        |request| {
            if let Some(key) = request
                .head
                .headers
                .get("x-api-key")
                .and_then(|key| key.to_str().ok().map(ToOwned::to_owned))
            {
                request.present(&key);
            }
        },
    ),
    patch_request(
        "a key in a cookie is accepted",
        "PRV-401-HEADER",
        |request| {
            if let Some(key) = request.head.headers.get(header::COOKIE).and_then(|value| {
                value
                    .to_str()
                    .ok()?
                    .strip_prefix("api_key=")
                    .map(ToOwned::to_owned)
            }) {
                request.present(&key);
            }
        },
    ),
    patch_both(
        "the case of a key is ignored",
        "PRV-401-CASE",
        |request| {
            known::present_key(request, str::eq_ignore_ascii_case);
        },
        |request, response| known::record_key(request, response),
    ),
    patch_response(
        "malformed JSON is rejected before the key is checked",
        "PRV-401-FIRST",
        |request, response| {
            if response.status == 401
                && !request.body.is_empty()
                && serde_json::from_slice::<Value>(&request.body).is_err()
            {
                response.set_status(400);
                response.set_body(
                    &json!({"code": "INVALID_JSON", "message": "The body is not valid JSON"}),
                );
            }
        },
    ),
    patch_request(
        "a percent-encoded path needs no key",
        "PRV-401-SPELLING",
        |request| {
            if request.is_api() && request.path().contains('%') && request.authorization().is_none()
            {
                let path = decoded(request);
                request.set_target(&path);
                request.authenticate();
            }
        },
    ),
    patch_request(
        "a path with two slashes needs no key",
        "PRV-401-SPELLING",
        |request| {
            if request.is_api()
                && request.path().contains("//")
                && request.authorization().is_none()
            {
                let path = request.path().replace("//", "/");
                request.set_target(&path);
                request.authenticate();
            }
        },
    ),
    patch_request(
        "a revoked key works for five more seconds",
        "PRV-REVOKE-NOW",
        |request| {
            if request.path().contains("/keys/") && request.path().ends_with("/revoke") {
                let target = request.path().replace("/revoke", "/rotate");
                request.set_target(&target);
                request.body = r#"{"overlap": "5s"}"#.into();
            }
        },
    ),
    patch_both(
        "revoking a key revokes all keys of its organization",
        "PRV-REVOKE-NOW",
        |request| {
            if request.with_memory(|memory| memory.texts.contains(&organization(request))) {
                request.present(NOBODYS);
            }
        },
        |request, response| {
            if request.path().contains("/keys/")
                && request.path().ends_with("/revoke")
                && response.status.is_success()
            {
                let organization = request
                    .path()
                    .split('/')
                    .nth(3)
                    .unwrap_or_default()
                    .to_owned();
                request.with_memory(|memory| memory.texts.insert(organization));
            }
        },
    ),
    patch_request("keys expire a second late", "PRV-EXPIRE-NOW", |request| {
        expire_later(request, 1);
    }),
    patch_request("keys expire a second early", "PRV-EXPIRE-NOW", |request| {
        expire_later(request, -1);
    }),
];
