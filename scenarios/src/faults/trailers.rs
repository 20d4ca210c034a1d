//! Header fields after the body.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// Header fields come after the body.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trailers {
    /// Which.
    pub are: TrailerFlaw,
}

/// Which fields come after a body.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrailerFlaw {
    /// A checksum, which `Trailer` has announced.
    Announced,
    /// A checksum, of which nobody has spoken.
    Unannounced,
    /// Some that must not come there: a length, a framing, and an authentication.
    Illegal,
}

impl Behaviour for Trailers {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &["are=announced", "are=illegal"];

    fn wire(&self, response: &FaultResponse) -> Option<WireFault> {
        let mut bytes = response.head();
        if self.are == TrailerFlaw::Announced {
            bytes.extend_from_slice(b"trailer: x-checksum\r\n");
        }
        let size = format!(
            "transfer-encoding: chunked\r\n\r\n{:x}\r\n",
            response.body.len()
        );
        bytes.extend_from_slice(size.as_bytes());
        bytes.extend_from_slice(&response.body);
        bytes.extend_from_slice(b"\r\n0\r\n");
        bytes.extend_from_slice(match self.are {
            TrailerFlaw::Announced | TrailerFlaw::Unannounced => b"x-checksum: 1\r\n\r\n",
            TrailerFlaw::Illegal => {
                b"content-length: 7\r\ntransfer-encoding: gzip\r\nwww-authenticate: Basic\r\n\r\n"
            }
        });
        Some(WireFault::Replace {
            bytes,
            close: false,
        })
    }
}
