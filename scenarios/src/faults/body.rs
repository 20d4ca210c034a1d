//! Bodies that are not the expected JSON.

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// Nesting depth of the lists of `deep`.
const DEPTH: usize = 10_000;

/// The body is not the JSON that is expected.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What it is instead.
    pub is: BodyForm,
}

/// What a body is instead of the expected JSON.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyForm {
    /// Nothing.
    Empty,
    /// `null`
    Null,
    /// A list where an object should be.
    Array,
    /// An HTML page.
    Html,
    /// The JSON, followed by other text.
    TrailingGarbage,
    /// The JSON after a byte order mark.
    ByteOrderMark,
    /// The JSON with a byte in it that is not valid UTF-8.
    InvalidUtf8,
    /// The JSON in UTF-16.
    Utf16,
    /// The JSON with `NaN` in it, which JSON does not allow.
    NotANumber,
    /// The JSON with `Infinity` in it, which JSON does not allow.
    Infinity,
    /// The JSON with the unpaired UTF-16 surrogate `"\ud800"` in it: valid JSON syntax, but not valid Unicode.
    LoneSurrogate,
    /// The JSON with its first field name twice.
    DuplicateName,
    /// Nested lists, 10,000 deep.
    Deep,
    /// An error of the contract, while the status stays that of a success.
    ErrorWithSuccess,
}

impl Behaviour for Body {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &[
        "is=html",
        "is=deep",
        "is=byte_order_mark",
        "is=invalid_utf8",
        "is=not_a_number",
        "is=infinity",
        "is=lone_surrogate",
    ];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        let body = &response.body;
        let after_brace = |insert: &[u8]| match body.strip_prefix(b"{") {
            Some(rest) => [b"{", insert, b",", rest].concat(),
            None => insert.to_vec(),
        };
        response.body = match self.is {
            BodyForm::Empty => Bytes::new(),
            BodyForm::Null => Bytes::from_static(b"null"),
            BodyForm::Array => [b"[", &body[..], b"]"].concat().into(),
            BodyForm::Html => {
                Bytes::from_static(b"<!doctype html><title>Welcome</title><p>Please log in.")
            }
            BodyForm::TrailingGarbage => [body, &b"\n</html>"[..]].concat().into(),
            BodyForm::ByteOrderMark => [&b"\xef\xbb\xbf"[..], body].concat().into(),
            BodyForm::InvalidUtf8 => after_brace(b"\"x\":\"\xff\"").into(),
            BodyForm::Utf16 => {
                let text = String::from_utf8_lossy(body);
                let units = text.encode_utf16().flat_map(u16::to_be_bytes);
                units.collect::<Vec<_>>().into()
            }
            BodyForm::NotANumber => after_brace(b"\"x\":NaN").into(),
            BodyForm::Infinity => after_brace(b"\"x\":Infinity").into(),
            BodyForm::LoneSurrogate => after_brace(br#""x":"\ud800""#).into(),
            BodyForm::DuplicateName => duplicate_name(body).into(),
            BodyForm::Deep => ["[".repeat(DEPTH), "]".repeat(DEPTH)].concat().into(),
            BodyForm::ErrorWithSuccess => {
                Bytes::from_static(br#"{"code":"INTERNAL_ERROR","message":"Internal error"}"#)
            }
        };
    }
}

/// An object whose first field is preceded by the same field with `null`.
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::example;

    fn body(is: &str) -> Vec<u8> {
        let fault = format!("body;is={is}");
        example::response_edited_by(&fault, 200, &json!({"a": "ü"}))
            .body
            .to_vec()
    }

    #[test]
    fn replaces_the_body() {
        for (is, expected) in [
            ("empty", &b""[..]),
            ("null", b"null"),
            ("array", "[{\"a\":\"ü\"}]".as_bytes()),
            ("trailing_garbage", "{\"a\":\"ü\"}\n</html>".as_bytes()),
            ("byte_order_mark", "\u{feff}{\"a\":\"ü\"}".as_bytes()),
            ("invalid_utf8", b"{\"x\":\"\xff\",\"a\":\"\xc3\xbc\"}"),
            ("utf16", b"\0{\0\"\0a\0\"\0:\0\"\0\xfc\0\"\0}"),
            ("not_a_number", "{\"x\":NaN,\"a\":\"ü\"}".as_bytes()),
            ("infinity", "{\"x\":Infinity,\"a\":\"ü\"}".as_bytes()),
            (
                "lone_surrogate",
                "{\"x\":\"\\ud800\",\"a\":\"ü\"}".as_bytes(),
            ),
            ("duplicate_name", "{\"a\":null,\"a\":\"ü\"}".as_bytes()),
        ] {
            assert_eq!(body(is), expected, "{is}");
        }
    }

    #[test]
    fn malformed_json_does_not_parse() {
        for is in [
            "empty",
            "html",
            "trailing_garbage",
            "byte_order_mark",
            "invalid_utf8",
            "utf16",
            "not_a_number",
            "infinity",
            "lone_surrogate",
            "deep",
        ] {
            assert!(serde_json::from_slice::<Value>(&body(is)).is_err(), "{is}");
        }
    }
}
