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
    /// Why it is said to be.
    #[serde(default = "refused")]
    pub reason: Reason,
    /// Bytes of the body before that; without it, not even the headers come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<usize>,
}

fn refused() -> Reason {
    Reason::RefusedStream
}

/// Why a stream is said to be reset, as RFC 9113, section 7, has it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing was wrong.
    NoError = 0,
    /// The client has broken the protocol.
    ProtocolError = 1,
    /// The server has a defect.
    InternalError = 2,
    /// Nothing was done, and it is safe to try again.
    RefusedStream = 7,
    /// It is not needed any more.
    Cancel = 8,
    /// The client asks too much.
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
