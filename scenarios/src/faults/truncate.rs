//! A body that ends early with a matching `Content-Length`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// The body ends early, and `Content-Length` matches.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Truncate {
    /// Number of bytes of the body that are sent.
    pub after: usize,
}

impl Behaviour for Truncate {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &["after=100"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.body.truncate(self.after);
    }
}
