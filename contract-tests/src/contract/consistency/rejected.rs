//! What a validation error says that the request contained.

use std::{cell::LazyCell, cmp::Ordering};

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    contract::duplicates,
    finding::{Exchange, Outcome},
};

/// Longer texts may be cut.
const MAX_WHOLE: usize = 100;
/// What a server may mask.
const KEY: &str = "lnc_";

/// Each error that quotes a value quotes the one in the request.
pub(super) fn quotes_the_request(response: &Exchange) -> Outcome {
    let errors = response.at("/detail/validation_errors");
    let sent = LazyCell::new(|| read_in_one_way(response));
    for (place, error) in errors.as_array().into_iter().flatten().enumerate() {
        let (Some(field), quoted) = (error["field"].as_str(), &error["provided"]) else {
            continue;
        };
        let Some(quoted) = plain(quoted) else {
            continue;
        };
        let own = value_at(&sent, field).cloned();
        let own = own.or_else(|| parameter(response, field));
        let Some(own) = own.as_ref().and_then(plain) else {
            continue;
        };
        let at = format!("$.detail.validation_errors[{place}].provided");
        let is_same = are_same(&own, &quoted) || is_cut(&own, &quoted);
        response.expect_that(is_same, &at, "the value in the request", json!(quoted))?;
    }
    Ok(())
}

/// The body of the request, unless it has a name twice: which of the two a server has read is not known.
fn read_in_one_way(response: &Exchange) -> Value {
    let body = response.request.body.as_deref().unwrap_or_default();
    if duplicates::first_duplicate(body).is_some() {
        return Value::Null;
    }
    response.request.body_json()
}

/// The value at a path into the body such as `companies[0].company_name`.
fn value_at<'a>(body: &'a Value, field: &str) -> Option<&'a Value> {
    let pointer = field.replace('[', "/").replace(']', "").replace('.', "/");
    body.pointer(&format!("/{pointer}"))
}

/// The value of a query parameter, if it is given once.
fn parameter(response: &Exchange, name: &str) -> Option<Value> {
    let query = response.request.query.as_deref()?;
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut values = pairs.filter(|(known, _)| known == name);
    let (_, value) = values.next()?;
    values.next().is_none().then(|| json!(value))
}

/// Whether two values are the same, numbers that many parsers read alike, such as `1.0` and `1`, or the truth values of two
/// languages, such as `true` and `True`.
fn are_same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    let both = number(one).zip(number(other));
    let are_equal =
        both.is_some_and(|(one, other)| one.partial_cmp(&other) == Some(Ordering::Equal));
    let is_bool = matches!(one, "true" | "false");
    one == other || are_equal || is_bool && one.eq_ignore_ascii_case(other)
}

/// Whether a server has quoted only the beginning.
fn is_cut(own: &str, quoted: &str) -> bool {
    let beginning = quoted.strip_suffix("...");
    beginning.is_some_and(|beginning| own.starts_with(beginning))
}

/// A value as text, if a server quotes it whole and can do so in one way only.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    let is_whole = text.len() <= MAX_WHOLE
        && !text.contains(KEY)
        && !text
            .chars()
            .any(|one| one.is_control() || one == '\u{fffd}' || one == '\u{2026}');
    is_whole.then_some(text)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use schemas::OperationId;

    use super::*;

    fn is_right(query: &str, body: &str, field: &str, provided: &Value) -> bool {
        let operation = OperationId::CreateOrder.operation();
        let error =
            json!({"detail": {"validation_errors": [{"field": field, "provided": provided}]}});
        let (url, status) = ("http://127.0.0.1/", StatusCode::UNPROCESSABLE_ENTITY);
        let (method, headers) = (operation.method.clone(), HeaderMap::new());
        let error = error.to_string().into();
        let mut seen = Exchange::recorded(operation, method, url, status, headers, error);
        seen.request = seen.request.query(query).body(body.to_owned());
        quotes_the_request(&seen).is_ok()
    }

    #[test]
    fn a_quoted_value_is_the_one_that_was_sent() {
        let body = r#"{"title": 7, "companies": [{"city": "Ulm"}, {"city": true}], "long": ["a"]}"#;
        for (field, provided, right) in [
            ("title", json!(7), true),
            ("title", json!("7"), true),
            ("title", json!(7.0), true),
            ("title", json!(8), false),
            ("title", json!("x"), false),
            ("title", Value::Null, true),
            ("companies[1].city", json!(true), true),
            ("companies[1].city", json!("True"), true),
            ("companies[1].city", json!("False"), false),
            ("companies[0].city", json!("U..."), true),
            ("companies[0].city", json!("B..."), false),
            ("companies[0].city", json!("Bonn"), false),
            ("companies[2].city", json!("Bonn"), true),
            ("long", json!("[\"a\"]"), true),
            ("body", json!("x"), true),
        ] {
            assert_eq!(is_right("", body, field, &provided), right, "{field}");
        }
        assert!(is_right("limit=%20x", "", "limit", &json!(" x")));
        assert!(!is_right("limit=%20x", "", "limit", &json!("x")));
        assert!(is_right("limit=1&limit=2", "", "limit", &json!("1,2")));
        assert!(is_right("", r#"{"a": 1, "a": "b"}"#, "a", &json!(1)));
        assert!(is_right(
            "",
            r#"{"a": 9007199254740993}"#,
            "a",
            &json!(9_007_199_254_740_992_u64)
        ));
        let long = "x".repeat(MAX_WHOLE + 1);
        assert!(is_right(
            "",
            &json!({"a": long}).to_string(),
            "a",
            &json!("xx")
        ));
        let key = format!("{KEY}test_1");
        assert!(is_right(
            "",
            &json!({"a": key}).to_string(),
            "a",
            &json!("masked")
        ));
    }
}
