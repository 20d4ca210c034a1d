//! A `Content-Length` that does not fit the body.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, Wire},
};

/// By how much a length is wrong.
const BY: usize = 10;

/// `Content-Length` does not fit the body.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContentLength {
    /// How.
    pub is: Is,
}

/// How a length is wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// More is promised than comes; then the connection is closed.
    TooLong,
    /// Less is promised than comes; the rest poisons the connection.
    TooShort,
    /// It is there twice, and differs.
    Conflict,
    /// `Transfer-Encoding: chunked` stands beside it.
    BesideChunked,
}

impl Behaviour for ContentLength {
    const KIND: Kind = Kind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const APPLIES: Applies = Applies::Bodies;

    fn wire(&self, answer: &Answer) -> Option<Wire> {
        let (length, mut bytes) = (answer.body.len(), answer.head());
        let lines = match self.is {
            Is::TooLong => format!("content-length: {}\r\n", length + BY),
            Is::TooShort => format!("content-length: {}\r\n", length.saturating_sub(BY)),
            Is::Conflict => format!(
                "content-length: {length}\r\ncontent-length: {}\r\n",
                length + BY
            ),
            Is::BesideChunked => {
                format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n")
            }
        };
        bytes.extend_from_slice(lines.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        if self.is == Is::BesideChunked {
            bytes.extend_from_slice(format!("{length:x}\r\n").as_bytes());
        }
        bytes.extend_from_slice(&answer.body);
        if self.is == Is::BesideChunked {
            bytes.extend_from_slice(b"\r\n0\r\n\r\n");
        }
        let close = self.is == Is::TooLong;
        Some(Wire::Replace { bytes, close })
    }
}
