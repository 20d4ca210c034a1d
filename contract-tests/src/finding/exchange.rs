//! A request and its response, and what can be expected of it.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use schemas::Operation;
use serde_json::{Value, json};

use super::{ApiRequest, NotPassed, Violation, json_path};

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub(crate) request: ApiRequest,
    pub(crate) url: String,
    /// The status of the answer.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The body as JSON, put as the authority would.
    pub(crate) json: Value,
    /// How long it took until the whole answer was there.
    pub took: Duration,
}

impl Exchange {
    /// One that others made.
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
        }
    }
}

impl Exchange {
    /// What the call was meant for.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.request.operation
    }

    /// How it was called.
    pub fn method(&self) -> &Method {
        &self.request.method
    }

    /// What was presented in `Authorization`.
    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.request.authorization_value()
    }

    /// The header, as text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The id of the object that the call was about; empty where it was about none.
    pub(crate) fn id(&self) -> &str {
        &self.request.id
    }

    /// The body as JSON; `null` where it is none. What a session has sent has it as the authority would put it,
    /// whichever page of the vendor's the server follows.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The body as JSON as the server put it; `null` where it is none.
    pub(crate) fn raw_json(&self) -> Value {
        json(&self.body)
    }

    /// The body as JSON, to be put otherwise.
    pub(crate) fn json_mut(&mut self) -> &mut Value {
        &mut self.json
    }

    /// The value at a JSON pointer of the body; `null` where there is none.
    pub fn at(&self, pointer: &str) -> Value {
        self.json.pointer(pointer).cloned().unwrap_or_default()
    }

    /// The status is this one.
    pub fn expect_status(&self, expected: u16) -> Result<(), NotPassed> {
        self.expect("status", &json!(expected), &json!(self.status.as_u16()))
    }

    /// The status is one of success; which one, the documents hardly say.
    pub fn expect_success(&self) -> Result<(), NotPassed> {
        let status = json!(self.status.as_u16());
        self.expect_that(self.status.is_success(), "status", "success", status)
    }

    /// The text at a place of the body.
    pub fn text_at(&self, pointer: &str) -> Result<String, NotPassed> {
        let text = self.at(pointer).as_str().map(ToOwned::to_owned);
        text.ok_or_else(|| {
            let at = json_path(pointer);
            self.violation(&at, json!("a text"), self.at(pointer), "is no text")
        })
    }

    /// The whole number at a place of the body.
    pub fn number_at(&self, pointer: &str) -> Result<u64, NotPassed> {
        let number = self.at(pointer).as_u64();
        number.ok_or_else(|| {
            let (at, expected) = (json_path(pointer), json!("a whole number"));
            self.violation(&at, expected, self.at(pointer), "is no whole number")
        })
    }

    /// The rows of a list.
    pub fn rows(&self) -> Vec<Value> {
        let envelope = ["items", "orders", "results"];
        let rows = envelope.iter().find_map(|name| self.json[name].as_array());
        rows.cloned().unwrap_or_default()
    }

    /// The body has this error code, with the status that belongs to it.
    pub fn expect_error(&self, code: schemas::ErrorCode) -> Result<(), NotPassed> {
        self.expect_status(code.facts().status)?;
        self.expect("$.code", &json!(code), &self.at("/code"))
    }

    /// Two values are the same.
    pub fn expect(&self, at: &str, expected: &Value, actual: &Value) -> Result<(), NotPassed> {
        if expected == actual {
            return Ok(());
        }
        Err(self.violation(
            at,
            expected.clone(),
            actual.clone(),
            "is not what the contract says",
        ))
    }

    /// Something is so; `expected` says what, in words.
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
            Err(self.violation(at, json!(expected), actual, "is not what the contract says"))
        }
    }

    /// A rule that this exchange breaks.
    pub fn violation(&self, at: &str, expected: Value, actual: Value, message: &str) -> NotPassed {
        Violation {
            message: format!("{at} {message}"),
            at: at.to_owned(),
            expected,
            actual,
            exchange: Some(self.clone()),
            ..Violation::default()
        }
        .into()
    }
}

/// A body as JSON; `null` where it is none.
pub(crate) fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}
