use std::collections::HashMap;

use serde_json::{Value, json};

pub struct Issued {
    pub claims: Value,
    pub organization: String,
    pub revoked: bool,
}

/// `client` is the authenticated one. 200 for an unknown token, too, and for one of another client, which stays valid. Every request of the
/// API looks here, so the next one is rejected.
pub fn revoke(tokens: &mut HashMap<String, Issued>, token: &str, client: &str) -> u16 {
    let found = tokens.get_mut(token);
    if let Some(found) = found.filter(|found| found.claims["client_id"] == client) {
        found.revoked = true;
    }
    200
}

/// `caller` is the organization of an authenticated client; None is a 401.
pub fn introspect(
    tokens: &HashMap<String, Issued>,
    token: &str,
    caller: Option<&str>,
    now: u64,
) -> (u16, Value) {
    let Some(caller) = caller else {
        return (401, json!({"error": "invalid_client"}));
    };
    let found = tokens.get(token).filter(|found| {
        let is_valid = found.claims["exp"].as_u64().is_some_and(|exp| now < exp);
        is_valid && !found.revoked && found.organization == caller
    });
    let Some(found) = found else {
        // Nothing else: not even whether it ever was a token.
        return (200, json!({"active": false}));
    };
    let mut body = found.claims.clone();
    body["active"] = true.into();
    (200, body)
}
