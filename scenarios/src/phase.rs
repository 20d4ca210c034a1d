//! When in the processing of a request a fault applies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far the server processes a request before a fault applies.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Before the key is checked: no quota is used, and the fault applies to requests with an invalid key, too.
    BeforeAuth,
    /// After the request is admitted, before its operation is performed.
    BeforeHandler,
    /// After its operation is performed, whatever response is sent.
    AfterHandler,
}
