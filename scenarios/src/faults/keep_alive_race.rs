//! A connection that ends while the next request is in flight.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// The response is correct, but the connection is reset when the next request arrives on it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeepAliveRace {}

impl Behaviour for KeepAliveRace {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::ResetOnNextRequest)
    }
}
