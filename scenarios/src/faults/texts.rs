//! Texts that look the same but differ, that are too long, or that have another type.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use super::{Applies, Behaviour, Context, FaultKind, dates, values};
use crate::response::FaultResponse;

/// Length of a `long` text, in bytes.
const LONG: usize = 64 * 1024;
/// Maximum total length of all `long` texts, in bytes: further texts stay unchanged.
const MAX_LONG: usize = 8 * 1024 * 1024;

/// Every human-readable string in a successful response is replaced. Ids, dates, URLs and strings without lower-case
/// letters stay unchanged, unless `field` names their field.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// What replaces it.
    pub are: TextForm,
    /// Only in fields with this name, whatever they contain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What replaces a string.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextForm {
    /// The string in Unicode form NFD: an umlaut is a letter followed by two dots.
    Decomposed,
    /// The string followed by Arabic, which is written from right to left.
    RightToLeft,
    /// The string followed by one emoji that consists of several characters beyond 16 bits.
    Emoji,
    /// The string with a zero-width space after its first character.
    ZeroWidth,
    /// The string with a NUL after its first character.
    Nul,
    /// HTML with a script that runs if the string is shown unescaped.
    Html,
    /// The string repeated up to 64 KiB; at most 8 MiB in one response.
    Long,
    /// The empty string: `""`.
    Empty,
    /// The number 17.
    Number,
    /// `null`
    Null,
}

impl Behaviour for Texts {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Results;
    const EXAMPLES: &[&str] = &["are=nul"];

    fn grows(&self) -> bool {
        self.are == TextForm::Long
    }

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        let mut left = MAX_LONG;
        response.edit_success(|body| {
            values::each_in(body, self.field.as_ref(), |name, value| {
                let Value::String(text) = value else { return };
                if self.field.is_some() || is_for_people(name, text) {
                    *value = self.are.transform(text, &mut left);
                }
            });
        });
    }
}

impl TextForm {
    fn transform(self, text: &str, left: &mut usize) -> Value {
        let after_first = |insert: char| {
            let mut letters = text.chars();
            let first: String = letters.by_ref().take(1).chain([insert]).collect();
            json!(first + letters.as_str())
        };
        match self {
            Self::Decomposed => json!(text.nfd().collect::<String>()),
            Self::RightToLeft => json!(format!("{text} \u{202b}مرحبا بالعالم\u{202c}")),
            Self::Emoji => json!(format!("{text} 👩‍👩‍👧‍👦")),
            Self::ZeroWidth => after_first('\u{200b}'),
            Self::Nul => after_first('\0'),
            Self::Html => json!("<script>alert(1)</script>"),
            Self::Long => json!(long(text, left)),
            Self::Empty => json!(""),
            Self::Number => json!(17),
            Self::Null => Value::Null,
        }
    }
}

fn long(text: &str, left: &mut usize) -> String {
    if text.is_empty() || *left < LONG {
        return text.to_owned();
    }
    *left -= LONG;
    let mut long = text.repeat(LONG.div_ceil(text.len()));
    long.truncate(long.floor_char_boundary(LONG));
    long
}

fn is_for_people(name: &str, text: &str) -> bool {
    let word = text.chars().any(char::is_lowercase);
    word && !values::is_id(name) && !text.contains("://") && dates::read(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    fn name(are: &str) -> Value {
        let mut list = example::edited(&format!("texts;are={are}"), &example::list());
        list["items"][0]["name"].take()
    }

    #[test]
    fn replaces_every_text() {
        assert_eq!(name("decomposed"), "Hotel Mu\u{308}ller");
        assert_eq!(
            name("right_to_left"),
            "Hotel Müller \u{202b}مرحبا بالعالم\u{202c}"
        );
        assert_eq!(name("emoji"), "Hotel Müller 👩‍👩‍👧‍👦");
        assert_eq!(name("zero_width"), "H\u{200b}otel Müller");
        assert_eq!(name("nul"), "H\0otel Müller");
        assert_eq!(name("html"), "<script>alert(1)</script>");
        assert_eq!(name("empty"), "");
        assert_eq!(name("number"), 17);
        assert_eq!(name("null"), Value::Null);
        let long = name("long");
        let long = long.as_str().unwrap();
        assert!((LONG - 1..=LONG).contains(&long.len()) && long.starts_with("Hotel MüllerHotel"));
    }

    #[test]
    fn keeps_machine_readable_texts_unless_named() {
        let list = example::list();
        let mut edited = example::edited("texts;are=empty", &list);
        for name in ["id", "status", "created_at"] {
            assert_eq!(edited["items"][0][name].take(), list["items"][0][name]);
        }
        let mut edited = example::edited("texts;are=empty;field=status", &list);
        assert_eq!(edited["items"][1]["status"].take(), "");
        assert_eq!(edited["items"][1]["name"].take(), "Café");
    }

    #[test]
    fn bounds_the_total_length_of_texts() {
        let body = json!(vec!["Text"; 300]);
        let long = example::response_edited_by("texts;are=long", 200, &body).body;
        assert!(
            (MAX_LONG..MAX_LONG + 10_000).contains(&long.len()),
            "{}",
            long.len()
        );
    }
}
