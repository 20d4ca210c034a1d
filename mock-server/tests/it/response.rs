//! A response, checked against the contract before a test sees it.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, LazyLock, Mutex},
};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header, request};
use jsonschema::Validator;
use percent_encoding::percent_decode_str;
use schemas::{API_PREFIX, ErrorCode, Evidence, Operation, documents::Document, operations};
use serde_json::Value;

/// The headers of the contract. Any other header fails the test.
const KNOWN_HEADERS: [&str; 16] = [
    "allow",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "date",
    "location",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "www-authenticate",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
    "x-mock-evicted",
];

static VALIDATORS: LazyLock<Mutex<HashMap<Document, Arc<Validator>>>> =
    LazyLock::new(Mutex::default);

/// A response that follows the contract.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Response {
    /// A response that a fault may have changed.
    pub(crate) fn unchecked(answer: http::Response<Bytes>) -> Self {
        let (head, body) = answer.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    /// Checks what is true of every response.
    #[track_caller]
    pub(crate) fn checked(asked: &request::Parts, answer: http::Response<Bytes>) -> Self {
        let response = Self::unchecked(answer);
        let shown = format!("{} {}\n{response}", asked.method, asked.uri);
        response.check_headers(&shown, is_ours(asked));
        if !response.body.is_empty() {
            response.check_body(&shown, asked);
        } else if asked.method != Method::HEAD {
            assert_eq!(response.status, StatusCode::NO_CONTENT, "no body: {shown}");
        }
        response.check_secrecy(&shown, asked);
        response
    }

    #[track_caller]
    fn check_headers(&self, shown: &str, ours: bool) {
        for name in self.headers.keys() {
            assert!(
                KNOWN_HEADERS.contains(&name.as_str()),
                "unknown header {name}: {shown}"
            );
            assert_eq!(
                self.headers.get_all(name).iter().count(),
                1,
                "two of {name}: {shown}"
            );
        }
        if !ours {
            assert!(self.date().is_some(), "no Date: {shown}");
        }
        let belongs = |name: header::HeaderName, statuses: &[u16]| {
            assert!(
                !self.headers.contains_key(&name) || statuses.contains(&self.status.as_u16()),
                "{name} does not belong here: {shown}"
            );
        };
        belongs(header::RETRY_AFTER, &[429]);
        belongs(header::WWW_AUTHENTICATE, &[401, 403]);
        belongs(header::LOCATION, &[201]);
        if !ours {
            belongs(header::ALLOW, &[204, 405]);
        }
    }

    #[track_caller]
    fn check_body(&self, shown: &str, asked: &request::Parts) {
        assert_ne!(asked.method, Method::HEAD, "HEAD has no body: {shown}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        if let Some(length) = self.header("content-length") {
            assert_eq!(length, self.body.len().to_string(), "{shown}");
        }
        if self.status.is_success() {
            if !is_ours(asked) {
                let operation =
                    operation(asked).unwrap_or_else(|| panic!("of no operation: {shown}"));
                assert_eq!(self.status, operation.success, "{shown}");
                let document = operation.response.expect("only 204 has no body");
                assert_valid(document, &self.json(), shown);
            }
            return;
        }
        let code = self.code().unwrap_or_else(|| panic!("no code: {shown}"));
        if code != ErrorCode::ValidationError {
            assert_eq!(self.status, code.status(), "{shown}");
        }
        assert!(self.json()["message"].is_string(), "{shown}");
        assert_valid(Document::Error(code), &self.json(), shown);
        // An assumed operation may be left out, with its path or from the methods of its path.
        let absent = [ErrorCode::NotFound, ErrorCode::MethodNotAllowed].contains(&code);
        let there = |row: &&Operation| !absent || row.evidence != Evidence::Assumed;
        if let Some(operation) = operation(asked).filter(there) {
            assert!(
                operation.all_errors().any(|listed| listed == code),
                "the table does not list {code} for {}: {shown}",
                operation.id
            );
        }
    }

    /// No response contains the key of its request.
    #[track_caller]
    fn check_secrecy(&self, shown: &str, asked: &request::Parts) {
        let told = format!("{:?}\n{self}", self.headers);
        let sent = asked.headers.get(header::AUTHORIZATION);
        let sent = sent.and_then(|value| value.to_str().ok());
        if let Some((_, secret)) = sent.and_then(|value| value.split_once("lnc_test_")) {
            assert!(secret.is_empty() || !told.contains(secret), "{shown}");
        }
    }

    /// A header, if present.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// A header with a number.
    #[track_caller]
    pub(crate) fn number(&self, name: &str) -> i64 {
        let text = self
            .header(name)
            .unwrap_or_else(|| panic!("no {name}: {self}"));
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}"))
    }

    /// `Date` in epoch seconds.
    pub(crate) fn date(&self) -> Option<i64> {
        let date = jiff::fmt::rfc2822::parse(self.header("date")?).ok()?;
        Some(date.timestamp().as_second())
    }

    /// The body.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The body as it was sent.
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    /// The error code of an error.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        self.json()["code"].as_str()?.parse().ok()
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status.is_success(), "{self}");
        self.json()
    }

    /// The body of an error with this code.
    #[track_caller]
    pub(crate) fn refused(self, code: ErrorCode) -> Value {
        assert!(!self.status.is_success(), "{self}");
        assert_eq!(self.code(), Some(code), "{self}");
        self.json()
    }

    /// Everything but the named headers, to compare responses.
    pub(crate) fn without(mut self, names: &[&str]) -> String {
        for name in names {
            self.headers.remove(*name);
        }
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort();
        format!("{}\n{}\n{}", self.status, headers.join("\n"), self.text())
    }
}

/// Status and body.
impl fmt::Display for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}\n{}",
            self.status,
            String::from_utf8_lossy(&self.body)
        )
    }
}

/// Whether the request is for something that the vendor does not have: the control API and the OpenAPI document.
pub(crate) fn is_ours(asked: &request::Parts) -> bool {
    let path = asked.uri.path();
    path.starts_with("/_mock") || path == "/openapi.json"
}

/// The operation of a request, found without the server's code.
fn operation(asked: &request::Parts) -> Option<&'static Operation> {
    let path = asked.uri.path();
    let path = path.strip_suffix('/').unwrap_or(path);
    let decoded = |part| percent_decode_str(part).decode_utf8_lossy();
    let parts: Vec<_> = path.split('/').map(decoded).collect();
    let is_like = |pattern: &str| {
        let pattern = format!("{API_PREFIX}{pattern}");
        pattern.split('/').count() == parts.len()
            && (pattern.split('/').zip(&parts)).all(|(wanted, part)| {
                wanted == part || (wanted.starts_with('{') && !part.is_empty())
            })
    };
    operations::all().find(|row| row.method == asked.method && is_like(row.path))
}

#[track_caller]
fn assert_valid(document: Document, body: &Value, shown: &str) {
    let validator = validator(document);
    let errors: Vec<_> = validator
        .iter_errors(body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "not a valid {}: {errors:#?}\n{shown}",
        document.name()
    );
}

/// The schema of a body, ready to use.
pub(crate) fn validator(document: Document) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().unwrap();
    let validator = validators.entry(document).or_insert_with(|| {
        let schema = serde_json::from_str(document.committed()).unwrap();
        Arc::new(jsonschema::draft202012::new(&schema).unwrap())
    });
    Arc::clone(validator)
}
