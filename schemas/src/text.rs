//! Texts that callers send: their maximum lengths, and how an absent field is distinguished from `null`.

use serde::{Deserialize, Deserializer};

/// Maximum length of a name, in characters.
pub const MAX_NAME: usize = 200;
/// Maximum length of a note or an address, in characters.
pub const MAX_NOTE: usize = 2_000;

/// A field that was sent, `null` or not. With `#[serde(default)]`, an absent field is `None`.
#[expect(clippy::option_option, reason = "three cases: not sent, null, a value")]
pub(crate) fn sent<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
