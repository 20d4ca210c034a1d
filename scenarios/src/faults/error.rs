//! An error of the contract, or any other status in its shape.

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::json;

use super::{Behaviour, Context, Kind, answers};
use crate::answer::Answer;

/// An error with a status, in the contract's shape.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Error {
    /// Its status.
    pub status: u16,
    /// Its code; where nothing is said, the contract's for that status, or one made of the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Seconds in `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Behaviour for Error {
    const KIND: Kind = Kind::Answer;

    fn check(&self) -> Result<(), String> {
        answers::status(self.status, 400..=599).map(drop)
    }

    fn answer(&self, _: Context<'_>) -> Option<Answer> {
        let status = StatusCode::from_u16(self.status).ok()?;
        let reason = status.canonical_reason().unwrap_or("Error");
        let code = self.code.clone().unwrap_or_else(|| answers::code(status));
        let message = self.message.as_deref().unwrap_or(reason);
        let mut answer = Answer::json(status, &json!({"code": code, "message": message}));
        if let Some(seconds) = self.retry_after {
            answer
                .headers
                .insert(http::header::RETRY_AFTER, seconds.into());
        }
        Some(answer)
    }
}
