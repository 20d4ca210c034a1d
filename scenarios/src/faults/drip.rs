//! A response that is sent a few bytes at a time.

use std::{num::NonZeroUsize, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{human_duration::HumanDuration, response::FaultResponse, wire_fault::WireFault};

/// Writes per second if a bandwidth is given.
const BEATS: u64 = 20;

/// The response is sent N bytes at a time with a pause after each piece, or at N bytes per second, headers included.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Drip {
    /// Bytes at a time.
    #[serde(default = "one")]
    pub bytes: NonZeroUsize,
    /// The pause, in real time; with `0s`, each piece is still a separate write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<HumanDuration>,
    /// Bytes per second, instead of `bytes` and `every`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_second: Option<NonZeroUsize>,
}

fn one() -> NonZeroUsize {
    NonZeroUsize::MIN
}

impl Behaviour for Drip {
    const KIND: FaultKind = FaultKind::Wire;
    const EXAMPLES: &[&str] = &["bytes=400;every=10ms", "per_second=4000"];

    fn check(&self) -> Result<(), String> {
        if self.every.is_some() == self.per_second.is_some() {
            return Err("set exactly one of every and per_second".to_owned());
        }
        Ok(())
    }

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        let (bytes, every) = match self.per_second {
            None => (self.bytes.get(), self.every.unwrap_or_default().real()),
            Some(rate) => {
                let rate = u64::try_from(rate.get()).unwrap_or(u64::MAX);
                let drop = (rate / BEATS).max(1);
                let pause = Duration::from_nanos(1_000_000_000_u64.saturating_mul(drop) / rate);
                (usize::try_from(drop).unwrap_or(usize::MAX), pause)
            }
        };
        Some(WireFault::Drip { bytes, every })
    }
}
