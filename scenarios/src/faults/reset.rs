//! The connection is reset.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{response::FaultResponse, wire_fault::WireFault};

/// The connection is reset After this many bytes of the response.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reset {
    /// Bytes of the response before that, its head included.
    pub after: usize,
}

impl Behaviour for Reset {
    const KIND: FaultKind = FaultKind::Wire;
    const EXAMPLES: &[&str] = &["", "after=300"];

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::ResetAfter(self.after))
    }
}
