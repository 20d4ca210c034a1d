//! A body where none is allowed.

use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// The body if no header states a length.
const BODY: &[u8] = br#"{"unexpected":"body"}"#;

/// A response that must not have a body has one.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BodyWhereNone {
    /// The status: 204, 304, or 200 for the response to a `HEAD`.
    #[serde(default = "no_content")]
    pub status: u16,
}

fn no_content() -> u16 {
    204
}

impl Behaviour for BodyWhereNone {
    const KIND: FaultKind = FaultKind::Wire;
    const PROTOCOL: Protocol = Protocol::Http1;
    const EXAMPLES: &[&str] = &["", "status=304"];

    fn check(&self) -> Result<(), String> {
        match self.status {
            200 | 204 | 304 => Ok(()),
            _ => Err("status must be 204, 304, or 200 for a HEAD".to_owned()),
        }
    }

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.status = StatusCode::from_u16(self.status).unwrap_or(response.status);
        response.headers.remove(header::CONTENT_LENGTH);
    }

    fn wire(&self, response: &FaultResponse) -> Option<WireFault> {
        let mut bytes = response.head();
        let body = if response.body.is_empty() {
            BODY
        } else {
            &response.body
        };
        let length = format!("content-length: {}\r\n\r\n", body.len());
        bytes.extend_from_slice(length.as_bytes());
        bytes.extend_from_slice(body);
        Some(WireFault::Replace {
            bytes,
            close: false,
        })
    }
}
