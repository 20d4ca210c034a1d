//! Header fields after the body.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, Wire},
};

/// Header fields come after the body.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trailers {
    /// Which.
    pub are: Are,
}

/// Which fields come after a body.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Are {
    /// A checksum, which `Trailer` has announced.
    Announced,
    /// A checksum, of which nobody has spoken.
    Unannounced,
    /// Some that must not come there: a length, a framing, and an authentication.
    Illegal,
}

impl Behaviour for Trailers {
    const KIND: Kind = Kind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const APPLIES: Applies = Applies::Bodies;

    fn wire(&self, answer: &Answer) -> Option<Wire> {
        let mut bytes = answer.head();
        if self.are == Are::Announced {
            bytes.extend_from_slice(b"trailer: x-checksum\r\n");
        }
        let size = format!(
            "transfer-encoding: chunked\r\n\r\n{:x}\r\n",
            answer.body.len()
        );
        bytes.extend_from_slice(size.as_bytes());
        bytes.extend_from_slice(&answer.body);
        bytes.extend_from_slice(b"\r\n0\r\n");
        bytes.extend_from_slice(match self.are {
            Are::Announced | Are::Unannounced => b"x-checksum: 1\r\n\r\n",
            Are::Illegal => {
                b"content-length: 7\r\ntransfer-encoding: gzip\r\nwww-authenticate: Basic\r\n\r\n"
            }
        });
        Some(Wire::Replace {
            bytes,
            close: false,
        })
    }
}
