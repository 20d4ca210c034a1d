//! A server whose clock is wrong.

use http::{HeaderValue, header};
use jiff::fmt::rfc2822;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, Kind};
use crate::{answer::Answer, span::Span};

/// `Date` is wrong by so much.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSkew {
    /// By how much.
    pub by: Span,
    /// Whether it is behind; otherwise it is ahead.
    #[serde(default)]
    pub behind: bool,
}

impl Behaviour for ClockSkew {
    const KIND: Kind = Kind::Edit;

    fn edit(&self, answer: &mut Answer, context: Context<'_>) {
        let by = if self.behind { -self.by.0 } else { self.by.0 };
        let at = context.now.saturating_add(by).unwrap_or(context.now);
        let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at);
        let date = date.ok().and_then(|date| HeaderValue::try_from(date).ok());
        if let Some(date) = date {
            answer.headers.insert(header::DATE, date);
        }
    }
}
