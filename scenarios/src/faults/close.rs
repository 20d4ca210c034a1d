//! The connection is closed too early.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{response::FaultResponse, wire_fault::WireFault};

/// The connection is closed after N bytes of the response.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Close {
    /// Number of bytes of the response that are sent, headers included.
    pub after: usize,
}

impl Behaviour for Close {
    const KIND: FaultKind = FaultKind::Wire;
    const EXAMPLES: &[&str] = &["", "after=300"];

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::CloseAfter(self.after))
    }
}
