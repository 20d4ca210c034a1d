//! Compares JSON.

use serde_json::{Map, Value};

use super::matcher::{Difference, Differences};
use crate::journal::masking::{self, Masked};

/// A value as a captured body has it: with credentials masked.
pub(super) fn as_kept(value: Value) -> Value {
    match masking::body(value.to_string().as_bytes()) {
        Masked::Text(masked) => serde_json::from_str(&masked).unwrap_or(value),
        Masked::Unchanged | Masked::Unmaskable => value,
    }
}

/// Adds how a value differs from one that has to contain `expected`: objects may have more fields, arrays have the
/// same length.
pub(super) fn subset(expected: &Value, actual: &Value, at: &str, found: &mut Differences) {
    match (expected, actual) {
        _ if found.is_full() => {}
        (Value::Object(expected), Value::Object(actual)) => fields(expected, actual, at, found),
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                subset(expected, actual, &format!("{at}/{index}"), found);
            }
        }
        _ if is_equal(expected, actual) => {}
        _ => found.add(Difference::new(at, expected, Some(actual))),
    }
}

fn fields(
    expected: &Map<String, Value>,
    actual: &Map<String, Value>,
    at: &str,
    found: &mut Differences,
) {
    for (name, value) in expected {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        match actual.get(name) {
            Some(actual) => subset(value, actual, &at, found),
            None => found.add(Difference::new(&at, value, None)),
        }
    }
}

/// Whether two values are equal. `1` and `1.0` are the same number.
pub(super) fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64().is_some_and(|one| other.as_f64() == Some(one))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value)| other.get(name).is_some_and(|other| is_equal(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn differences(expected: &Value, actual: &Value) -> Value {
        let mut found = Differences::default();
        subset(expected, actual, "", &mut found);
        json!(found.into_inner())
    }

    #[test]
    fn objects_may_have_more_fields_and_arrays_may_not_have_more_items() {
        let actual = json!({"a": 1.0, "b": [{"c": "x", "d": null}], "e/f": true});
        for expected in [
            json!({}),
            json!({"a": 1}),
            json!({"b": [{"c": "x"}]}),
            json!({"b": [{"d": null}], "e/f": true}),
        ] {
            assert_eq!(differences(&expected, &actual), json!([]), "{expected}");
        }
        for (expected, at) in [
            (json!({"a": 2}), "/a"),
            (json!({"a": "1"}), "/a"),
            (json!({"b": []}), "/b"),
            (json!({"b": [{"c": "y"}]}), "/b/0/c"),
            (json!({"b": [{"x": 1}]}), "/b/0/x"),
            (json!({"e/f": false}), "/e~1f"),
            (json!([]), ""),
        ] {
            assert_eq!(differences(&expected, &actual)[0]["at"], at, "{expected}");
        }
    }

    #[test]
    fn keys_are_compared_by_their_masks() {
        let expected =
            json!({"a": "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01", "client_secret": "x"});
        let masked = json!({"a": "lnc_test_Full…mo01", "client_secret": "…"});
        assert_eq!(as_kept(expected), masked);
    }
}
