//! API keys: their format, and how they and other credentials are shown without being given away.
//!
//! `lnc_live_` or `lnc_test_`, then 32 base62 characters (vendor's authentication page, "Key
//! Format"). The page's own sample key has 31 of them; the text is taken as the rule.

mod redaction;

use std::fmt;

use strum::{Display, IntoStaticStr};

pub use self::redaction::redact;

/// Characters after the prefix.
pub const SECRET_LENGTH: usize = 32;
/// How every key starts, whatever its environment.
const VENDOR: &str = "lnc_";
/// Characters of a secret that a masked key still shows, at its start and at its end.
const SHOWN: usize = 4;

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
    /// What a key of this environment starts with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Live => "lnc_live_",
            Self::Test => "lnc_test_",
        }
    }
}

/// A well-formed API key. It shows itself masked; only [`ApiKey::expose`] gives it away.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct ApiKey(Box<str>);

impl ApiKey {
    /// Takes a text apart into environment and secret, or says what is wrong with it.
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

    /// The key itself: for the header of a request and for the one reply that hands it over.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The key as it may be shown: `lnc_test_Orde…mo01`.
    pub fn masked(&self) -> String {
        mask(&self.0)
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
    /// So many characters after the prefix instead of 32.
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
    let (prefix, secret) = key.split_at(Environment::Test.prefix().len());
    format!(
        "{prefix}{}…{}",
        &secret[..SHOWN],
        &secret[secret.len() - SHOWN..]
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";

    #[test]
    fn the_format_is_32_base62_characters_after_a_prefix() {
        assert_eq!(ApiKey::split(KEY).unwrap().0, Environment::Test);
        assert_eq!(ApiKey::split("lnc_prod_x"), Err(MalformedKey::Prefix));
        assert_eq!(ApiKey::split(&KEY[..40]), Err(MalformedKey::Length(31)));
        assert_eq!(ApiKey::split("lnc_live_ä"), Err(MalformedKey::Alphabet));
    }

    #[test]
    fn a_key_shows_itself_masked() {
        let key = ApiKey::parse(KEY).unwrap();
        assert_eq!(format!("{key:?}"), "lnc_test_Full…mo01");
        assert_eq!(key.masked(), "lnc_test_Full…mo01");
    }

    proptest! {
        #[test]
        fn splitting_never_panics(text in ".{0,60}") {
            let _ = ApiKey::split(&text);
        }
    }
}
