use std::collections::HashMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const CHARACTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The body of the 201, the only place with the whole key; send it with `Cache-Control: no-store`. Stored are the hash of the key and
/// how it is shown. `id` is random, such as a UUID: a count would return. `random` comes from a secure generator, such as `rand::random`.
pub fn create(
    by_hash: &mut HashMap<[u8; 32], Value>,
    body: &Value,
    id: &str,
    random: [u64; 32],
) -> Value {
    let characters = random.map(|number| char::from(CHARACTERS[(number % 62) as usize]));
    let key = format!("lnc_test_{}", String::from_iter(characters));
    let row = json!({
        "id": id,
        "masked_key": format!("{}…{}", &key[..13], &key[37..]),
        // As requested, and no wider default.
        "name": body["name"],
        "scopes": body["scopes"],
        "tier": body["tier"].as_str().unwrap_or("free"),
        "expires_at": body["expires_at"],
        "status": "active",
        // Set it whenever the key is used.
        "last_used_at": null,
    });
    by_hash.insert(Sha256::digest(key.as_bytes()).into(), row.clone());
    let mut shown = row;
    shown["key"] = key.into();
    shown
}
