//! A body where there must be none.

use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, Wire},
};

/// A body, where a length does not say how many bytes it has.
const BODY: &[u8] = br#"{"unexpected":"body"}"#;

/// An answer that has no body comes with one.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BodyWhereNone {
    /// The status: 204, 304, or 200 for the answer to a `HEAD`.
    #[serde(default = "no_content")]
    pub status: u16,
}

fn no_content() -> u16 {
    204
}

impl BodyWhereNone {
    /// The status, which is one.
    pub(super) fn status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.status).ok()
    }
}

impl Behaviour for BodyWhereNone {
    const KIND: Kind = Kind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;

    fn check(&self) -> Result<(), String> {
        match self.status {
            200 | 204 | 304 => Ok(()),
            _ => Err("status is 204, 304, or 200 for the answer to a HEAD".to_owned()),
        }
    }

    fn edit(&self, answer: &mut Answer, _: Context<'_>) {
        answer.status = self.status().unwrap_or(answer.status);
        answer.headers.remove(header::CONTENT_LENGTH);
    }

    fn wire(&self, answer: &Answer) -> Option<Wire> {
        let mut bytes = answer.head();
        let body = if answer.body.is_empty() {
            BODY
        } else {
            &answer.body
        };
        let length = format!("content-length: {}\r\n\r\n", body.len());
        bytes.extend_from_slice(length.as_bytes());
        bytes.extend_from_slice(body);
        Some(Wire::Replace {
            bytes,
            close: false,
        })
    }
}
