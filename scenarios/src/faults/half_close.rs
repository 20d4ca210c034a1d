//! A half-closed connection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// The server stops sending, but keeps reading.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct HalfClose {
    /// Number of bytes of the response that are sent, headers included; all of them by default.
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
