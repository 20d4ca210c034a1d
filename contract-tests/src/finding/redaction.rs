//! The secrets of a run, and text without them.
//!
//! A response may repeat a key, whole or in pieces, plain or encoded. Reports consist of [`Redacted`] texts and values, which
//! only this file creates, so that none can be forgotten.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    hash::{BuildHasher, RandomState},
    ops::Deref,
};

use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine};
use parking_lot::Mutex;
use schemars::JsonSchema;
use schemas::key::{ApiKey, Environment, redact};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::finding::{AccessToken, Bearer, quoted};

/// Consecutive characters of a secret that must not be shown.
const PIECE: usize = 9;
/// Minimum length of a secret; a shorter one would match common words.
const SHORTEST: usize = 6;
/// Maximum length of a text in bytes; a report shows far less.
const MAX_TEXT: usize = 64 * 1024;
const MASK: char = '…';

/// Text without secrets.
#[derive(
    Clone, Debug, Default, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
#[schemars(rename = "Clean")]
pub struct Redacted(String);

/// JSON without secrets.
#[derive(Clone, Debug, Default, JsonSchema, PartialEq, Serialize, Deserialize)]
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

/// A text in our code contains no secret.
impl From<&'static str> for Redacted {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl Redacted {
    /// At most `bytes` bytes, with an ellipsis where it is cut.
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

/// The secrets of a run.
#[derive(Default)]
pub struct Secrets(Mutex<State>);

/// The variable for a key that a check has made up.
const MADE_UP: &str = "MADE_UP_KEY";
/// The variable for an access token that a check has made up.
const MADE_UP_TOKEN: &str = "MADE_UP_TOKEN";
/// The variable for an access token.
pub(crate) const ADMIN_TOKEN: &str = "ADMIN_TOKEN";

#[derive(Default)]
struct State {
    /// The variables for keys in commands.
    variables: HashMap<String, String>,
    /// Not indexed yet: most runs never show a text that could contain any.
    new: Vec<String>,
    /// Hashes of lower-case pieces by length: a key in another case can be recovered.
    pieces: BTreeMap<usize, HashSet<u64>>,
    hasher: RandomState,
}

/// Shows no secret.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").finish_non_exhaustive()
    }
}

impl Secrets {
    /// Redacts this secret from now on.
    pub fn add(&self, secret: &str) {
        // The prefix of a key is not secret: the mask of every key shows it.
        let secret = ApiKey::split(secret).map_or(secret, |(_, secret)| secret);
        if secret.len() >= SHORTEST {
            self.0.lock().new.push(secret.to_owned());
        }
    }

    /// Redacts this key from now on; commands refer to it by a variable.
    pub(crate) fn add_key(&self, key: &ApiKey, variable: String) {
        self.add(key.expose());
        let key = key.expose().to_owned();
        self.0.lock().variables.insert(key, variable);
    }

    /// Redacts this token from now on; commands refer to it by a variable.
    pub(crate) fn add_token(&self, token: &AccessToken) {
        let text = token.expose();
        // What a header says is no secret, and the same for all.
        text.split('.').skip(1).for_each(|part| self.add(part));
        let variable = ADMIN_TOKEN.to_owned();
        self.0.lock().variables.insert(text.to_owned(), variable);
    }

    /// The text as a shell word, with variables in place of keys and tokens.
    pub(crate) fn shell_word(&self, text: &str) -> String {
        let found = first_key(text).map(|found| (found, MADE_UP));
        let found = found.or_else(|| first_token(text).map(|found| (found, MADE_UP_TOKEN)));
        let Some(((before, key, after), made_up)) = found else {
            return quoted(text);
        };
        let state = self.0.lock();
        let variable = state.variables.get(key).map_or(made_up, |name| name);
        if after.is_empty() && !before.contains(['"', '$', '`', '\\', '!']) {
            return format!("\"{before}${variable}\"");
        }
        format!("{}\"${variable}\"{}", quoted(before), quoted(after))
    }

    /// The text with everything masked that is or could be a secret.
    pub fn redact(&self, text: &str) -> Redacted {
        let text = &text[..text.floor_char_boundary(MAX_TEXT)];
        let text = redact(text);
        let mut state = self.0.lock();
        state.index_new_secrets();
        Redacted(state.mask(&text))
    }

    /// The value with its strings and field names masked.
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
}

/// The first well-formed key in a text, with the text before and after it.
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

/// The first JWT in a text, with the text before and after it.
fn first_token(text: &str) -> Option<(&str, &str, &str)> {
    let of_token = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let (before, rest) = text.split_at(text.find("eyJ")?);
    let end = rest.find(|character| !of_token(character));
    let (token, after) = rest.split_at(end.unwrap_or(rest.len()));
    token.contains('.').then_some((before, token, after))
}

impl State {
    fn index_new_secrets(&mut self) {
        if self.pieces.is_empty() {
            // The plain prefix of a key reveals nothing; encoded, it shows where a key is.
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

    /// `characters`: the length of a piece before encoding.
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

/// The ways in which a server might repeat a whole secret.
pub(crate) fn spellings(secret: &str) -> impl Iterator<Item = String> {
    encodings(secret).into_iter().map(|(spelling, _)| spelling)
}

/// How an encoding advances from one character of the secret to the next.
#[derive(Clone, Copy)]
enum Step {
    /// By a fixed number of bytes.
    Each(usize),
    /// Three characters become four bytes, and the alignment depends on the text before.
    Base64,
}

/// The ways in which a server might repeat a secret.
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
        // Leave out characters that also encode neighbouring text.
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

    /// Whether a text contains a piece of a secret.
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
