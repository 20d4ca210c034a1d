//! A body that ends early, as if nothing were wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, Kind};
use crate::answer::Answer;

/// The body ends early, and `Content-Length` agrees.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Truncate {
    /// Bytes that are left.
    pub after: usize,
}

impl Behaviour for Truncate {
    const KIND: Kind = Kind::Edit;
    const APPLIES: Applies = Applies::Bodies;

    fn edit(&self, answer: &mut Answer, _: Context<'_>) {
        answer.body.truncate(self.after);
    }
}
