//! Unrequested informational responses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// Maximum number of informational responses.
const MAX: u16 = 1_000;

/// Informational responses (1xx) precede the response.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyHints {
    /// Their status: 100 to 199, except 101, which would switch the connection to another protocol.
    #[serde(default = "hints")]
    pub status: u16,
    /// How many, at most 1000.
    #[serde(default = "one")]
    pub count: u16,
}

fn hints() -> u16 {
    103
}

fn one() -> u16 {
    1
}

impl Behaviour for EarlyHints {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const EXAMPLES: &[&str] = &["", "count=20", "status=100", "status=102"];

    fn check(&self) -> Result<(), String> {
        if !(100..=199).contains(&self.status) || self.status == 101 || self.count > MAX {
            return Err(format!(
                "status must be 100 to 199 but not 101, and count at most {MAX}"
            ));
        }
        Ok(())
    }

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        let rest = match self.status {
            100 => "Continue",
            102 => "Processing",
            103 => "Early Hints\r\nlink: </style.css>; rel=preload",
            _ => "Nobody Knows",
        };
        let one = format!("HTTP/1.1 {} {rest}\r\n\r\n", self.status);
        Some(WireFault::Prefix(
            one.repeat(self.count.into()).into_bytes(),
        ))
    }
}
