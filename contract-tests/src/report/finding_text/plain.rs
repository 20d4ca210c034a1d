//! Text without characters that act on a terminal.

use std::borrow::Cow;

/// Escapes characters that would move the cursor of a terminal or break a line.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return text.into();
    }
    let escaped = |character: char| {
        if is_unsafe(character) {
            character.escape_unicode().to_string()
        } else {
            character.to_string()
        }
    };
    text.chars().map(escaped).collect::<String>().into()
}

/// Control characters, and the characters that change the text direction.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
