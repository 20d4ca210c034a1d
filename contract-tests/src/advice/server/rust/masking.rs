use serde_json::{Value, json};

/// What a caller sent, before it goes into a body, a header or a log. `secret` is what follows the scheme in Authorization.
pub fn echoed(text: &str, secret: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("lnc_") {
        let key = &rest[at..];
        let end = key
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(key.len());
        shown.extend([&rest[..at], "[key]"]);
        rest = &key[end..];
    }
    shown.push_str(rest);
    if secret.is_empty() {
        shown
    } else {
        shown.replace(secret, "[key]")
    }
}

/// A key that was pasted in the place of an id does not come back.
pub fn not_found(entity_type: &str, identifier: &str, secret: &str) -> Value {
    json!({
        "code": "ENTITY_NOT_FOUND",
        "message": format!("{entity_type} not found"),
        "entity_type": entity_type,
        "identifier": echoed(identifier, secret),
    })
}
