//! The connection is reset.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Kind};
use crate::{answer::Answer, wire::Wire};

/// The connection is reset after so many bytes of the answer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reset {
    /// Bytes of the answer before that, its head included.
    pub after: usize,
}

impl Behaviour for Reset {
    const KIND: Kind = Kind::Wire;

    fn wire(&self, _: &Answer) -> Option<Wire> {
        Some(Wire::ResetAfter(self.after))
    }
}
