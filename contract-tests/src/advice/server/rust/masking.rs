use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

const PREFIXES: [&str; 2] = ["lnc_live_", "lnc_test_"];
const PIECE: usize = 8;

/// What a caller sent, before it goes into a body, a header or a log: hidden if it has any key, or a part of the caller's own.
/// `key` is what follows the scheme in Authorization.
pub fn echoed<'a>(text: &'a str, key: &str) -> &'a str {
    let plain: Vec<u8> = percent_decode_str(text).collect();
    let has = |part: &[u8]| plain.windows(part.len()).any(|sent| sent == part);
    let stripped = PREFIXES.iter().find_map(|prefix| key.strip_prefix(prefix));
    let secret = stripped.unwrap_or(key).as_bytes();
    let mut pieces = secret.windows(secret.len().clamp(1, PIECE));
    if pieces.any(has) || PREFIXES.iter().any(|prefix| has(prefix.as_bytes())) {
        "[key]"
    } else {
        text
    }
}

/// A key that was pasted in the place of an id does not come back.
pub fn not_found(entity_type: &str, identifier: &str, key: &str) -> Value {
    json!({
        "code": "ENTITY_NOT_FOUND",
        "message": format!("{entity_type} not found"),
        "entity_type": entity_type,
        "identifier": echoed(identifier, key),
    })
}
