//! Text without what differs between two runs: ports, times, and the ends of keys that their masks show.

use std::iter;

use url::Url;

use crate::report::finding_text::plain;

/// The port of the server in examples.
const PORT: u16 = 8000;
/// Maximum length of a line, in bytes.
const MAX_LINE: usize = 160;
/// A time begins like this, where `0` stands for any digit; it ends with `Z`.
const TIME: &[u8] = b"0000-00-00T00:00:00";
/// A masked key continues like this, where `0` stands for any letter or digit.
const MASKED: &str = "0000…0000";

/// The text with another port of the server, plain or percent-encoded, and with an ellipsis in place of times and keys.
pub(super) fn stable(text: &str, server: &Url) -> String {
    let port = server.port().unwrap_or_default();
    let text = text
        .replace(&format!(":{port}"), &format!(":{PORT}"))
        .replace(&format!("%3A{port}"), &format!("%3A{PORT}"));
    let text = replaced(&text, |rest| {
        let is_time = starts_with(rest, TIME, u8::is_ascii_digit);
        is_time.then(|| rest.find('Z').map_or(TIME.len(), |end| end + 1))
    });
    replaced(&text, |rest| {
        let is_key = starts_with(rest, MASKED.as_bytes(), u8::is_ascii_alphanumeric);
        is_key.then_some(MASKED.len())
    })
}

/// Whether a text starts with a pattern, in which `0` stands for any byte of a kind.
fn starts_with(text: &str, pattern: &[u8], kind: fn(&u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let is_like = |(byte, wanted): (&u8, &u8)| byte == wanted || (*wanted == b'0' && kind(byte));
    bytes.len() >= pattern.len() && bytes.iter().zip(pattern).all(is_like)
}

/// The text with an ellipsis in place of each part that is found; `find` returns the length of a part at the start of a text.
fn replaced(text: &str, find: impl Fn(&str) -> Option<usize>) -> String {
    let mut rest = text;
    iter::from_fn(|| {
        let next = rest.chars().next()?;
        let found = find(rest);
        rest = &rest[found.unwrap_or(next.len_utf8())..];
        Some(if found.is_some() { '…' } else { next })
    })
    .collect()
}

/// A text on one line, without its end if it is long.
pub(super) fn on_one_line(text: &str) -> String {
    let text = plain(text);
    let end = text.floor_char_boundary(MAX_LINE);
    let cut = if end < text.len() { "…" } else { "" };
    format!("{}{cut}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_differs_between_two_runs() {
        let server = "http://127.0.0.1:4711/api/v1".parse().unwrap();
        for (text, expected) in [
            ("http://127.0.0.1:4711/x", "http://127.0.0.1:8000/x"),
            (
                "iss=http%3A%2F%2F127.0.0.1%3A4711",
                "iss=http%3A%2F%2F127.0.0.1%3A8000",
            ),
            (
                "from 2026-01-15T09:00:00.250Z, to 2026-01-15T09:00:00Z.",
                "from …, to ….",
            ),
            ("/orders/lnc_test_AeY0…xNMU?a=b", "/orders/lnc_test_…?a=b"),
            ("Zoë on 2026-01-15: 0000…", "Zoë on 2026-01-15: 0000…"),
        ] {
            assert_eq!(stable(text, &server), expected);
        }
    }
}
