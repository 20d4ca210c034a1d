//! Unnecessary HTTP/2 frames.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// Maximum number of frames.
const MAX: u16 = 10_000;
/// `PING` with eight bytes, and `SETTINGS` without any (RFC 9113, sections 6.5 and 6.7).
const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0flooding";
const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";

/// Unnecessary frames precede the response.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Flood {
    /// The type of the frames.
    pub of: FloodFrame,
    /// How many, at most 10,000.
    #[serde(default = "many")]
    pub count: u16,
}

/// The type of unnecessary frames.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FloodFrame {
    /// `PING`: the client has to acknowledge each.
    Ping,
    /// `SETTINGS`: the client has to acknowledge each; when it does, the server ends the connection.
    Settings,
}

fn many() -> u16 {
    1_000
}

impl Behaviour for Flood {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http2;
    const EXAMPLES: &[&str] = &["of=ping"];

    fn check(&self) -> Result<(), String> {
        if self.count > MAX {
            return Err(format!("count must be at most {MAX}"));
        }
        Ok(())
    }

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        let frame = match self.of {
            FloodFrame::Ping => PING,
            FloodFrame::Settings => SETTINGS,
        };
        Some(WireFault::Frames {
            bytes: frame.repeat(self.count.into()),
            close: false,
        })
    }
}
