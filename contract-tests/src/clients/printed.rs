//! What a program printed, as text for people: without escape sequences, which would color a report or hide a part of it, and
//! without control characters.

use std::borrow::Cow;

use anstream::adapter::strip_str;

/// The lines, without empty ones and without spaces at their ends. A carriage return begins a line, too: programs overwrite a
/// line to show their progress.
pub(super) fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split(['\n', '\r']).map(|line| {
        let plain = without_escapes(line);
        let shown = plain.chars().filter(|letter| !letter.is_control());
        shown.collect::<String>().trim_end().to_owned()
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// A line without escape sequences. One that is cut off would swallow the next line, so each is stripped alone.
fn without_escapes(line: &str) -> Cow<'_, str> {
    if line.contains('\u{1b}') {
        strip_str(line).to_string().into()
    } else {
        line.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_lines_as_text() {
        for (printed, shown) in [
            ("", &[][..]),
            ("one\n\n  two \r\n", &["one", "  two"]),
            (
                "\u{1b}[1;31mno field `title`\u{1b}[0m\n",
                &["no field `title`"],
            ),
            (
                "\u{1b}]8;;http://127.0.0.1/\u{1b}\\a link\u{1b}]8;;\u{1b}\\",
                &["a link"],
            ),
            ("\u{1b}]0;a title\u{7}text", &["text"]),
            (" 10%\r 50%\r\u{1b}[2Kdone", &[" 10%", " 50%", "done"]),
            ("cut \u{1b}[3\nnext\u{8}", &["cut", "next"]),
        ] {
            assert_eq!(lines(printed.as_bytes()), shown, "{printed:?}");
        }
        assert_eq!(lines(b"caf\xe9"), ["caf\u{fffd}"]);
    }
}
