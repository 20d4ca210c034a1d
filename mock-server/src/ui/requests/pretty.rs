//! JSON, indented for people, and otherwise as it was sent: with its order of fields and the digits of its numbers, which a
//! parsed value need not keep.

use std::iter;

use serde::de::IgnoredAny;

use crate::config::limits::MAX_CAPTURED_BODY;

/// Maximum depth of what is indented. Each level makes the lines within it longer.
const MAX_DEPTH: usize = 64;
/// Maximum length of an indented text, in bytes. One character can become a line of its own.
const MAX_LENGTH: usize = 4 * MAX_CAPTURED_BODY;

/// Why a text is shown as it was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NotIndented {
    /// It is not JSON.
    NotJson,
    /// Indented, it would be too long to read and to send.
    TooLong,
}

/// The text, indented.
pub(super) fn pretty(text: &str) -> Result<String, NotIndented> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|_| NotIndented::NotJson)?;
    let mut pretty = String::with_capacity(text.len());
    let mut depth = 0;
    let mut tokens = tokens(text).peekable();
    while let Some(token) = tokens.next() {
        let begins = ["{", "["].contains(&token);
        let ends = |next: &&str| ["}", "]"].contains(next);
        pretty.push_str(token);
        if begins {
            depth += 1;
        }
        if depth > MAX_DEPTH || pretty.len() > MAX_LENGTH {
            return Err(NotIndented::TooLong);
        }
        let next_ends = tokens.peek().is_some_and(ends);
        if next_ends {
            depth -= 1;
        }
        let is_empty = begins && next_ends;
        if token == ":" {
            pretty.push(' ');
        } else if (begins || next_ends || token == ",") && !is_empty {
            pretty.push('\n');
            pretty.extend(iter::repeat_n("  ", depth));
        }
    }
    Ok(pretty)
}

/// The tokens of a valid document.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_ascii_start();
    iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (token, after) = rest.split_at(length(rest));
        rest = after.trim_ascii_start();
        Some(token)
    })
}

/// The length of the token that a text begins with.
fn length(text: &str) -> usize {
    match text.as_bytes()[0] {
        b'"' => {
            let mut is_escaped = false;
            let end = text.bytes().skip(1).position(|byte| {
                let is_end = byte == b'"' && !is_escaped;
                is_escaped = byte == b'\\' && !is_escaped;
                is_end
            });
            end.map_or(text.len(), |end| end + 2)
        }
        b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
        // A number or a word ends where something else begins.
        _ => {
            let end = text.find(|next: char| ",:]}".contains(next) || next.is_ascii_whitespace());
            end.unwrap_or(text.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_digits_are_kept() {
        let sent = r#"{"code":"X","amount":1.10,"big":1e400,"code":[1,{}, [] ,"a\"}: \\"],"b": {"c" :null}}"#;
        let shown = r#"{
  "code": "X",
  "amount": 1.10,
  "big": 1e400,
  "code": [
    1,
    {},
    [],
    "a\"}: \\"
  ],
  "b": {
    "c": null
  }
}"#;
        assert_eq!(pretty(sent).as_deref(), Ok(shown));
        assert_eq!(pretty(" 1 ").as_deref(), Ok("1"));
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in ["", "{", "{\"a\":1", "<p>", "{} {}"] {
            assert_eq!(pretty(text), Err(NotIndented::NotJson), "{text}");
        }
    }

    #[test]
    fn text_that_would_become_much_longer_is_left_alone() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        let list = |depth: usize, items: usize| {
            let (start, end) = ("[".repeat(depth), "]".repeat(depth));
            format!("{start}{}0{end}", "0,".repeat(items))
        };
        for (text, is_indented) in [
            (nested(MAX_DEPTH), true),
            (nested(MAX_DEPTH + 1), false),
            (nested(MAX_CAPTURED_BODY / 2), false),
            (list(1, MAX_CAPTURED_BODY / 3), true),
            (list(MAX_DEPTH, MAX_CAPTURED_BODY / 3), false),
        ] {
            let shown = pretty(&text);
            let length = shown.as_ref().map_or(0, String::len);
            assert_eq!(
                shown.is_ok(),
                is_indented,
                "{}",
                &text[..70.min(text.len())]
            );
            assert!(length <= MAX_LENGTH, "{length}");
        }
    }
}
