//! An answer that comes drop by drop.

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Kind};
use crate::{answer::Answer, span::Span, wire::Wire};

/// So many bytes at a time, with a pause after each, headers included.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Drip {
    /// Bytes at a time.
    #[serde(default = "one")]
    pub bytes: NonZeroUsize,
    /// The pause, in real time.
    pub every: Span,
}

fn one() -> NonZeroUsize {
    NonZeroUsize::MIN
}

impl Behaviour for Drip {
    const KIND: Kind = Kind::Wire;

    fn wire(&self, _: &Answer) -> Option<Wire> {
        Some(Wire::Drip {
            bytes: self.bytes.get(),
            every: self.every.real(),
        })
    }
}
