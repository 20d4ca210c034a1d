//! No response is ever sent.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::chance::Chance;

/// No response is sent for 24 hours; the connection stays open.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hang {}

impl Behaviour for Hang {
    const KIND: FaultKind = FaultKind::Wait;

    fn wait(&self, _: &mut Chance) -> Duration {
        Duration::from_hours(24)
    }
}
