//! Compression that is none, or is broken.

use http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, Kind};
use crate::answer::Answer;

/// What every gzip stream begins with: deflate, no flags, no time.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

/// The body is said to be compressed and is not, or is, and broken.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Encoding {
    /// How it is.
    pub is: Is,
}

/// How a compression is wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// It is called gzip and is plain.
    Plain,
    /// It begins as gzip, and goes on as nothing.
    Corrupt,
    /// It begins as gzip, and ends there.
    Truncated,
    /// It has an encoding that nobody knows.
    Unknown,
}

impl Behaviour for Encoding {
    const KIND: Kind = Kind::Edit;

    fn edit(&self, answer: &mut Answer, _: Context<'_>) {
        let name = if self.is == Is::Unknown {
            "x-nothing"
        } else {
            "gzip"
        };
        answer
            .headers
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        match self.is {
            Is::Plain | Is::Unknown => {}
            Is::Corrupt => answer.body = [&GZIP[..], &answer.body].concat().into(),
            Is::Truncated => answer.body = GZIP.to_vec().into(),
        }
    }
}
