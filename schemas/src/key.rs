//! API keys: their format, and how they and other credentials are masked.
//!
//! A key is `lnc_live_` or `lnc_test_`, then 32 base62 characters (vendor's authentication page, "Key Format"). The page's own
//! sample key has only 31; the stated rule is taken to be right.

mod redaction;

use std::fmt;

use strum::{Display, IntoStaticStr};

pub use self::redaction::{redact, redact_by};

/// Number of characters after the prefix.
pub const SECRET_LENGTH: usize = 32;
/// Prefix of every key, in any environment.
const VENDOR: &str = "lnc_";
/// Number of characters of a secret that a masked key still shows, at its start and at its end.
const SHOWN: usize = 4;

/// Length of a masked key, in bytes.
pub const MASKED_LENGTH: usize = Environment::Test.prefix().len() + 2 * SHOWN + MASK.len_utf8();
/// Stands for the characters of a secret that a masked key does not show.
const MASK: char = '…';

/// Which installations accept a key.
#[derive(Clone, Copy, Debug, Display, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "lowercase")]
pub enum Environment {
    /// Production only.
    Live,
    /// Test environments only, such as the sandbox.
    Test,
}

impl Environment {
    /// The prefix of a key of this environment.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Live => "lnc_live_",
            Self::Test => "lnc_test_",
        }
    }
}

/// A well-formed API key. `Debug` shows it masked; only [`ApiKey::expose`] returns its text.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct ApiKey(Box<str>);

impl ApiKey {
    /// Splits a text into environment and secret, or returns why it is malformed.
    pub fn split(text: &str) -> Result<(Environment, &str), MalformedKey> {
        let (environment, secret) = [Environment::Live, Environment::Test]
            .into_iter()
            .find_map(|environment| Some((environment, text.strip_prefix(environment.prefix())?)))
            .ok_or(MalformedKey::Prefix)?;
        if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(MalformedKey::Alphabet);
        }
        if secret.len() != SECRET_LENGTH {
            return Err(MalformedKey::Length(secret.len()));
        }
        Ok((environment, secret))
    }

    /// Accepts a well-formed key.
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        Self::split(text).map(|_| Self(text.into()))
    }

    /// The key itself: for the header of a request, and for the one response that returns it in full.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The key, masked: `lnc_test_Orde…mo01`.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }

    /// Whether a text is the mask of a key.
    pub fn is_mask(text: &str) -> bool {
        let (start, end) = text.split_once(MASK).unwrap_or_default();
        let hidden = "x".repeat(SECRET_LENGTH - 2 * SHOWN);
        Self::parse(&format!("{start}{hidden}{end}")).is_ok_and(|key| key.masked() == text)
    }

    /// The start and the end of a well-formed key that its mask shows.
    pub fn shown_parts(text: &str) -> Option<(&str, &str)> {
        Self::split(text).ok().map(|_| shown_parts(text))
    }

    /// The part of a well-formed key that its mask does not show.
    pub fn hidden_part(text: &str) -> Option<&str> {
        let (_, secret) = Self::split(text).ok()?;
        secret.get(SHOWN..secret.len() - SHOWN)
    }

    /// Which installations accept it.
    pub fn environment(&self) -> Environment {
        if self.0.starts_with(Environment::Live.prefix()) {
            Environment::Live
        } else {
            Environment::Test
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

/// Why a text is not an API key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MalformedKey {
    /// It starts with neither prefix.
    Prefix,
    /// A character after the prefix is not base62.
    Alphabet,
    /// The number of characters after the prefix, which is not 32.
    Length(usize),
}

impl fmt::Display for MalformedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix => formatter.write_str("a key starts with lnc_test_ or lnc_live_"),
            Self::Alphabet => {
                formatter.write_str("after its prefix a key has only letters and digits")
            }
            Self::Length(length) => {
                write!(
                    formatter,
                    "after its prefix a key has {SECRET_LENGTH} characters, this one has {length}"
                )
            }
        }
    }
}

impl std::error::Error for MalformedKey {}

fn mask(key: &str) -> String {
    let (start, end) = shown_parts(key);
    format!("{start}{MASK}{end}")
}

fn shown_parts(key: &str) -> (&str, &str) {
    let start = Environment::Test.prefix().len() + SHOWN;
    (&key[..start], &key[key.len() - SHOWN..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";

    #[test]
    fn format_is_32_base62_characters_after_a_prefix() {
        assert_eq!(ApiKey::split(KEY).unwrap().0, Environment::Test);
        assert_eq!(ApiKey::split("lnc_prod_x"), Err(MalformedKey::Prefix));
        assert_eq!(ApiKey::split(&KEY[..40]), Err(MalformedKey::Length(31)));
        assert_eq!(ApiKey::split("lnc_live_ä"), Err(MalformedKey::Alphabet));
    }

    #[test]
    fn displays_keys_masked() {
        let key = ApiKey::parse(KEY).unwrap();
        assert_eq!(format!("{key:?}"), "lnc_test_Full…mo01");
        assert_eq!(key.masked(), "lnc_test_Full…mo01");
        assert_eq!(key.masked().len(), MASKED_LENGTH);
    }

    #[test]
    fn distinguishes_masks_from_other_texts() {
        for mask in ["lnc_test_Full…mo01", "lnc_live_0000…0000"] {
            assert!(ApiKey::is_mask(mask), "{mask}");
        }
        for other in [
            "",
            "…",
            KEY,
            "lnc_prod_Full…mo01",
            "lnc_test_Ful…emo01",
            "lnc_test_Full……mo01",
            "lnc_test_Ful-…mo01",
        ] {
            assert!(!ApiKey::is_mask(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn splitting_never_panics(text in ".{0,60}") {
            let _ = ApiKey::split(&text);
        }
    }
}
