//! A client that asks first whether its body is wanted.

use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use schemas::ErrorCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Behaviour, Context, Kind};
use crate::{
    answer::Answer,
    wire::{Protocol, Wire},
};

/// `Expect: 100-continue` is never answered, or refused.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// What becomes of it.
    pub is: Is,
}

/// What becomes of an expectation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// No `100 Continue` comes; a body that is sent all the same is read.
    Ignored,
    /// 417 comes, and the body is not read.
    Refused,
}

impl Behaviour for Expect {
    const KIND: Kind = Kind::Request;
    const PROTOCOL: Protocol = Protocol::Http1;

    fn answer(&self, _: Context<'_>) -> Option<Answer> {
        let body = json!({"code": ErrorCode::InvalidRequest, "message": "Expectation failed"});
        match self.is {
            Is::Ignored => None,
            Is::Refused => {
                let mut answer = Answer::json(StatusCode::EXPECTATION_FAILED, &body);
                // Whether the body still comes is not known, and so not where another request would begin.
                let close = HeaderValue::from_static("close");
                answer.headers.insert(header::CONNECTION, close);
                Some(answer)
            }
        }
    }

    fn request(&self) -> Option<Wire> {
        Some(Wire::NoContinue)
    }
}
