//! Echoes data from clients safely.

use std::io;

use schemas::key::redact;
use serde_json::Value;

/// Maximum number of bytes of a text in errors and messages.
const MAX_ECHO: usize = 200;
/// Maximum number of bytes of a sentence about it.
const MAX_SENTENCE: usize = 600;
/// Number of bytes of a text that are searched for credentials. It exceeds [`MAX_SENTENCE`] by more than the length of
/// any credential, so none in the echoed part is cut before it is masked.
const MAX_LOOKED_AT: usize = 8 * 1024;

/// Names of fields and parameters whose values are secrets without a form of their own.
pub(crate) const SECRET_FIELDS: [&str; 3] = ["client_secret", "code_verifier", "password"];
/// Stands for a secret.
const MASK: &str = "…";

/// The value of a parameter of the client that is safe to echo.
pub(crate) fn echo_parameter(name: &str, value: &str) -> String {
    if names_a_secret(name) {
        MASK.to_owned()
    } else {
        echo(value)
    }
}

/// A text of the client that is safe to echo: keys are masked, and the length is limited.
pub(crate) fn echo(text: &str) -> String {
    cut(&redact(&text[..text.floor_char_boundary(MAX_LOOKED_AT)]))
}

/// A sentence of this server about what the client sent that is safe to echo: keys are masked, and it ends with a whole word.
pub(crate) fn echo_sentence(text: &str) -> String {
    let text = redact(&text[..text.floor_char_boundary(MAX_LOOKED_AT)]);
    if text.len() <= MAX_SENTENCE {
        return text.into_owned();
    }
    let start = &text[..text.floor_char_boundary(MAX_SENTENCE)];
    let end = start.rfind(' ').unwrap_or(start.len());
    format!("{} …", &start[..end])
}

/// A value of the client that is safe to echo.
pub(crate) fn echo_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(echo(text)),
        Value::Array(_) | Value::Object(_) => {
            let text = start_of(value);
            if names_a_secret(&text) {
                Value::String(MASK.to_owned())
            } else if text.len() <= MAX_ECHO && redact(&text) == text {
                value.clone()
            } else {
                Value::String(echo(&text))
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn names_a_secret(text: &str) -> bool {
    SECRET_FIELDS.iter().any(|name| text.contains(name))
}

/// The start of a value's JSON, of limited length.
fn start_of(value: &Value) -> String {
    struct Start(Vec<u8>);
    impl io::Write for Start {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.len() >= MAX_LOOKED_AT {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut start = Start(Vec::new());
    // Writing fails if the value is longer; what was written is its start.
    let _ = serde_json::to_writer(&mut start, value);
    String::from_utf8_lossy(&start.0).into_owned()
}

/// A text, cut to the maximum length.
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
    fn echoed_values_are_short_and_without_keys() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert_eq!(
            echo_value(&json!({"key": key})),
            json!(r#"{"key":"lnc_test_Full…mo01"}"#)
        );
        assert_eq!(echo_value(&json!([1, 2])), json!([1, 2]));
        assert_eq!(echo_value(&json!({"password": "hunter2"})), json!("…"));
        assert_eq!(echo_parameter("password", "hunter2"), "…");
        assert_eq!(echo(&"ä".repeat(500)).chars().count(), 101);
        let names = format!("no {key}; use one of {}", "list_orders, ".repeat(99));
        let sentence = echo_sentence(&names);
        assert!(sentence.starts_with("no lnc_test_Full…mo01; use one of list_orders, "));
        assert!(sentence.ends_with(" list_orders, …") && sentence.len() < 610);
        assert_eq!(echo_sentence("too long"), "too long");
    }
}
