//! Requests with `Expect: 100-continue`.

use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use schemas::ErrorCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Behaviour, Context, FaultKind};
use crate::{
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// `100 Continue` is never sent, or the request is rejected with 417.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// How the server reacts.
    pub is: ExpectReply,
}

/// How the server reacts to `Expect: 100-continue`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectReply {
    /// It does not send `100 Continue`; it reads the body if the client sends it anyway.
    Ignored,
    /// It sends 417, and does not read the body.
    Refused,
}

impl Behaviour for Expect {
    const KIND: FaultKind = FaultKind::Request;
    const PROTOCOL: Protocol = Protocol::Http1;
    const EXAMPLES: &[&str] = &["is=refused"];

    fn respond(&self, _: Context<'_>) -> Option<FaultResponse> {
        let body = json!({"code": ErrorCode::InvalidRequest, "message": "Expectation failed"});
        match self.is {
            ExpectReply::Ignored => None,
            ExpectReply::Refused => {
                let mut response = FaultResponse::json(StatusCode::EXPECTATION_FAILED, &body);
                // The client may or may not still send the body, so the start of the next request is unknown.
                let close = HeaderValue::from_static("close");
                response.headers.insert(header::CONNECTION, close);
                Some(response)
            }
        }
    }

    fn request(&self) -> Option<WireFault> {
        Some(WireFault::NoContinue)
    }
}
