//! An HTTP/2 stream that is reset.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, StreamEnd, WireFault},
};

/// The stream is reset.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StreamReset {
    /// The reason that the reset states.
    #[serde(default = "refused")]
    pub reason: Reason,
    /// Number of bytes of the body that are sent; by default, not even the headers are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<usize>,
}

fn refused() -> Reason {
    Reason::RefusedStream
}

/// The reason for the reset of a stream, as defined in RFC 9113, section 7.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No error.
    NoError = 0,
    /// The client has violated the protocol.
    ProtocolError = 1,
    /// The server has a defect.
    InternalError = 2,
    /// The request was not processed, and it is safe to retry it.
    RefusedStream = 7,
    /// The stream is no longer needed.
    Cancel = 8,
    /// The client causes too much load.
    EnhanceYourCalm = 11,
    /// The client should use HTTP/1.1.
    #[serde(rename = "http_1_1_required")]
    Http11Required = 13,
}

impl Behaviour for StreamReset {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http2;

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::Stream {
            after: self.after,
            end: StreamEnd::Reset(self.reason as u32),
        })
    }
}
