//! Lines of a head that are not as they should be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, Wire},
};

/// Lines of the head are not as they should be.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderLines {
    /// How they are.
    pub are: Are,
}

/// How lines of a head are wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Are {
    /// Each ends with LF, without a CR.
    LfOnly,
    /// A value goes on in the next line, which RFC 9112 forbids.
    Folded,
    /// A value has a NUL in it.
    Nul,
}

impl Behaviour for HeaderLines {
    const KIND: Kind = Kind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;

    fn wire(&self, answer: &Answer) -> Option<Wire> {
        let mut bytes = answer.head();
        bytes.extend_from_slice(match self.are {
            Are::LfOnly => b"",
            Are::Folded => b"x-folded: one\r\n two\r\n",
            Are::Nul => b"x-nul: one\0two\r\n",
        });
        let length = format!("content-length: {}\r\n\r\n", answer.body.len());
        bytes.extend_from_slice(length.as_bytes());
        if self.are == Are::LfOnly {
            bytes.retain(|byte| *byte != b'\r');
        }
        bytes.extend_from_slice(&answer.body);
        Some(Wire::Replace {
            bytes,
            close: false,
        })
    }
}
