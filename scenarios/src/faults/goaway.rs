//! An HTTP/2 connection that ends.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// `GOAWAY` with the last stream 0 and the reason `ENHANCE_YOUR_CALM` (RFC 9113, sections 4.1, 6.8 and 7).
const CALM: &[u8] = b"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x0b";

/// The connection ends with `GOAWAY`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Goaway {
    /// How the connection ends.
    pub is: GoawayForm,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GoawayForm {
    /// Gracefully: the response is sent, and no further request is accepted on the connection.
    Graceful,
    /// With `ENHANCE_YOUR_CALM`, and the claim that no request on the connection was processed.
    EnhanceYourCalm,
}

impl Behaviour for Goaway {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http2;
    const EXAMPLES: &[&str] = &["is=graceful"];

    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        Some(match self.is {
            GoawayForm::Graceful => WireFault::Goodbye,
            GoawayForm::EnhanceYourCalm => WireFault::Frames {
                bytes: CALM.to_vec(),
                close: true,
            },
        })
    }
}
