//! What a bug knows as the server that it is in does: which keys there are, and which objects.

use schemas::key::ApiKey;

use super::mints;
use crate::selftest::target::{PatchedRequest, PatchedResponse};

/// What is known of a key.
fn of_key(what: &str, key: &str) -> String {
    format!("{what} of {key}")
}

/// Takes down a key that the control API has made.
pub(super) fn take_key(request: &PatchedRequest, response: &PatchedResponse) {
    if !mints(request) || !response.status.is_success() {
        return;
    }
    let made = response.json();
    let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
    let key = text("key");
    let organization = request.path().trim_end_matches("/keys").to_owned();
    request.remember(|memory| {
        if made["scopes"]
            .as_array()
            .is_some_and(|held| held.len() == schemas::ScopeSet::PUBLIC.iter().count())
        {
            memory
                .firsts
                .insert(of_key("whole", &organization), key.clone());
        }
        memory
            .firsts
            .insert(of_key("scopes", &key), made["scopes"].to_string());
        memory
            .firsts
            .insert(of_key("organization", &key), organization.clone());
        memory.firsts.insert(of_key("text", &key), key);
    });
}

/// Whether there is such a key, whether it still works or not.
pub(super) fn is_key(request: &PatchedRequest) -> bool {
    scopes(request).is_some()
}

/// The scopes of the key that was presented, as text; none where there is no such key.
pub(super) fn scopes(request: &PatchedRequest) -> Option<String> {
    let of = of_key("scopes", request.bearer()?);
    request.remember(|memory| memory.firsts.get(&of).cloned())
}

/// A key of the same organization that may do everything.
pub(super) fn whole_key(request: &PatchedRequest) -> Option<String> {
    let of = of_key("organization", request.bearer()?);
    request.remember(|memory| {
        let organization = memory.firsts.get(&of)?;
        memory.firsts.get(&of_key("whole", organization)).cloned()
    })
}

/// The key that there is, but for the case of its letters.
pub(super) fn key_in_any_case(request: &PatchedRequest) -> Option<String> {
    let given = request.bearer()?;
    request.remember(|memory| {
        let mut keys = memory.firsts.values();
        keys.find(|key| key.eq_ignore_ascii_case(given)).cloned()
    })
}

/// Takes down the ids of what an answer shows.
pub(super) fn take_ids(request: &PatchedRequest, response: &PatchedResponse) {
    if !request.is_api() || !response.status.is_success() {
        return;
    }
    let body = response.json();
    let rows = ["items", "orders"].map(|name| body[name].as_array().cloned().unwrap_or_default());
    let shown = rows.iter().flatten().chain([&body]);
    let ids: Vec<_> = shown
        .filter_map(|one| one["id"].as_str().map(ToOwned::to_owned))
        .collect();
    request.remember(|memory| memory.texts.extend(ids));
}

/// Whether a path has an id in it that was shown to somebody.
pub(super) fn is_about_something(request: &PatchedRequest) -> bool {
    let parts: Vec<_> = request.path().split('/').map(ToOwned::to_owned).collect();
    request.remember(|memory| parts.iter().any(|part| memory.texts.contains(part)))
}

pub(super) fn bearer_is(request: &PatchedRequest, what: impl Fn(&str) -> bool) -> bool {
    request.bearer().is_some_and(what)
}

/// Whether a well-formed key of this environment was presented.
fn is_formed(request: &PatchedRequest) -> bool {
    bearer_is(request, |key| {
        ApiKey::parse(key).is_ok() && key.starts_with("lnc_test_")
    })
}

/// A well-formed key that there is not.
pub(super) fn is_unknown(request: &PatchedRequest) -> bool {
    is_formed(request) && !is_key(request)
}
