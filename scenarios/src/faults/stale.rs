//! A response from the past, as from a lagging replica or a cache.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// A successful `GET` returns the first body that the same path and query got while the scenario was active. The first
/// response itself is correct.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Stale {}

impl Behaviour for Stale {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Reads;
    const REMEMBERS: bool = true;

    fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
        if let Some(first) = context.first.filter(|_| response.status.is_success()) {
            response.body = first.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;
    use serde_json::json;

    use super::{super::example, *};

    #[test]
    fn repeats_the_first_body_of_a_success() {
        let first = Bytes::from_static(b"{}");
        let body = |status, first| {
            let mut response = FaultResponse::json(status, &json!({"a": 1}));
            let context = Context {
                first,
                ..example::CONTEXT
            };
            example::fault("stale").edit(&mut response, context);
            response.body
        };
        assert_eq!(body(StatusCode::OK, Some(&first)), first);
        assert_ne!(body(StatusCode::OK, None), first);
        assert_ne!(body(StatusCode::NOT_FOUND, Some(&first)), first);
    }
}
