//! A body that ends early with a matching `Content-Length`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// The body ends early, and `Content-Length` agrees.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Truncate {
    /// Bytes that are left.
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
