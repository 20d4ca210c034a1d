//! Malformed header lines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// Header lines are malformed.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderLines {
    /// How they are malformed.
    pub are: HeaderLineFlaw,
}

/// How header lines are malformed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderLineFlaw {
    /// Each line ends with LF, without a CR.
    LfOnly,
    /// A value continues on the next line, which RFC 9112 forbids.
    Folded,
    /// A value contains a NUL.
    Nul,
}

impl Behaviour for HeaderLines {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const EXAMPLES: &[&str] = &["are=lf_only", "are=folded", "are=nul"];

    fn wire(&self, response: &FaultResponse) -> Option<WireFault> {
        let mut bytes = response.head();
        bytes.extend_from_slice(match self.are {
            HeaderLineFlaw::LfOnly => b"",
            HeaderLineFlaw::Folded => b"x-folded: one\r\n two\r\n",
            HeaderLineFlaw::Nul => b"x-nul: one\0two\r\n",
        });
        let length = format!("content-length: {}\r\n\r\n", response.body.len());
        bytes.extend_from_slice(length.as_bytes());
        if self.are == HeaderLineFlaw::LfOnly {
            bytes.retain(|byte| *byte != b'\r');
        }
        bytes.extend_from_slice(&response.body);
        Some(WireFault::Replace {
            bytes,
            close: false,
        })
    }
}
