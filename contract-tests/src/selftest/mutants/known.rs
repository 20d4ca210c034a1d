//! What a bug knows as the server that it is in does: which keys there are, and which objects.

use super::mints;
use crate::selftest::target::{Answer, Ask};

/// What is known of a key.
fn of_key(what: &str, key: &str) -> String {
    format!("{what} of {key}")
}

/// Takes down a key that the control API has made.
pub(super) fn take_key(ask: &Ask, answer: &Answer) {
    if !mints(ask) || !answer.status.is_success() {
        return;
    }
    let made = answer.json();
    let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
    let key = text("key");
    let organization = ask.path().trim_end_matches("/keys").to_owned();
    ask.remember(|memory| {
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
pub(super) fn is_key(ask: &Ask) -> bool {
    scopes(ask).is_some()
}

/// The scopes of the key that was presented, as text; none where there is no such key.
pub(super) fn scopes(ask: &Ask) -> Option<String> {
    let of = of_key("scopes", ask.bearer()?);
    ask.remember(|memory| memory.firsts.get(&of).cloned())
}

/// A key of the same organization that may do everything.
pub(super) fn whole_key(ask: &Ask) -> Option<String> {
    let of = of_key("organization", ask.bearer()?);
    ask.remember(|memory| {
        let organization = memory.firsts.get(&of)?;
        memory.firsts.get(&of_key("whole", organization)).cloned()
    })
}

/// The key that there is, but for the case of its letters.
pub(super) fn key_in_any_case(ask: &Ask) -> Option<String> {
    let given = ask.bearer()?;
    ask.remember(|memory| {
        let mut keys = memory.firsts.values();
        keys.find(|key| key.eq_ignore_ascii_case(given)).cloned()
    })
}

/// Takes down the ids of what an answer shows.
pub(super) fn take_ids(ask: &Ask, answer: &Answer) {
    if !ask.is_api() || !answer.status.is_success() {
        return;
    }
    let body = answer.json();
    let rows = ["items", "orders"].map(|name| body[name].as_array().cloned().unwrap_or_default());
    let shown = rows.iter().flatten().chain([&body]);
    let ids: Vec<_> = shown
        .filter_map(|one| one["id"].as_str().map(ToOwned::to_owned))
        .collect();
    ask.remember(|memory| memory.texts.extend(ids));
}

/// Whether a path has an id in it that was shown to somebody.
pub(super) fn is_about_something(ask: &Ask) -> bool {
    let parts: Vec<_> = ask.path().split('/').map(ToOwned::to_owned).collect();
    ask.remember(|memory| parts.iter().any(|part| memory.texts.contains(part)))
}
