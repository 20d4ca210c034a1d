//! Chunks that are none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, Wire},
};

/// The chunks of the body are broken.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Chunks {
    /// How.
    pub are: Are,
}

/// How chunks are broken.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Are {
    /// The last one never comes.
    Truncated,
    /// A size is no number.
    BadSize,
}

impl Behaviour for Chunks {
    const KIND: Kind = Kind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const APPLIES: Applies = Applies::Bodies;

    fn wire(&self, answer: &Answer) -> Option<Wire> {
        let mut bytes = answer.head();
        bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
        let half = &answer.body[..answer.body.len() / 2];
        bytes.extend_from_slice(format!("{:x}\r\n", half.len()).as_bytes());
        bytes.extend_from_slice(half);
        bytes.extend_from_slice(b"\r\n");
        if self.are == Are::BadSize {
            bytes.extend_from_slice(b"many\r\n");
        }
        Some(Wire::Replace { bytes, close: true })
    }
}
