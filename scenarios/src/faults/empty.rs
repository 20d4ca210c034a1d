//! A status without a body.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind, responses};
use crate::response::FaultResponse;

/// A response with a status and no body.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {
    /// The status; 200 by default.
    #[serde(default = "ok")]
    pub status: u16,
}

fn ok() -> u16 {
    200
}

impl Behaviour for Empty {
    const KIND: FaultKind = FaultKind::Answer;

    fn check(&self) -> Result<(), String> {
        responses::status(self.status, 200..=599).map(drop)
    }

    fn respond(&self, _: Context<'_>) -> Option<FaultResponse> {
        Some(FaultResponse {
            status: StatusCode::from_u16(self.status).ok()?,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            spaces: 0,
        })
    }
}
