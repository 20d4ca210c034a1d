//! A request and its response as a report shows them.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::LEFT_OUT;
use crate::finding::{
    Exchange, quoted,
    redaction::{Redacted, Secrets},
};

/// Maximum length of a body in a report, in characters.
const MAX_BODY: usize = 2_048;

/// A request and its response; long bodies are truncated.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Exchange")]
pub struct ExchangeView {
    /// The request.
    pub request: RequestView,
    /// The response.
    pub response: ResponseView,
}

/// A request.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Request")]
pub struct RequestView {
    /// Its method.
    pub method: Redacted,
    /// Its URL.
    pub url: Redacted,
    /// Its body.
    pub body: Option<Redacted>,
}

/// A response.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Response")]
pub struct ResponseView {
    /// Its status.
    pub status: u16,
    /// Its headers; a name may occur more than once.
    pub headers: Vec<(Redacted, Redacted)>,
    /// Its body.
    pub body: Redacted,
}

impl ExchangeView {
    /// Converts an exchange: masks secrets, and truncates long bodies.
    pub(crate) fn new(exchange: &Exchange, secrets: &Secrets) -> Self {
        let bytes = |bytes: &[u8]| secrets.redact(&String::from_utf8_lossy(bytes));
        let headers = exchange.headers.iter();
        Self {
            request: RequestView {
                method: secrets.redact(exchange.request.method.as_str()),
                url: secrets.redact(&exchange.url),
                body: exchange
                    .request
                    .body
                    .as_deref()
                    .map(|body| body_text(secrets, body)),
            },
            response: ResponseView {
                status: exchange.status.as_u16(),
                headers: headers
                    .map(|(name, value)| (secrets.redact(name.as_str()), bytes(value.as_bytes())))
                    .collect(),
                body: body_text(secrets, &exchange.body),
            },
        }
    }
}

impl ExchangeView {
    pub(super) fn remove_bodies(&mut self) {
        if self.request.body.is_some() {
            self.request.body = Some(LEFT_OUT.into());
        }
        self.response.body = LEFT_OUT.into();
    }
}

/// A command that repeats the request; a key is a variable named after its role.
pub(crate) fn curl(exchange: &Exchange, secrets: &Secrets) -> Redacted {
    let mut words = vec!["curl -sSi".to_owned()];
    match exchange.request.method {
        Method::GET => {}
        Method::HEAD => words.push("-I".to_owned()),
        ref other => words.push(format!("-X {other}")),
    }
    for (name, value) in &exchange.request.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        words.push(format!(
            "-H {}",
            secrets.shell_word(&format!("{name}: {value}"))
        ));
    }
    let body = exchange.request.body.as_deref();
    words.extend(body.map(|body| format!("--data-raw {}", quoted(&body_text(secrets, body)))));
    words.push(secrets.shell_word(&exchange.url));
    secrets.redact(&words.join(" "))
}

fn body_text(secrets: &Secrets, body: &[u8]) -> Redacted {
    // The rest is not scanned: a secret is longer than its mask, but not by that much.
    let some = &body[..body.len().min(MAX_BODY * 16)];
    secrets
        .redact(&String::from_utf8_lossy(some))
        .truncated(MAX_BODY)
}
