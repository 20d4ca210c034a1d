//! Masked keys.

use std::{fmt, ops::Deref};

use schemas::key::{ApiKey, MASKED_LENGTH};
use serde::{Deserialize, Serialize};

/// A masked key, such as `lnc_test_Orde…mo01`, which is safe to show. Keys are many, so its text is kept in place.
#[derive(Clone, Copy, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct MaskedKey([u8; MASKED_LENGTH]);

impl From<&ApiKey> for MaskedKey {
    fn from(key: &ApiKey) -> Self {
        let masked = key.masked().into_bytes();
        Self(masked.try_into().expect("all masks have the same length"))
    }
}

impl Deref for MaskedKey {
    type Target = str;

    fn deref(&self) -> &str {
        str::from_utf8(&self.0).expect("it was made from a text")
    }
}

impl fmt::Display for MaskedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self)
    }
}

impl fmt::Debug for MaskedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self)
    }
}

impl From<MaskedKey> for String {
    fn from(masked: MaskedKey) -> Self {
        masked.to_string()
    }
}

/// The error does not contain the text, which may be a key.
impl TryFrom<String> for MaskedKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let invalid = "a masked key looks like lnc_test_Orde…mo01";
        if !ApiKey::is_mask(&text) {
            return Err(invalid);
        }
        text.into_bytes().try_into().map(Self).map_err(|_| invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_masks_and_nothing_else() {
        let key = "lnc_test_Ordersxxxxxxxxxxxxxxxxxxxxdemo01";
        let masked = MaskedKey::from(&ApiKey::parse(key).unwrap());
        assert_eq!(&*masked, "lnc_test_Orde…mo01");
        assert_eq!(masked.to_string().try_into(), Ok(masked));
        for invalid in [key, "", "lnc_test_Ord…emo01", "lnc_prod_Orde…mo01"] {
            let refused = MaskedKey::try_from(invalid.to_owned()).unwrap_err();
            assert!(!refused.contains(key), "{refused}");
        }
    }
}
