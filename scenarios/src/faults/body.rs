//! Bodies that are not the JSON they should be.

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, Kind};
use crate::answer::Answer;

/// How deep the lists of `deep` are in one another.
const DEPTH: usize = 10_000;

/// The body is something else than the JSON it should be.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What it is.
    pub is: Is,
}

/// What a body is that is not the JSON it should be.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// Nothing.
    Empty,
    /// `null`
    Null,
    /// A list where an object should be.
    Array,
    /// A page of HTML.
    Html,
    /// The JSON, and then more.
    TrailingGarbage,
    /// The JSON after a byte order mark.
    ByteOrderMark,
    /// The JSON with a byte in it that no UTF-8 has.
    InvalidUtf8,
    /// The JSON in UTF-16.
    Utf16,
    /// The JSON with `NaN` in it, which JSON has not.
    NotANumber,
    /// The JSON with its first name twice.
    DuplicateName,
    /// Lists in lists, ten thousand deep.
    Deep,
    /// An error of the contract, with the status of success.
    ErrorWithSuccess,
}

impl Behaviour for Body {
    const KIND: Kind = Kind::Edit;

    fn edit(&self, answer: &mut Answer, _: Context<'_>) {
        let body = &answer.body;
        let after_brace = |insert: &[u8]| match body.strip_prefix(b"{") {
            Some(rest) => [b"{", insert, b",", rest].concat(),
            None => insert.to_vec(),
        };
        answer.body = match self.is {
            Is::Empty => Bytes::new(),
            Is::Null => Bytes::from_static(b"null"),
            Is::Array => [b"[", &body[..], b"]"].concat().into(),
            Is::Html => {
                Bytes::from_static(b"<!doctype html><title>Welcome</title><p>Please log in.")
            }
            Is::TrailingGarbage => [body, &b"\n</html>"[..]].concat().into(),
            Is::ByteOrderMark => [&b"\xef\xbb\xbf"[..], body].concat().into(),
            Is::InvalidUtf8 => after_brace(b"\"x\":\"\xff\"").into(),
            Is::Utf16 => {
                let text = String::from_utf8_lossy(body);
                let units = text.encode_utf16().flat_map(u16::to_be_bytes);
                units.collect::<Vec<_>>().into()
            }
            Is::NotANumber => after_brace(b"\"x\":NaN").into(),
            Is::DuplicateName => duplicate_name(body).into(),
            Is::Deep => ["[".repeat(DEPTH), "]".repeat(DEPTH)].concat().into(),
            Is::ErrorWithSuccess => {
                Bytes::from_static(br#"{"code":"INTERNAL_ERROR","message":"Internal error"}"#)
            }
        };
    }
}

/// An object whose first field is there once more, as `null`, before it.
fn duplicate_name(body: &[u8]) -> Vec<u8> {
    let name = body.strip_prefix(b"{\"").and_then(|rest| {
        let end = rest.iter().position(|byte| *byte == b'"')?;
        Some(&rest[..end])
    });
    match name {
        Some(name) => [b"{\"", name, b"\":null,", &body[1..]].concat(),
        None => body.to_vec(),
    }
}
