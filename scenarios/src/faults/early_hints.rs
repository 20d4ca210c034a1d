//! Informational answers before the answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Kind};
use crate::{answer::Answer, wire::Wire};

/// Informational answers at the most.
const MAX: u8 = 20;

/// Informational answers come before the answer.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyHints {
    /// Their status: 102 or 103.
    #[serde(default = "hints")]
    pub status: u16,
    /// How many.
    #[serde(default = "one")]
    pub count: u8,
}

fn hints() -> u16 {
    103
}

fn one() -> u8 {
    1
}

impl Behaviour for EarlyHints {
    const KIND: Kind = Kind::Wire;

    fn check(&self) -> Result<(), String> {
        if !(102..=103).contains(&self.status) || self.count > MAX {
            return Err(format!("status is 102 or 103, and count {MAX} at the most"));
        }
        Ok(())
    }

    fn wire(&self, _: &Answer) -> Option<Wire> {
        let one = match self.status {
            102 => "HTTP/1.1 102 Processing\r\n\r\n",
            _ => "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n",
        };
        Some(Wire::Prefix(one.repeat(self.count.into()).into_bytes()))
    }
}
