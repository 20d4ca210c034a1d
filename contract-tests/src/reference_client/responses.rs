//! What an answer comes to: whether another try is sensible, and after which wait.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use super::{
    Failure,
    behaviour::Dates,
    http::{Client, today},
};

/// The codes of errors that are known here.
const CODES: [&str; 5] = [
    "AUTHENTICATION_ERROR",
    "AUTHORIZATION_ERROR",
    "ENTITY_NOT_FOUND",
    "VALIDATION_ERROR",
    "CONFLICT",
];

/// What one try has come to.
pub(super) enum Attempt {
    /// What was asked for.
    Done(Value),
    /// Nothing that a further try could change.
    Final(Failure),
    /// Something that may be otherwise next time, and how long to wait before, where that was said.
    Retry(Failure, Option<Wait>),
}

/// What `Retry-After` says.
pub(super) enum Wait {
    /// So long.
    For(Duration),
    /// Nothing that can be read.
    Unreadable,
    /// Nothing, and the next try comes at once.
    Immediate,
}

impl Client {
    /// What is to be made of an error.
    pub(super) fn refused(&self, status: StatusCode, error: &Value, wait: Option<Wait>) -> Attempt {
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
            self.behaviour.retries.contains(&status.as_u16())
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

    /// What a `Retry-After` asks for.
    pub(super) fn wait(&self, status: StatusCode, text: &str) -> Wait {
        if let Ok(seconds) = text.trim().parse() {
            let asked = Duration::from_secs(seconds);
            return Wait::For((self.behaviour.retry_after_wait)(status.as_u16(), asked));
        }
        let preferred = text.ends_with(" GMT") && text.as_bytes().get(3) == Some(&b',');
        let is_read = match self.behaviour.retry_after_dates {
            Dates::All => true,
            Dates::Preferred => preferred,
            Dates::None => false,
        };
        let date = httpdate::parse_http_date(text).ok().filter(|_| is_read);
        // One that is past says no more than one that cannot be read.
        let left = date.and_then(|date| date.duration_since(today()).ok());
        left.map_or(Wait::Unreadable, Wait::For)
    }
}
