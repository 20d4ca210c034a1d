//! Ids of keys.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id by which the control API names a key: `key_1` is the first one of an organization.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct KeyId(u32);

const PREFIX: &str = "key_";

impl KeyId {
    /// The id of the key with this index.
    pub(crate) fn of_index(index: usize) -> Self {
        Self(u32::try_from(index + 1).expect("an organization has few keys"))
    }

    /// The index of the key in its organization.
    pub(crate) fn index(self) -> usize {
        self.0 as usize - 1
    }

    /// Reads an id in the one spelling that it has.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let id = Self(text.strip_prefix(PREFIX)?.parse().ok()?);
        (id.0 > 0 && id.to_string() == text).then_some(id)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PREFIX}{}", self.0)
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for KeyId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| "a key id is key_1, key_2 and so on".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_its_own_spelling() {
        for (index, text) in [(0, "key_1"), (8, "key_9"), (999, "key_1000")] {
            let id = KeyId::of_index(index);
            assert_eq!((&*id.to_string(), id.index()), (text, index));
            assert_eq!(KeyId::parse(text), Some(id));
        }
        for invalid in [
            "", "1", "key_", "key_0", "key_01", "key_+1", "KEY_1", "key_1 ", "key_-1",
        ] {
            assert_eq!(KeyId::parse(invalid), None, "{invalid}");
        }
    }
}
