//! The secrets that a run holds, and text without them.
//!
//! What a server answers is not to be trusted with them: it may give a key back, whole or in pieces, as
//! it is or encoded. A report is made of [`Redacted`] text and values, which only this file makes, so none
//! can be forgotten.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    hash::{BuildHasher, RandomState},
    ops::Deref,
    sync::Mutex,
};

use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine};
use schemars::JsonSchema;
use schemas::key::{ApiKey, Environment, redact};
use serde::Serialize;
use serde_json::Value;

use crate::finding::quoted;

/// Characters in a row that give a secret away.
const PIECE: usize = 9;
/// Characters of a secret that is looked for; a shorter one is a common word.
const SHORTEST: usize = 6;
/// Bytes of a text that are looked through; a report shows far less.
const MAX_TEXT: usize = 64 * 1024;
const MASK: char = '…';

/// Text without secrets.
#[derive(Clone, Debug, Default, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
#[schemars(rename = "Clean")]
pub struct Redacted(String);

/// JSON without secrets.
#[derive(Clone, Debug, Default, JsonSchema, PartialEq, Serialize)]
#[serde(transparent)]
#[schemars(rename = "CleanValue")]
pub struct RedactedValue(Value);

impl Deref for Redacted {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A text of our own has nothing in it that would have to be masked.
impl From<&'static str> for Redacted {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl Redacted {
    /// At most so many bytes, with a sign where something is left out.
    #[must_use]
    pub fn truncated(mut self, bytes: usize) -> Self {
        let end = self.0.floor_char_boundary(bytes);
        if end < self.0.len() {
            self.0.truncate(end);
            self.0.push(MASK);
        }
        self
    }
}

impl Deref for RedactedValue {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

/// Everything that must not be shown.
#[derive(Default)]
pub struct Secrets(Mutex<State>);

/// A key that nobody has told of: a check has made it up.
const MADE_UP: &str = "MADE_UP_KEY";

#[derive(Default)]
struct State {
    /// The variables that keys stand in, in commands.
    variables: HashMap<String, String>,
    /// Not looked for yet: most runs never show a text that could hold any.
    new: Vec<String>,
    /// Hashes of pieces in lower case, by the length of these: a key in another case can be turned back.
    pieces: BTreeMap<usize, HashSet<u64>>,
    hasher: RandomState,
}

/// How many, and none of them.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").finish_non_exhaustive()
    }
}

impl Secrets {
    /// Hides this from now on.
    pub fn add(&self, secret: &str) {
        // What stands before the secret part of a key is in the mask of every key.
        let secret = ApiKey::split(secret).map_or(secret, |(_, secret)| secret);
        if secret.len() >= SHORTEST {
            self.lock().new.push(secret.to_owned());
        }
    }

    /// Hides a key from now on; in commands, it stands in this variable.
    pub(crate) fn add_key(&self, key: &ApiKey, variable: String) {
        self.add(key.expose());
        let key = key.expose().to_owned();
        self.lock().variables.insert(key, variable);
    }

    /// The text as a word of a shell, with variables in place of the keys in it.
    pub(crate) fn shell_word(&self, text: &str) -> String {
        let Some((before, key, after)) = first_key(text) else {
            return quoted(text);
        };
        let state = self.lock();
        let variable = state.variables.get(key).map_or(MADE_UP, |name| name);
        if after.is_empty() && !before.contains(['"', '$', '`', '\\', '!']) {
            return format!("\"{before}${variable}\"");
        }
        format!("{}\"${variable}\"{}", quoted(before), quoted(after))
    }

    /// The text with everything masked that is, or could be, a secret.
    pub fn redact(&self, text: &str) -> Redacted {
        let text = &text[..text.floor_char_boundary(MAX_TEXT)];
        let text = redact(text);
        let mut state = self.lock();
        state.index_new_secrets();
        Redacted(state.mask(&text))
    }

    /// The value, with its texts and its names masked.
    pub fn redact_value(&self, value: &Value) -> RedactedValue {
        let text = |text: &str| self.redact(text).0;
        RedactedValue(match value {
            Value::String(one) => Value::String(text(one)),
            Value::Array(items) => items.iter().map(|item| self.redact_value(item).0).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, field)| (text(name), self.redact_value(field).0))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0
            .lock()
            .expect("nobody panics with the secrets in hand")
    }
}

/// The first well-formed key in a text, and what stands before and behind it.
fn first_key(text: &str) -> Option<(&str, &str, &str)> {
    let of_key = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let starts = text.match_indices("lnc_").map(|(start, _)| start);
    let mut keys = starts.filter_map(|start| {
        let (before, rest) = text.split_at(start);
        let end = rest.find(|character| !of_key(character));
        let (key, after) = rest.split_at(end.unwrap_or(rest.len()));
        ApiKey::parse(key).is_ok().then_some((before, key, after))
    });
    keys.next()
}

impl State {
    /// Takes the pieces of all that is new.
    fn index_new_secrets(&mut self) {
        if self.pieces.is_empty() {
            // As it is, what a key begins with tells nothing; encoded, it tells where one stands.
            for prefix in [Environment::Live, Environment::Test].map(Environment::prefix) {
                for (encoded, step) in encodings(prefix).into_iter().skip(1) {
                    self.add_pieces(&encoded, step, PIECE.min(prefix.len()));
                }
            }
        }
        for secret in std::mem::take(&mut self.new) {
            let reversed: String = secret.chars().rev().collect();
            for form in [&secret, &reversed] {
                for (encoded, step) in encodings(form) {
                    self.add_pieces(&encoded, step, PIECE.min(secret.len()));
                }
            }
        }
    }

    /// `step`: bytes that stand for one character of the secret. In base64, where none stands alone, a
    /// piece has the length of so many characters.
    fn add_pieces(&mut self, encoded: &str, step: Step, characters: usize) {
        let (step, width) = match step {
            Step::Each(step) => (step, step * characters),
            Step::Base64 => (1, characters * 4 / 3),
        };
        let pieces = self.pieces.entry(width).or_default();
        let encoded = encoded.to_ascii_lowercase();
        let windows = encoded.as_bytes().windows(width).step_by(step);
        pieces.extend(windows.map(|piece| self.hasher.hash_one(piece)));
    }

    fn mask(&self, text: &str) -> String {
        let mut hidden = vec![false; text.len()];
        let folded = text.to_ascii_lowercase();
        for (width, pieces) in &self.pieces {
            for (start, piece) in folded.as_bytes().windows(*width).enumerate() {
                if pieces.contains(&self.hasher.hash_one(piece)) {
                    hidden[start..start + width].fill(true);
                }
            }
        }
        let mut shown = String::with_capacity(text.len());
        let mut before = false;
        for (start, character) in text.char_indices() {
            match (before, hidden[start]) {
                (_, false) => shown.push(character),
                (false, true) => shown.push(MASK),
                (true, true) => {}
            }
            before = hidden[start];
        }
        shown
    }
}

/// The ways in which a server might give a whole secret back.
pub(crate) fn spellings(secret: &str) -> impl Iterator<Item = String> {
    encodings(secret).into_iter().map(|(spelling, _)| spelling)
}

/// How an encoded text goes on from one character of the secret to the next.
#[derive(Clone, Copy)]
enum Step {
    /// By so many bytes.
    Each(usize),
    /// Three characters are four bytes, and where they begin depends on what stands before them.
    Base64,
}

/// The ways in which a server might give a secret back.
fn encodings(secret: &str) -> Vec<(String, Step)> {
    let each = |format: fn(u8) -> String| secret.bytes().map(format).collect::<String>();
    let mut encodings = vec![
        (secret.to_owned(), Step::Each(1)),
        (hex::encode(secret), Step::Each(2)),
        (hex::encode_upper(secret), Step::Each(2)),
        (each(|byte| format!("%{byte:02x}")), Step::Each(3)),
        (each(|byte| format!("%{byte:02X}")), Step::Each(3)),
        (each(|byte| format!("\\u{byte:04x}")), Step::Each(6)),
        (each(|byte| format!("\\u{byte:04X}")), Step::Each(6)),
    ];
    for before in 0..3 {
        let shifted = [&b"\0\0"[..before], secret.as_bytes()].concat();
        // Characters that also stand for what is before or behind it are left out.
        let inside = (before * 8).div_ceil(6)..shifted.len() * 8 / 6;
        for engine in [&BASE64_STANDARD_NO_PAD, &BASE64_URL_SAFE_NO_PAD] {
            encodings.push((
                engine.encode(&shifted)[inside.clone()].to_owned(),
                Step::Base64,
            ));
        }
    }
    encodings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn holding(secret: &str) -> Secrets {
        let secrets = Secrets::default();
        secrets.add(secret);
        secrets
    }

    /// Whether a text has so much of a secret in it that somebody could know it again.
    fn tells(text: &str, secret: &str) -> bool {
        secret.as_bytes().windows(PIECE).any(|piece| {
            let piece = std::str::from_utf8(piece).unwrap();
            text.contains(piece)
        })
    }

    proptest! {
        #[test]
        fn no_encoding_lets_a_key_through(secret in "[0-9A-Za-z]{32}", before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
            let secrets = holding(&format!("lnc_test_{secret}"));
            let reversed: String = secret.chars().rev().collect();
            for form in [&secret, &reversed] {
                for (encoded, _) in encodings(form) {
                    for encoded in [encoded.to_ascii_lowercase(), encoded.to_ascii_uppercase(), encoded] {
                        let shown = secrets.redact(&format!("{before}{encoded}{after}"));
                        prop_assert!(!tells(&shown, &encoded), "{encoded} is in {shown}");
                    }
                }
                let encoded = BASE64_STANDARD_NO_PAD.encode(format!("{before}{form}{after}"));
                let shown = secrets.redact(&encoded);
                prop_assert!(shown.len() < 40, "{encoded} became {shown}");
            }
        }

        #[test]
        fn a_text_without_a_secret_stays_as_it_is(text in "[ -~äöü€]{0,200}") {
            prop_assert_eq!(&*holding("lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9").redact(&text), text.as_str());
        }
    }

    #[test]
    fn halves_are_masked_in_any_order_and_masks_stay_as_they_are() {
        let key = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
        let secrets = holding(key);
        assert_eq!(&*secrets.redact("a mK9pX2vL8hQ5nR7z b"), "a … b");
        assert_eq!(&*secrets.redact("R7zT1wY4jB6cE0dF9A3mK9pX2vL8hQ5n"), "…");
        assert_eq!(&*secrets.redact(key), "lnc_test_A3mK…0dF9");
        assert_eq!(&*secrets.redact("lnc_test_A3mK…0dF9"), "lnc_test_A3mK…0dF9");
        let value = json!({"mK9pX2vL8hQ5nR7z": ["xA3mK9pX2vL8hQ", 1, null]});
        assert_eq!(*secrets.redact_value(&value), json!({"…": ["x…", 1, null]}));
    }

    #[test]
    fn a_token_is_a_secret_too() {
        assert_eq!(&*holding("sesame-1").redact("open sesame-1!"), "open …!");
        assert_eq!(&*holding("a").redact("a word"), "a word");
        assert_eq!(format!("{:?}", holding("sesame-1")), "Secrets { .. }");
    }

    #[test]
    fn a_key_stands_in_the_variable_of_its_role_in_a_command() {
        let key = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
        let secrets = Secrets::default();
        secrets.add_key(&ApiKey::parse(key).unwrap(), "REVOKED_KEY".to_owned());
        let other = key.replace("A3m", "A4m");
        for (text, word) in [
            (
                format!("authorization: bearer {key}"),
                "\"authorization: bearer $REVOKED_KEY\"",
            ),
            (format!("a: Bearer {other}"), "\"a: Bearer $MADE_UP_KEY\""),
            (
                format!("http://x/?k={key}&a=1"),
                "'http://x/?k='\"$REVOKED_KEY\"'&a=1'",
            ),
            (
                format!("a: Bearer {key}x"),
                &*quoted(&format!("a: Bearer {key}x")),
            ),
            ("a: Basic b".to_owned(), "'a: Basic b'"),
        ] {
            assert_eq!(secrets.shell_word(&text), word);
        }
    }

    #[test]
    fn a_text_that_is_cut_says_so() {
        let text = Secrets::default().redact("abcäöü");
        assert_eq!(&*text.clone().truncated(4), "abc…");
        assert_eq!(&*text.truncated(9), "abcäöü");
    }
}
