//! The response stops in the middle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{response::FaultResponse, wire_fault::WireFault};

/// Nothing more comes After this many bytes of the response.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stall {
    /// Bytes of the response before that, its head included.
    pub after: usize,
}

impl Behaviour for Stall {
    const KIND: FaultKind = FaultKind::Wire;
    const EXAMPLES: &[&str] = &["", "after=300"];

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::StallAfter(self.after))
    }
}
