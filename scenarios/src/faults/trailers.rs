//! Header fields after the body.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// Trailers follow the body.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trailers {
    /// The kind of trailers.
    pub are: TrailerFlaw,
}

/// The kind of trailers that follow a body.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrailerFlaw {
    /// A checksum that the `Trailer` header announces.
    Announced,
    /// A checksum that is not announced.
    Unannounced,
    /// Fields that are not allowed as trailers: `Content-Length`, `Transfer-Encoding` and `WWW-Authenticate`.
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
