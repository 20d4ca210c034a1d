//! The connection is reset.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{response::FaultResponse, wire_fault::WireFault};

/// The connection is reset after so many bytes of the answer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reset {
    /// Bytes of the answer before that, its head included.
    pub after: usize,
}

impl Behaviour for Reset {
    const KIND: FaultKind = FaultKind::Wire;

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::ResetAfter(self.after))
    }
}
