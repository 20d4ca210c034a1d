//! The secrets of a run, and text without them.
//!
//! A response may repeat a key, whole or in pieces, plain or encoded. Reports consist of [`Redacted`] texts and values, which
//! only this file creates, so that none can be forgotten.

mod views;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    hash::BuildHasher,
    ops::{Deref, Range},
};

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine};
use foldhash::fast::RandomState;
use parking_lot::Mutex;
use schemars::JsonSchema;
use schemas::key::{ApiKey, Environment, redact};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::views::{View, Views};
use crate::finding::{AccessToken, Bearer, quoted};

/// Number of consecutive characters of a secret that must not be shown.
const PIECE: usize = 9;
/// The same if there are other characters in between. A shorter piece may be two words of a key that a person made up.
const SCATTERED_PIECE: usize = 16;
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

/// A value from such a text contains no secret, either.
impl From<&'static str> for RedactedValue {
    fn from(text: &'static str) -> Self {
        Self(text.into())
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

struct State {
    /// The variables for keys in commands.
    variables: HashMap<String, String>,
    /// Pieces that a text must not contain, plain or encoded.
    pieces: Pieces,
    /// Pieces that a text must not contain with other characters in between.
    scattered: Pieces,
    /// Pieces that a text must not contain in encoded form.
    encoded: Pieces,
}

/// Hashes of folded pieces by length: a key in another case can be recovered.
#[derive(Default)]
struct Pieces {
    by_length: BTreeMap<usize, HashSet<u64, RandomState>>,
    hasher: RandomState,
}

impl Pieces {
    /// Adds all pieces of a text with this length.
    fn add(&mut self, text: &str, length: usize) {
        let pieces = self.by_length.entry(length).or_default();
        let text = ascii_lowercase(text.as_bytes());
        let windows = text.windows(length);
        pieces.extend(windows.map(|piece| self.hasher.hash_one(piece)));
    }

    /// Hides the ranges of the text that the pieces in a view were read from, if `read` accepts the range.
    fn hide(&self, view: &View, hidden: &mut [bool], read: impl Fn(&Range<usize>) -> bool) {
        let folded = ascii_lowercase(&view.bytes);
        for (length, pieces) in &self.by_length {
            for (start, piece) in folded.windows(*length).enumerate() {
                if pieces.contains(&self.hasher.hash_one(piece)) {
                    let source = view.source(start, *length);
                    if read(&source) {
                        hidden[source].fill(true);
                    }
                }
            }
        }
    }
}

/// A text in lower case and in one base64 alphabet, so that all its spellings have the same pieces.
fn ascii_lowercase(text: &[u8]) -> Vec<u8> {
    let fold = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other.to_ascii_lowercase(),
    };
    text.iter().map(fold).collect()
}

/// Leaves out the secrets.
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
            self.0.lock().index(secret);
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
        // The header is not a secret: it is the same for all tokens.
        text.split('.').skip(1).for_each(|part| self.add(part));
        let variable = ADMIN_TOKEN.to_owned();
        self.0.lock().variables.insert(text.to_owned(), variable);
    }

    /// The text as a shell word, with a variable in place of its key or token.
    pub(crate) fn shell_word(&self, text: &str) -> String {
        let Some((before, variable, after)) = self.split_at_credential(text) else {
            return quoted(text);
        };
        if after.is_empty() && !before.contains(['"', '$', '`', '\\', '!']) {
            return format!("\"{before}${variable}\"");
        }
        format!("{}\"${variable}\"{}", quoted(before), quoted(after))
    }

    /// The text with a variable in place of its key or token, and without further secrets.
    pub(crate) fn with_variable(&self, text: &str) -> Redacted {
        let named = self
            .split_at_credential(text)
            .map(|(before, variable, after)| format!("{before}${variable}{after}"));
        self.redact(named.as_deref().unwrap_or(text))
    }

    /// The first key or token in a text as its variable, with the text before and after it.
    fn split_at_credential<'a>(&self, text: &'a str) -> Option<(&'a str, String, &'a str)> {
        let found = first_key(text).map(|found| (found, MADE_UP));
        let found = found.or_else(|| first_token(text).map(|found| (found, MADE_UP_TOKEN)));
        let ((before, credential, after), made_up) = found?;
        let state = self.0.lock();
        let variable = state.variables.get(credential);
        let variable = variable.map_or(made_up, |name| name).to_owned();
        Some((before, variable, after))
    }

    /// Masks everything in the text that is or could be a secret.
    pub fn redact(&self, text: &str) -> Redacted {
        let text = &text[..text.floor_char_boundary(MAX_TEXT)];
        let text = redact(text);
        Redacted(self.0.lock().mask(&text))
    }

    /// Masks the strings and field names of a value. If a secret is spread over several of them, or over numbers, the whole value
    /// becomes its masked text.
    pub fn redact_value(&self, value: &Value) -> RedactedValue {
        let redacted = self.redact_each(value);
        if !(redacted.is_array() || redacted.is_object()) {
            return RedactedValue(redacted);
        }
        let text = redacted.to_string();
        let masked = self.redact(&text).0;
        RedactedValue(if text.starts_with(&masked) {
            redacted
        } else {
            Value::String(masked)
        })
    }

    fn redact_each(&self, value: &Value) -> Value {
        match value {
            Value::String(one) => Value::String(self.redact(one).0),
            Value::Array(items) => items.iter().map(|item| self.redact_each(item)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, field)| (self.redact(name).0, self.redact_each(field)))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
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

impl Default for State {
    fn default() -> Self {
        let mut state = Self {
            variables: HashMap::new(),
            pieces: Pieces::default(),
            scattered: Pieces::default(),
            encoded: Pieces::default(),
        };
        // The plain prefix of a key reveals nothing; encoded, it shows where a key is.
        for prefix in [Environment::Live, Environment::Test].map(Environment::prefix) {
            state.encoded.add(prefix, PIECE.min(prefix.len()));
            state.add_base_64(prefix);
        }
        state
    }
}

impl State {
    fn index(&mut self, secret: &str) {
        let reversed: String = secret.chars().rev().collect();
        for form in [secret, &reversed] {
            self.pieces.add(form, PIECE.min(form.len()));
            self.scattered.add(form, SCATTERED_PIECE);
            self.add_base_64(form);
        }
    }

    /// Adds the pieces of the base64 form, which cannot be decoded once its letters are all in one case.
    fn add_base_64(&mut self, text: &str) {
        let length = PIECE.min(text.len()) * 4 / 3;
        for encoded in base_64(text) {
            self.pieces.add(&encoded, length);
        }
    }

    fn mask(&self, text: &str) -> String {
        if text.len() < SHORTEST {
            return text.to_owned();
        }
        let mut hidden = vec![false; text.len()];
        let views = Views::new(text);
        for view in views.plain.iter().chain(&views.decoded) {
            self.pieces.hide(view, &mut hidden, |_| true);
            // The encoded form is longer.
            self.encoded
                .hide(view, &mut hidden, |source| source.len() > PIECE);
        }
        for view in &views.letters {
            self.scattered.hide(view, &mut hidden, |_| true);
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
    let each = |format: fn(u8) -> String| secret.bytes().map(format).collect::<String>();
    let others = [
        secret.to_owned(),
        hex::encode(secret),
        hex::encode_upper(secret),
        each(|byte| format!("%{byte:02x}")),
        each(|byte| format!("%{byte:02X}")),
        each(|byte| format!("\\u{byte:04x}")),
        each(|byte| format!("\\u{byte:04X}")),
    ];
    let alphabets = base_64(secret).flat_map(|encoded| {
        let other = encoded.replace('+', "-").replace('/', "_");
        [encoded, other]
    });
    others.into_iter().chain(alphabets)
}

/// The base64 form of a text, for each position at which it can begin in a longer text.
fn base_64(text: &str) -> impl Iterator<Item = String> {
    (0..3).map(move |before| {
        let shifted = [&b"\0\0"[..before], text.as_bytes()].concat();
        // Leave out characters that also encode neighbouring text.
        let inside = (before * 8).div_ceil(6)..shifted.len() * 8 / 6;
        BASE64_STANDARD_NO_PAD.encode(&shifted)[inside].to_owned()
    })
}

#[cfg(test)]
mod tests;
