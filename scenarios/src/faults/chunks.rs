//! Invalid chunks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// The chunked body is malformed.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Chunks {
    /// How the chunks are malformed.
    pub are: ChunkFlaw,
}

/// How a chunked body is malformed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkFlaw {
    /// It breaks off: the last chunk is never sent.
    Truncated,
    /// A chunk size is not a number.
    BadSize,
}

impl Behaviour for Chunks {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &["are=truncated", "are=bad_size"];

    fn wire(&self, response: &FaultResponse) -> Option<WireFault> {
        let mut bytes = response.head();
        bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
        let half = &response.body[..response.body.len() / 2];
        bytes.extend_from_slice(format!("{:x}\r\n", half.len()).as_bytes());
        bytes.extend_from_slice(half);
        bytes.extend_from_slice(b"\r\n");
        if self.are == ChunkFlaw::BadSize {
            bytes.extend_from_slice(b"many\r\n");
        }
        Some(WireFault::Replace { bytes, close: true })
    }
}
