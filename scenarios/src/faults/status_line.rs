//! A status line that is none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, Wire},
};

/// The status line is none.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StatusLine {
    /// What it is.
    pub is: Is,
}

/// What stands where a status line should be.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// `HTTP/1.1 OK`: a status that is no number.
    NoNumber,
    /// Nothing but the body, as HTTP 0.9 had it.
    Http09,
    /// Bytes of no protocol.
    Garbage,
}

impl Behaviour for StatusLine {
    const KIND: Kind = Kind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;

    fn wire(&self, answer: &Answer) -> Option<Wire> {
        let bytes = match self.is {
            Is::NoNumber => [
                b"HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n",
                &answer.body[..],
            ]
            .concat(),
            Is::Http09 => answer.body.to_vec(),
            Is::Garbage => b"\x16\x03\x01\x00\x02\x02\x28\r\n".to_vec(),
        };
        Some(Wire::Replace { bytes, close: true })
    }
}
