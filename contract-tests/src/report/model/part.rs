//! A part of a run that several machines share.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One of several parts of a run.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Part {
    /// The number of this part, starting at 1.
    pub part: usize,
    /// The number of parts.
    pub parts: usize,
}

/// As `--shard` takes it, such as `2/4`.
impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.part, self.parts)
    }
}
