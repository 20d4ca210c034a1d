//! A connection that ends while the next request is under way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, Wire},
};

/// All is well, until the next request on that connection is met with a reset.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeepAliveRace {}

impl Behaviour for KeepAliveRace {
    const KIND: Kind = Kind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;

    fn wire(&self, _: &Answer) -> Option<Wire> {
        Some(Wire::ResetOnNextRequest)
    }
}
