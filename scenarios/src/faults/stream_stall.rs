//! A stream of HTTP/2 that stops.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, StreamEnd, Wire},
};

/// The stream stops; the connection goes on.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StreamStall {
    /// Bytes of the body before that.
    pub after: usize,
}

impl Behaviour for StreamStall {
    const KIND: Kind = Kind::Wire;
    const PROTOCOL: Protocol = Protocol::Http2;

    fn wire(&self, _: &Answer) -> Option<Wire> {
        Some(Wire::Stream {
            after: Some(self.after),
            end: StreamEnd::Stall,
        })
    }
}
