//! A connection that closes later than announced.

use std::time::Duration;

use http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind};
use crate::{
    human_duration::HumanDuration,
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// Maximum time that a connection stays open.
const MAX: Duration = Duration::from_mins(5);

/// The response announces that the connection closes, and it closes after a delay.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Linger {
    /// The delay, in real time, at most five minutes.
    pub by: HumanDuration,
}

impl Behaviour for Linger {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const EXAMPLES: &[&str] = &["by=300ms"];

    fn check(&self) -> Result<(), String> {
        if self.by.real() > MAX {
            return Err(format!("by is {}, more than five minutes", self.by));
        }
        Ok(())
    }

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        let close = HeaderValue::from_static("close");
        response.headers.insert(header::CONNECTION, close);
    }

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(WireFault::CloseLate(self.by.real()))
    }
}
