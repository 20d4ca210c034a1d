//! The connection is closed too early.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Kind};
use crate::{answer::Answer, wire::Wire};

/// The connection is closed after so many bytes of the answer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Close {
    /// Bytes of the answer before that, its head included.
    pub after: usize,
}

impl Behaviour for Close {
    const KIND: Kind = Kind::Wire;

    fn wire(&self, _: &Answer) -> Option<Wire> {
        Some(Wire::CloseAfter(self.after))
    }
}
