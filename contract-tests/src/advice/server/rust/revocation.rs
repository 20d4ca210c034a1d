use std::collections::{BTreeSet, HashMap};

pub struct StoredKey {
    pub revoked_at: Option<u64>,
}

/// The status of DELETE /api-keys/{id}. Whoever holds an API key cannot revoke with it, whatever its scopes.
/// `keys` are those of the caller's organization.
pub fn revoke(
    keys: &mut HashMap<String, StoredKey>,
    id: &str,
    caller_is_token: bool,
    scopes: &BTreeSet<String>,
    now: u64,
) -> u16 {
    if !caller_is_token || !scopes.contains("admin:write") {
        return 403;
    }
    let key = keys.get_mut(id).filter(|key| key.revoked_at.is_none());
    let Some(key) = key else {
        return 404;
    };
    // Stored before the response: the next request with the key reads this, and no cache stands between.
    key.revoked_at = Some(now);
    204
}
