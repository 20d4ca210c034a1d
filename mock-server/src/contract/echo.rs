//! What a caller has sent, as it may be given back.

use schemas::key::redact;
use serde_json::Value;

/// Characters of a text that a validation error or a message gives back.
const MAX_ECHO: usize = 200;

/// A text of the caller's as it may be given back: without keys, and not too long.
pub(crate) fn echo(text: &str) -> String {
    cut(&redact(text))
}

/// A value of the caller's as it may be given back.
pub(crate) fn echo_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(echo(text)),
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            if text.len() <= MAX_ECHO && redact(&text) == text {
                value.clone()
            } else {
                Value::String(echo(&text))
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A text that is not too long.
pub(crate) fn cut(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_ECHO);
    format!(
        "{}{}",
        &text[..end],
        if end < text.len() { "…" } else { "" }
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_given_back_is_short_and_without_keys() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert_eq!(
            echo_value(&json!({"key": key})),
            json!(r#"{"key":"lnc_test_Full…mo01"}"#)
        );
        assert_eq!(echo_value(&json!([1, 2])), json!([1, 2]));
        assert_eq!(echo(&"ä".repeat(500)).chars().count(), 101);
    }
}
