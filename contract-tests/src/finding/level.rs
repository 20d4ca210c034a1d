//! Levels of rules.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::Display;

/// How much a rule weighs.
#[derive(Clone, Copy, Debug, Display, Eq, JsonSchema, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum Level {
    /// Who breaks it fails.
    Must,
    /// Who breaks it is warned.
    Should,
    /// It only informs.
    May,
}
