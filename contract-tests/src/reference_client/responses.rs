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
pub(super) enum Try {
    /// What was asked for.
    Done(Value),
    /// Nothing that a further try could change.
    Final(Failure),
    /// Something that may be otherwise next time, and how long to wait before, where that was said.
    Again(Failure, Option<Wait>),
}

/// What `Retry-After` says.
pub(super) enum Wait {
    /// So long.
    For(Duration),
    /// Nothing that can be read.
    Unreadable,
    /// Nothing, and the next try comes at once.
    Not,
}

impl Client {
    /// What is to be made of an error.
    pub(super) fn refused(&self, status: StatusCode, error: &Value, wait: Option<Wait>) -> Try {
        let mut places = self.habits.scopes_at.iter();
        let failure = match status {
            StatusCode::UNAUTHORIZED => Failure::Unauthorized,
            StatusCode::FORBIDDEN => {
                let scopes = places.find_map(|place| error.pointer(place));
                Failure::Forbidden(scopes.unwrap_or_default().to_string())
            }
            _ => Failure::Refused(status.as_u16()),
        };
        let again = if self.habits.goes_by_code {
            let code = error["code"].as_str().unwrap_or_default();
            code != "RATE_LIMIT_EXCEEDED" && !CODES.contains(&code)
        } else {
            self.habits.retries.contains(&status.as_u16())
        };
        let insists = self.habits.insists;
        if insists.is_some_and(|insists| insists.on == status.as_u16()) {
            Try::Again(failure, Some(Wait::Not))
        } else if again {
            Try::Again(failure, wait)
        } else {
            Try::Final(failure)
        }
    }

    /// What a `Retry-After` asks for.
    pub(super) fn wait(&self, status: StatusCode, text: &str) -> Wait {
        if let Ok(seconds) = text.trim().parse() {
            let asked = Duration::from_secs(seconds);
            return Wait::For((self.habits.waits)(status.as_u16(), asked));
        }
        let preferred = text.ends_with(" GMT") && text.as_bytes().get(3) == Some(&b',');
        let is_read = match self.habits.reads_dates {
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
