//! Parts of a key that are not compared, and other ways to send one.

use base64::prelude::{BASE64_STANDARD, Engine};
use http::{Method, header};
use schemas::key::Environment;
use serde_json::json;

use super::{Mutant, harmless, is_list, known, patch_both, patch_response};
use crate::selftest::target::{PatchedRequest, PatchedResponse};

/// Characters of a key that a column for it has room for.
const COLUMN: usize = 40;

/// Records created keys.
fn record(request: &PatchedRequest, response: &mut PatchedResponse) {
    known::record_key(request, response);
}

/// Presents a key with all scopes of the same organization.
fn lift(request: &mut PatchedRequest) {
    if let Some(key) = known::whole_key(request) {
        request.present(&key);
    }
}

/// The key that the request sends as the user of the scheme Basic.
fn basic_user(request: &PatchedRequest) -> Option<String> {
    let encoded = request.authorization()?.strip_prefix("Basic ")?;
    let user = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    Some(user.trim_end_matches(':').to_owned())
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_both(
        "only the first 40 characters of a key are compared",
        "PRV-401-UNKNOWN",
        |request| {
            known::present_key(request, |key, given| {
                key.len() == given.len() && key.get(..COLUMN) == given.get(..COLUMN)
            });
        },
        record,
    ),
    patch_both(
        "what follows a key is ignored",
        "PRV-401-MALFORMED",
        |request| known::present_key(request, |key, given| given.starts_with(key)),
        record,
    ),
    patch_both(
        "keys are compared without their prefix",
        "PRV-401-LIVE",
        |request| {
            known::present_key(request, |key, given| {
                let secret = |key: &str| {
                    let mut prefixes = [Environment::Live, Environment::Test].into_iter();
                    prefixes.find_map(|one| Some(key.strip_prefix(one.prefix())?.to_owned()))
                };
                secret(given).is_some() && secret(key) == secret(given)
            });
        },
        record,
    ),
    patch_both(
        "a key is accepted as the user of Basic",
        "PRV-401-SCHEME",
        |request| {
            if let Some(user) = basic_user(request)
                && let Some(key) = known::key_taken_for(request, &user, |key, user| key == user)
            {
                request.present(&key);
            }
        },
        record,
    ),
    patch_both(
        "HEAD needs no scope",
        "PRV-HEAD",
        |request| {
            if request.head.method == Method::HEAD {
                lift(request);
            }
        },
        record,
    ),
    patch_both(
        "a trailing slash needs no scope",
        "PRV-SLASH",
        |request| {
            if request.path().ends_with('/') {
                lift(request);
            }
        },
        record,
    ),
    patch_both(
        "an encoded id needs no scope",
        "PRV-ID-ENCODED",
        |request| {
            if request.path().contains('%') {
                lift(request);
            }
        },
        record,
    ),
    patch_response(
        "a 401 to POST reveals that a key was once valid",
        "PRV-401-SAME",
        |request, response| {
            known::record_key(request, response);
            let is_post = request.is(&Method::POST, "/orders");
            if is_post && response.status == 401 && known::is_key(request) {
                response.edit(|body| body["message"] = json!("The key is no longer valid"));
            }
        },
    ),
    patch_response(
        "the challenge to DELETE has no error",
        "PRV-401-CHALLENGE",
        |request, response| {
            if request.head.method == Method::DELETE && response.status == 401 {
                response.set_header("www-authenticate", r#"Bearer realm="openprospect""#);
            }
        },
    ),
    harmless(
        "a 401 has an id of its own in the body",
        |request, response| {
            if response.status == 401 {
                let id = request.with_memory(|memory| memory.count("401"));
                response.edit(|body| body["incident"] = json!(id));
            }
        },
    ),
    harmless(
        "the challenge is in lower case, after another one",
        |_, response| {
            if response.status == 401 {
                let challenges = r#"Basic realm="a, b", bearer error=invalid_token"#;
                let bearer = r#"Basic realm="a, b", bearer realm="c""#;
                let was = response.headers.get(header::WWW_AUTHENTICATE);
                let was = was.and_then(|value| value.to_str().ok());
                let has_error = was.is_some_and(|value| value.contains("invalid_token"));
                let value = if has_error { challenges } else { bearer };
                response.set_header("www-authenticate", value);
            }
        },
    ),
    patch_response(
        "the query is validated before the key",
        "PRV-401-FIRST",
        |request, response| validate_query_before(request, response, 401),
    ),
    patch_response(
        "the query is validated before the scope",
        "PRV-403-FIRST",
        |request, response| validate_query_before(request, response, 403),
    ),
];

/// An invalid query gets its error instead of this status.
fn validate_query_before(request: &PatchedRequest, response: &mut PatchedResponse, status: u16) {
    let is_invalid = request.parameter("limit").is_some_and(|limit| limit == "0");
    if is_list(request) && is_invalid && response.status == status {
        response.set_status(422);
        response.set_body(&json!({
            "code": "VALIDATION_ERROR", "message": "limit is invalid",
            "detail": {"validation_errors": [{"field": "limit", "message": "at least 1", "type": "minimum"}]},
        }));
    }
}

/// Bugs in which organizations are separated by the ids in paths only.
pub(super) const ORGANIZATIONS: &[Mutant] = &[
    patch_both(
        "a filter selects rows of every organization",
        "PRV-404-FOREIGN",
        |request| {
            if request.is(&Method::GET, "/companies")
                && let Some(id) = request.parameter("prospect_search_id")
                && let Some(owner) = known::owner_of(request, &id)
            {
                request.present(&owner);
            }
        },
        |request, response| known::record_owner(request, response, "prospect_search_id"),
    )
    .by(&["PRV-404-FOREIGN"]),
    patch_both(
        "an order may use the prospect search of another organization",
        "PRV-404-FOREIGN",
        |request| {
            let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap_or_default();
            let id = body["prospect_search_id"].as_str().unwrap_or_default();
            if let Some(owner) = known::owner_of(request, id) {
                request.present(&owner);
            }
        },
        |request, response| known::record_owner(request, response, "id"),
    )
    .by(&["PRV-404-FOREIGN"]),
];
