//! The response stops in the middle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{response::FaultResponse, wire_fault::WireFault};

/// The response stops after N bytes; the connection stays open.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stall {
    /// Number of bytes of the response that are sent, headers included.
    pub after: usize,
}

impl Behaviour for Stall {
    const KIND: FaultKind = FaultKind::Wire;
    const EXAMPLES: &[&str] = &["", "after=300"];

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::StallAfter(self.after))
    }
}
