//! The state of the server that bugs need to know: existing keys and objects.

use http::Method;
use schemas::key::ApiKey;

use super::mints_key;
use crate::selftest::target::{PatchedRequest, PatchedResponse};

/// The name under which a fact about a key is stored.
fn of_key(what: &str, key: &str) -> String {
    format!("{what} of {key}")
}

/// Records a key that the control API created.
pub(super) fn record_key(request: &PatchedRequest, response: &PatchedResponse) {
    if !mints_key(request) || !response.status.is_success() {
        return;
    }
    let created = response.json();
    let text = |name: &str| created[name].as_str().unwrap_or_default().to_owned();
    let key = text("key");
    let organization = request.path().trim_end_matches("/keys").to_owned();
    request.with_memory(|memory| {
        if created["scopes"]
            .as_array()
            .is_some_and(|held| held.len() == schemas::ScopeSet::PUBLIC.iter().count())
        {
            memory
                .firsts
                .insert(of_key("whole", &organization), key.clone());
        }
        memory
            .firsts
            .insert(of_key("scopes", &key), created["scopes"].to_string());
        memory
            .firsts
            .insert(of_key("organization", &key), organization.clone());
        memory.firsts.insert(of_key("text", &key), key);
    });
}

/// Whether the key exists, valid or not.
pub(super) fn is_key(request: &PatchedRequest) -> bool {
    scopes(request).is_some()
}

/// The scopes of the request's key, as text; `None` if the key does not exist.
pub(super) fn scopes(request: &PatchedRequest) -> Option<String> {
    let of = of_key("scopes", request.bearer()?);
    request.with_memory(|memory| memory.firsts.get(&of).cloned())
}

/// A key of the same organization with all public scopes.
pub(super) fn whole_key(request: &PatchedRequest) -> Option<String> {
    let of = of_key("organization", request.bearer()?);
    request.with_memory(|memory| {
        let organization = memory.firsts.get(&of)?;
        memory.firsts.get(&of_key("whole", organization)).cloned()
    })
}

/// An existing key that a server would take for the given one, by `matches`, whose arguments are the existing and the given one.
pub(super) fn key_taken_for(
    request: &PatchedRequest,
    given: &str,
    matches: impl Fn(&str, &str) -> bool,
) -> Option<String> {
    request.with_memory(|memory| {
        let mut keys = memory
            .firsts
            .iter()
            .filter(|(name, key)| **name == of_key("text", key));
        keys.find(|(_, key)| matches(key, given))
            .map(|(_, key)| key.clone())
    })
}

/// Presents the existing key that a server would take for the bearer token of the request.
pub(super) fn present_key(request: &mut PatchedRequest, matches: impl Fn(&str, &str) -> bool) {
    let given = request.bearer().unwrap_or_default().to_owned();
    if let Some(key) = key_taken_for(request, &given, matches) {
        request.present(&key);
    }
}

/// Records in whose lists an id is.
pub(super) fn record_owner(request: &PatchedRequest, response: &PatchedResponse, field: &str) {
    let Some(key) = request.bearer().map(ToOwned::to_owned) else {
        return;
    };
    if !request.is_api() || !response.status.is_success() {
        return;
    }
    let listed = response.json();
    let rows = listed["items"].as_array().into_iter().flatten();
    let ids = rows.filter_map(|row| row[field].as_str());
    request.with_memory(|memory| {
        for id in ids {
            let owner = memory.firsts.entry(format!("owner of {id}"));
            owner.or_insert_with(|| key.clone());
        }
    });
}

/// A key of the organization in whose lists the id is.
pub(super) fn owner_of(request: &PatchedRequest, id: &str) -> Option<String> {
    request.with_memory(|memory| memory.firsts.get(&format!("owner of {id}")).cloned())
}

/// Records the ids of the objects in a response.
pub(super) fn record_ids(request: &PatchedRequest, response: &PatchedResponse) {
    if !request.is_api() || !response.status.is_success() {
        return;
    }
    let body = response.json();
    let rows = ["items", "orders"].map(|name| body[name].as_array().cloned().unwrap_or_default());
    let shown = rows.iter().flatten().chain([&body]);
    let ids: Vec<_> = shown
        .filter_map(|value| value["id"].as_str().map(ToOwned::to_owned))
        .collect();
    request.with_memory(|memory| memory.texts.extend(ids));
}

/// Whether a path contains an id from an earlier response.
pub(super) fn is_about_something(request: &PatchedRequest) -> bool {
    let parts: Vec<_> = request.path().split('/').map(ToOwned::to_owned).collect();
    request.with_memory(|memory| parts.iter().any(|part| memory.texts.contains(part)))
}

/// The name under which the body of a read is stored.
fn of_read(request: &PatchedRequest) -> String {
    format!("body of {}", request.head.uri)
}

/// Records the body of a successful read.
pub(super) fn record_read(request: &PatchedRequest, response: &PatchedResponse) {
    if request.is_api() && request.head.method == Method::GET && response.status.is_success() {
        let body = String::from_utf8_lossy(&response.body).into_owned();
        request.with_memory(|memory| memory.firsts.insert(of_read(request), body));
    }
}

/// Replaces the response by that of an earlier successful read of the same URL, if there was one.
pub(super) fn repeat_read(request: &PatchedRequest, response: &mut PatchedResponse) {
    let earlier = request.with_memory(|memory| memory.firsts.get(&of_read(request)).cloned());
    if let Some(body) = earlier {
        response.set_status(200);
        response.body = body.into();
    }
}

pub(super) fn bearer_is(request: &PatchedRequest, what: impl Fn(&str) -> bool) -> bool {
    request.bearer().is_some_and(what)
}

/// Whether the request has a well-formed key of this environment.
fn is_formed(request: &PatchedRequest) -> bool {
    bearer_is(request, |key| {
        ApiKey::parse(key).is_ok() && key.starts_with("lnc_test_")
    })
}

/// Whether the request has a well-formed key that does not exist.
pub(super) fn is_unknown(request: &PatchedRequest) -> bool {
    is_formed(request) && !is_key(request)
}
