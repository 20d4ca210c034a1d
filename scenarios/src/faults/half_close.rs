//! A half-closed connection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// The server stops sending, and still reads.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct HalfClose {
    /// Bytes of the response before that, its head included; without it, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<usize>,
}

impl Behaviour for HalfClose {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const EXAMPLES: &[&str] = &["", "after=0"];

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::HalfCloseAfter(self.after))
    }
}
