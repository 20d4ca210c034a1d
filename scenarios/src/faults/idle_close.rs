//! A connection that is closed while idle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// The response is correct, then the connection is closed, unannounced.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdleClose {}

impl Behaviour for IdleClose {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::CloseAfterwards)
    }
}
