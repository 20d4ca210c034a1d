//! A `Content-Length` that does not match the body.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// By how much a length is wrong.
const BY: usize = 10;

/// `Content-Length` does not match the body.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContentLength {
    /// How it is wrong.
    pub is: ContentLengthFlaw,
}

/// How a `Content-Length` is wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentLengthFlaw {
    /// It is larger than the body; the connection is closed after the body.
    TooLong,
    /// It is smaller than the body; the rest of the body stays on the connection, before the next response.
    TooShort,
    /// It is sent twice, with different values.
    Conflict,
    /// It is sent together with `Transfer-Encoding: chunked`.
    BesideChunked,
}

impl Behaviour for ContentLength {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &[
        "is=too_long",
        "is=too_short",
        "is=conflict",
        "is=beside_chunked",
    ];

    fn wire(&self, response: &FaultResponse) -> Option<WireFault> {
        let (length, mut bytes) = (response.body.len(), response.head());
        let lines = match self.is {
            ContentLengthFlaw::TooLong => format!("content-length: {}\r\n", length + BY),
            ContentLengthFlaw::TooShort => {
                format!("content-length: {}\r\n", length.saturating_sub(BY))
            }
            ContentLengthFlaw::Conflict => format!(
                "content-length: {length}\r\ncontent-length: {}\r\n",
                length + BY
            ),
            ContentLengthFlaw::BesideChunked => {
                format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n")
            }
        };
        bytes.extend_from_slice(lines.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        if self.is == ContentLengthFlaw::BesideChunked {
            bytes.extend_from_slice(format!("{length:x}\r\n").as_bytes());
        }
        bytes.extend_from_slice(&response.body);
        if self.is == ContentLengthFlaw::BesideChunked {
            bytes.extend_from_slice(b"\r\n0\r\n\r\n");
        }
        let close = self.is == ContentLengthFlaw::TooLong;
        Some(WireFault::Replace { bytes, close })
    }
}
