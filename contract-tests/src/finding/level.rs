//! Levels of rules.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::Display;

/// How much a rule weighs.
#[derive(Clone, Copy, Debug, Display, Eq, JsonSchema, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum Level {
    /// A violation fails the run.
    Must,
    /// A violation is a warning.
    Should,
    /// A violation is only reported.
    May,
}
