//! A response that a fault creates or changes.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;

use crate::exact;

/// A response before it is sent.
#[derive(Clone, Debug)]
pub struct FaultResponse {
    /// Its status.
    pub status: StatusCode,
    /// Its headers, without `Content-Length`, which follows from the body unless a fault changes it.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// Number of spaces after the body. They are never in memory all at once.
    pub spaces: u64,
}

impl FaultResponse {
    /// A JSON response.
    pub fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    /// A response with a body.
    pub fn new(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let media_type = HeaderValue::from_static(media_type);
        Self {
            status,
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, media_type)]),
            body: body.into(),
            spaces: 0,
        }
    }

    /// Changes the body as JSON; numbers keep their digits. A body that is not JSON stays unchanged.
    pub fn edit_json(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut value) = exact::read(&self.body) {
            change(&mut value);
            self.body = exact::write(&value).into();
        }
    }

    /// Changes the body of a success as JSON. Errors and bodies that are not JSON stay unchanged.
    pub fn edit_success(&mut self, change: impl FnOnce(&mut Value)) {
        if self.status.is_success() {
            self.edit_json(change);
        }
    }

    /// The status line and the headers as sent, each with its line ending, without the empty line after them and without
    /// `Content-Length`.
    pub fn head(&self) -> Vec<u8> {
        let reason = self.status.canonical_reason().unwrap_or_default();
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", self.status.as_str()).into_bytes();
        for (name, value) in &self.headers {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head
    }
}
