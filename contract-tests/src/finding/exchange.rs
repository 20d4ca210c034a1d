//! A request and its response, and expectations on it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use schemas::Operation;
use serde_json::{Value, json};

use super::{ApiRequest, NotPassed, Violation, json_path, memory::Reservation};

/// The fields in which lists have their rows.
pub(crate) const ENVELOPES: &[&str] = &["items", "orders", "results"];
/// Maximum number of rows that checks look at. A page has at most 100.
const MAX_ROWS: usize = 1_000;

/// A request and its response.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub(crate) request: ApiRequest,
    pub(crate) url: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The body as JSON, normalized to the contract's readings.
    pub(crate) json: Value,
    /// The time until the response was complete.
    pub took: Duration,
    /// The memory reserved for the body, released on drop; `None` for a small body.
    #[expect(dead_code, reason = "it is held, not read")]
    pub(crate) memory: Option<Arc<Reservation>>,
}

impl Exchange {
    /// An exchange that was recorded, not sent by the judge.
    pub(crate) fn recorded(
        operation: &'static Operation,
        method: Method,
        url: &str,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let request = ApiRequest {
            operation: Some(operation),
            ..ApiRequest::at(method, operation.path)
        };
        Self {
            request,
            url: url.to_owned(),
            status,
            headers,
            json: json(&body),
            body,
            took: Duration::ZERO,
            memory: None,
        }
    }
}

impl Exchange {
    pub fn operation(&self) -> Option<&'static Operation> {
        self.request.operation
    }

    pub fn method(&self) -> &Method {
        &self.request.method
    }

    /// The request's `Authorization`.
    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.request.authorization_value()
    }

    /// A response header, if it is ASCII.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The id in the request's path; empty where there is none.
    pub(crate) fn id(&self) -> &str {
        &self.request.id
    }

    /// The body as JSON; `null` if it is not JSON. In a session it is normalized to the contract's readings, whichever of the
    /// vendor's pages the server follows.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The body as JSON as the server sent it; `null` if it is not JSON.
    pub(crate) fn raw_json(&self) -> Value {
        json(&self.body)
    }

    /// The body as JSON, to be normalized.
    pub(crate) fn json_mut(&mut self) -> &mut Value {
        &mut self.json
    }

    /// The value at a JSON pointer of the body; `null` if there is none.
    pub fn at(&self, pointer: &str) -> Value {
        self.json.pointer(pointer).cloned().unwrap_or_default()
    }

    pub fn expect_status(&self, expected: u16) -> Result<(), NotPassed> {
        self.expect("status", &json!(expected), &json!(self.status.as_u16()))
    }

    /// The status is a success; the documents rarely specify which.
    pub fn expect_success(&self) -> Result<(), NotPassed> {
        let status = json!(self.status.as_u16());
        self.expect_that(self.status.is_success(), "status", "success", status)
    }

    /// The string at a JSON pointer of the body.
    pub fn text_at(&self, pointer: &str) -> Result<String, NotPassed> {
        let text = self.at(pointer).as_str().map(ToOwned::to_owned);
        text.ok_or_else(|| {
            let at = json_path(pointer);
            self.violation(&at, json!("a string"), self.at(pointer), "is not a string")
        })
    }

    /// The whole number at a JSON pointer of the body.
    pub fn number_at(&self, pointer: &str) -> Result<u64, NotPassed> {
        let number = self.at(pointer).as_u64();
        number.ok_or_else(|| {
            let (at, expected) = (json_path(pointer), json!("a whole number"));
            self.violation(&at, expected, self.at(pointer), "is not a whole number")
        })
    }

    /// The rows of a list; at most the first thousand, so that a check ends whatever a server returns.
    pub fn rows(&self) -> &[Value] {
        let rows = self.all_rows();
        &rows[..rows.len().min(MAX_ROWS)]
    }

    /// The number of all rows of a list.
    pub(crate) fn row_count(&self) -> usize {
        self.all_rows().len()
    }

    fn all_rows(&self) -> &[Value] {
        let rows = ENVELOPES.iter().find_map(|name| self.json[name].as_array());
        rows.map_or(&[], Vec::as_slice)
    }

    /// The response is this error, with its status.
    pub fn expect_error(&self, code: schemas::ErrorCode) -> Result<(), NotPassed> {
        self.expect_status(code.facts().status)?;
        self.expect("$.code", &json!(code), &self.at("/code"))
    }

    pub fn expect(&self, at: &str, expected: &Value, actual: &Value) -> Result<(), NotPassed> {
        let mut expected = expected.clone();
        unify_numbers(&mut expected);
        if expected == *actual {
            return Ok(());
        }
        Err(self.violation(at, expected, actual.clone(), "does not match the contract"))
    }

    /// Two texts that are the same time are one value, whatever the offset and the digits of the seconds are.
    pub fn expect_value(
        &self,
        at: &str,
        expected: &Value,
        actual: &Value,
    ) -> Result<(), NotPassed> {
        let time = |value: &Value| value.as_str()?.parse::<Timestamp>().ok();
        match (time(expected), time(actual)) {
            (Some(one), Some(other)) if one == other => Ok(()),
            _ => self.expect(at, expected, actual),
        }
    }

    /// `expected` describes the condition.
    pub fn expect_that(
        &self,
        holds: bool,
        at: &str,
        expected: &str,
        actual: Value,
    ) -> Result<(), NotPassed> {
        if holds {
            Ok(())
        } else {
            Err(self.violation(at, json!(expected), actual, "does not match the contract"))
        }
    }

    /// The violation of a rule by this exchange.
    pub fn violation(&self, at: &str, expected: Value, actual: Value, message: &str) -> NotPassed {
        Violation {
            message: format!("{at} {message}"),
            at: at.to_owned(),
            expected,
            actual,
            exchange: Some(self.into()),
            ..Violation::default()
        }
        .into()
    }
}

/// A body as JSON; `null` if it is not JSON.
pub(crate) fn json(body: &[u8]) -> Value {
    let mut value = serde_json::from_slice(body).unwrap_or_default();
    unify_numbers(&mut value);
    value
}

/// Writes every whole number as an integer: in JSON Schema, `5.0` is the integer 5.
fn unify_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            let whole = text
                .strip_suffix(".0")
                .and_then(|whole| whole.parse::<i64>().ok());
            if let Some(whole) = whole {
                *value = json!(whole);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(unify_numbers),
        Value::Object(fields) => fields.values_mut().for_each(unify_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_integers_however_they_are_written() {
        let read = json(br#"{"total": 5.0, "rows": [-0.0, 6.5, 1e300, "7.0"]}"#);
        assert_eq!(read, json!({"total": 5, "rows": [0, 6.5, 1e300, "7.0"]}));
    }
}
