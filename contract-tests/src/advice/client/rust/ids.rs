use serde_json::Value;

/// An id goes back as it came. `serde_json` reads numbers into 64 bits; `as f64` would round those above 2^53.
pub fn text(id: &Value) -> Option<String> {
    match id {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_u64() || number.is_i64() => Some(number.to_string()),
        _ => None,
    }
}
