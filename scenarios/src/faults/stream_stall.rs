//! An HTTP/2 stream that stops.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, StreamEnd, WireFault},
};

/// The stream stops; the connection continues.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StreamStall {
    /// Number of bytes of the body that are sent.
    pub after: usize,
}

impl Behaviour for StreamStall {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http2;

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::Stream {
            after: Some(self.after),
            end: StreamEnd::Stall,
        })
    }
}
