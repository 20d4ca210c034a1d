//! A request that is read slowly.

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{human_duration::HumanDuration, wire_fault::WireFault};

/// Maximum number of bytes at a time.
const MAX: usize = 4_096;

/// The rest of the request is read N bytes at a time, with a pause after each piece.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SlowRead {
    /// Bytes at a time, at most 4096.
    #[serde(default = "some")]
    pub bytes: NonZeroUsize,
    /// The pause, in real time.
    pub every: HumanDuration,
}

fn some() -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(1_023)
}

impl Behaviour for SlowRead {
    const KIND: FaultKind = FaultKind::Request;
    const EXAMPLES: &[&str] = &["every=10ms"];

    fn check(&self) -> Result<(), String> {
        if self.bytes.get() > MAX {
            return Err(format!("bytes must be at most {MAX}"));
        }
        Ok(())
    }

    fn request(&self) -> Option<WireFault> {
        Some(WireFault::SlowRead {
            bytes: self.bytes.get(),
            every: self.every.real(),
        })
    }
}
