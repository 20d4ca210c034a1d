//! Evaluates a response: whether a retry is sensible, and after which wait.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{
    Failure,
    behaviour::Dates,
    http::{Client, today},
};

/// The error codes that this client knows.
const CODES: [&str; 5] = [
    "AUTHENTICATION_ERROR",
    "AUTHORIZATION_ERROR",
    "ENTITY_NOT_FOUND",
    "VALIDATION_ERROR",
    "CONFLICT",
];

/// The result of one attempt.
pub(super) enum Attempt {
    /// The requested result.
    Done(Value),
    /// A failure that a retry cannot change.
    Final(Failure),
    /// A failure that may not recur, and how long to wait before a retry, if stated.
    Retry(Failure, Option<Wait>),
}

/// The wait before a retry.
pub(super) enum Wait {
    /// A duration.
    For(Duration),
    /// An unreadable `Retry-After`.
    Unreadable,
    /// No wait: the retry follows immediately.
    Immediate,
}

impl Client {
    /// Decides whether to retry after an error.
    pub(super) fn refused(
        &self,
        method: &Method,
        status: StatusCode,
        error: &Value,
        wait: Option<Wait>,
    ) -> Attempt {
        let mut places = self.behaviour.scopes_at.iter();
        let failure = match status {
            StatusCode::UNAUTHORIZED => Failure::Unauthorized,
            StatusCode::FORBIDDEN => {
                let scopes = places.find_map(|place| error.pointer(place));
                Failure::Forbidden(scopes.unwrap_or_default().to_string())
            }
            _ => Failure::Refused(status.as_u16()),
        };
        let again = if self.behaviour.retries_by_code {
            let code = error["code"].as_str().unwrap_or_default();
            code != "RATE_LIMIT_EXCEEDED" && !CODES.contains(&code)
        } else {
            let retried = if method.is_safe() {
                self.behaviour.retries
            } else {
                self.behaviour.retries_writes
            };
            retried.contains(&status.as_u16())
        };
        let immediate_retry = self.behaviour.immediate_retry;
        if immediate_retry.is_some_and(|immediate_retry| immediate_retry.on == status.as_u16()) {
            Attempt::Retry(failure, Some(Wait::Immediate))
        } else if again {
            Attempt::Retry(failure, wait)
        } else {
            Attempt::Final(failure)
        }
    }

    /// The wait that a `Retry-After` asks for.
    pub(super) fn wait(&self, status: StatusCode, text: &str) -> Wait {
        if let Ok(seconds) = text.trim().parse() {
            let requested = Duration::from_secs(seconds);
            return Wait::For((self.behaviour.retry_after_wait)(
                status.as_u16(),
                requested,
            ));
        }
        let preferred = text.ends_with(" GMT") && text.as_bytes().get(3) == Some(&b',');
        let is_read = match self.behaviour.retry_after_dates {
            Dates::All => true,
            Dates::Preferred => preferred,
            Dates::None => false,
        };
        let date = httpdate::parse_http_date(text).ok().filter(|_| is_read);
        // A date in the past is as useless as an unreadable one.
        let left = date.and_then(|date| date.duration_since(today()).ok());
        left.map_or(Wait::Unreadable, Wait::For)
    }
}
