//! An HTTP/2 connection that seems dead.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// From now on, the `PING`s of the client are not acknowledged.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoPong {}

impl Behaviour for NoPong {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http2;

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::NoPong)
    }
}
