//! When in the processing of a request a fault applies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a request comes before a fault meets it.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Its key was not looked at: no quota is used, and a bad key meets the fault, too.
    BeforeAuth,
    /// It was admitted; nothing is done.
    BeforeHandler,
    /// It is done, whatever is answered.
    AfterHandler,
}
