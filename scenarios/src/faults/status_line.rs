//! A malformed status line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// The status line is invalid.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StatusLine {
    /// What it is instead.
    pub is: StatusLineFlaw,
}

/// What is sent in place of a valid status line.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusLineFlaw {
    /// `HTTP/1.1 OK`: the status is not a number.
    NoNumber,
    /// Only the body, as in HTTP/0.9.
    Http09,
    /// Bytes that are not HTTP.
    Garbage,
}

impl Behaviour for StatusLine {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const EXAMPLES: &[&str] = &["is=no_number", "is=http09", "is=garbage"];

    fn wire(&self, response: &FaultResponse) -> Option<WireFault> {
        let bytes = match self.is {
            StatusLineFlaw::NoNumber => [
                b"HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n",
                &response.body[..],
            ]
            .concat(),
            StatusLineFlaw::Http09 => response.body.to_vec(),
            StatusLineFlaw::Garbage => b"\x16\x03\x01\x00\x02\x02\x28\r\n".to_vec(),
        };
        Some(WireFault::Replace { bytes, close: true })
    }
}
