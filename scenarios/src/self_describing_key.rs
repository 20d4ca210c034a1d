//! Self-describing keys: the 32 characters after the prefix spell out the key's properties.
//!
//! ```text
//! lnc_test_OrdersFreeRevokedAfter3xxxdemo01
//!          └────┘└──┘└───────────┘└─┘└────┘
//!          preset tier   state   padding  organization
//! ```
//!
//! Such a key works on a freshly started server, in any language, without a setup request. The preset is required; the default
//! tier is `Enterprise`, the default state is active.

use std::{fmt, num::NonZeroU32, time::Duration};

use schemas::{Preset, Tier, key::Environment, key::SECRET_LENGTH};

/// Number of characters for the organization, at the end of every key.
const ORGANIZATION_LENGTH: usize = 6;
/// Number of characters for the other words.
const WORDS_LENGTH: usize = SECRET_LENGTH - ORGANIZATION_LENGTH;
/// Maximum number of digits in a number: enough for 31 years in seconds.
const MAX_DIGITS: usize = 9;

/// What a key may do, and when it stops being valid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SelfDescribingKey {
    /// Its scopes.
    pub preset: Preset,
    /// Its rate limit.
    pub tier: Tier,
    /// Its validity.
    pub state: KeyState,
}

/// When a key stops being valid.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum KeyState {
    /// Never.
    #[default]
    Active,
    /// It expired before it was first used.
    Expired,
    /// It was revoked before it was first used.
    Revoked,
    /// It is revoked after this many admitted requests.
    RevokedAfter(NonZeroU32),
    /// It expires this long after its first use; at exactly that time, it is expired.
    ExpiresIn(Duration),
}

/// Why a secret does not describe itself, or a description does not fit into a key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SelfDescribingKeyError {
    /// It does not start with a preset. The text there may be a secret, so the error does not contain it.
    #[error(
        "it is not self-describing: such keys begin with Orders, ReadOnly, FullAccess or Discovery"
    )]
    NoPreset,
    /// After the preset, a part is not one of the known words.
    #[error(
        "unknown word `{0}` in a self-describing key; the preset may be followed by Free, Pro or Enterprise, then by \
         Expired, Revoked, RevokedAfter<n> or ExpiresIn<n>s|m|h|d, then by x up to 26 characters"
    )]
    UnknownWord(String),
    /// The words are longer than the 26 characters available.
    #[error("`{0}` has more than {WORDS_LENGTH} characters, the room for words in a key")]
    TooLong(String),
    /// The organization is not six base62 characters.
    #[error("`{0}` is not an organization name; use six letters or digits, such as demo01")]
    Organization(String),
}

const PRESETS: [(&str, Preset); 4] = [
    ("Orders", Preset::Orders),
    ("ReadOnly", Preset::ReadOnly),
    ("FullAccess", Preset::FullAccess),
    ("Discovery", Preset::Discovery),
];
const TIERS: [(&str, Tier); 3] = [
    ("Free", Tier::Free),
    ("Pro", Tier::Pro),
    ("Enterprise", Tier::Enterprise),
];
const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];

impl SelfDescribingKey {
    /// Reads the 32 characters after a key's prefix: the properties, and the organization.
    pub fn read(secret: &str) -> Result<(Self, &str), SelfDescribingKeyError> {
        let (words, organization) = secret
            .split_at_checked(WORDS_LENGTH)
            .filter(|(_, organization)| is_organization(organization))
            .ok_or(SelfDescribingKeyError::NoPreset)?;
        let words = words.trim_end_matches('x');
        let (preset, rest) = word(words, &PRESETS).ok_or(SelfDescribingKeyError::NoPreset)?;
        let (tier, rest) = word(rest, &TIERS).unwrap_or((Tier::default(), rest));
        let state = KeyState::read(rest)
            .ok_or_else(|| SelfDescribingKeyError::UnknownWord(rest.to_owned()))?;
        Ok((
            Self {
                preset,
                tier,
                state,
            },
            organization,
        ))
    }

    /// The test key with these properties for an organization; the inverse of [`Self::read`].
    pub fn key(self, organization: &str) -> Result<String, SelfDescribingKeyError> {
        if !is_organization(organization) {
            return Err(SelfDescribingKeyError::Organization(
                organization.to_owned(),
            ));
        }
        let words = self.to_string();
        if words.len() > WORDS_LENGTH {
            return Err(SelfDescribingKeyError::TooLong(words));
        }
        Ok(format!(
            "{}{words:x<WORDS_LENGTH$}{organization}",
            Environment::Test.prefix()
        ))
    }
}

/// Whether a text is a valid organization name: six letters or digits.
pub fn is_organization(name: &str) -> bool {
    name.len() == ORGANIZATION_LENGTH && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn word<'a, T: Copy>(text: &'a str, words: &[(&str, T)]) -> Option<(T, &'a str)> {
    words
        .iter()
        .find_map(|(word, value)| Some((*value, text.strip_prefix(word)?)))
}

impl KeyState {
    fn read(text: &str) -> Option<Self> {
        if let Some(count) = text.strip_prefix("RevokedAfter") {
            return number(count).map(Self::RevokedAfter);
        }
        if let Some(duration) = text.strip_prefix("ExpiresIn") {
            let (_, seconds) = UNITS.iter().find(|(unit, _)| duration.ends_with(*unit))?;
            let count = number(&duration[..duration.len() - 1])?;
            return Some(Self::ExpiresIn(Duration::from_secs(
                u64::from(count.get()) * seconds,
            )));
        }
        match text {
            "" => Some(Self::Active),
            "Expired" => Some(Self::Expired),
            "Revoked" => Some(Self::Revoked),
            _ => None,
        }
    }
}

/// A number in its canonical spelling: digits without a leading zero.
fn number(digits: &str) -> Option<NonZeroU32> {
    let plain = digits.len() <= MAX_DIGITS
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// Prints the words, without the padding.
impl fmt::Display for SelfDescribingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (preset, _) = PRESETS
            .iter()
            .find(|(_, preset)| *preset == self.preset)
            .expect("PRESETS has every preset");
        formatter.write_str(preset)?;
        if self.tier != Tier::default() {
            let (tier, _) = TIERS
                .iter()
                .find(|(_, tier)| *tier == self.tier)
                .expect("TIERS has every tier");
            formatter.write_str(tier)?;
        }
        self.state.fmt(formatter)
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Active => Ok(()),
            Self::Expired => formatter.write_str("Expired"),
            Self::Revoked => formatter.write_str("Revoked"),
            Self::RevokedAfter(count) => write!(formatter, "RevokedAfter{count}"),
            Self::ExpiresIn(duration) => {
                let seconds = duration.as_secs();
                let (unit, size) = UNITS
                    .iter()
                    .rev()
                    .find(|(_, size)| seconds % size == 0)
                    .expect("one second divides all");
                write!(formatter, "ExpiresIn{}{unit}", seconds / size)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use docs::generated::{assert_table, table};
    use proptest::prelude::*;
    use schemas::key::ApiKey;

    use super::*;

    fn read(key: &str) -> Result<(SelfDescribingKey, &str), SelfDescribingKeyError> {
        SelfDescribingKey::read(ApiKey::split(key).unwrap().1)
    }

    #[test]
    fn key_spells_its_behaviour() {
        let (described, organization) = read("lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01").unwrap();
        assert_eq!(organization, "demo01");
        assert_eq!(
            described,
            SelfDescribingKey {
                preset: Preset::FullAccess,
                tier: Tier::Enterprise,
                state: KeyState::Active
            }
        );
        let (described, _) = read("lnc_test_OrdersRevokedAfter3xxxxxxxdemo01").unwrap();
        assert_eq!(
            described.state,
            KeyState::RevokedAfter(NonZeroU32::new(3).unwrap())
        );
        let (described, _) = read("lnc_test_ReadOnlyProExpiredxxxxxxxxdemo01").unwrap();
        assert_eq!(
            described,
            SelfDescribingKey {
                preset: Preset::ReadOnly,
                tier: Tier::Pro,
                state: KeyState::Expired
            }
        );
        let (described, _) = read("lnc_test_OrdersFreeExpiresIn90sxxxxdemo01").unwrap();
        assert_eq!(
            described.state,
            KeyState::ExpiresIn(Duration::from_secs(90))
        );
    }

    /// Each word in backticks.
    fn quoted(words: &[impl fmt::Display]) -> String {
        let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
        words.join(", ")
    }

    #[test]
    fn book_lists_these_words() {
        let fixed = [KeyState::Expired, KeyState::Revoked];
        let revoked_after = KeyState::RevokedAfter(NonZeroU32::new(3).unwrap());
        let expires_in = KeyState::ExpiresIn(Duration::from_secs(90));
        let padding = format!("padding to {WORDS_LENGTH} characters");
        let rows = [
            (
                quoted(&PRESETS.map(|(word, _)| word)),
                "the [preset](scopes.md#presets), which decides the scopes; required, and first",
            ),
            (
                quoted(&TIERS.map(|(word, _)| word)),
                "the [tier](tiers.md); by default `Enterprise`",
            ),
            (quoted(&fixed), "expired or revoked from the start"),
            (quoted(&[revoked_after]), "revoked after three requests"),
            (
                format!(
                    "{} ({})",
                    quoted(&[expires_in]),
                    quoted(&UNITS.map(|(unit, _)| unit))
                ),
                "expires 90 seconds after its first use",
            ),
            ("`x`, repeated".to_owned(), &padding),
            (
                format!("the last {ORGANIZATION_LENGTH} characters"),
                "the name of the organization, in letters and digits",
            ),
        ];
        let rows = rows.map(|(words, meaning)| [words, meaning.to_owned()]);
        assert_table(
            "reference/keys.md",
            "words",
            "cargo test -p scenarios",
            &table(["words", "meaning"], rows),
        );
        assert_eq!(Tier::default(), Tier::Enterprise);
    }

    #[test]
    fn random_key_spells_nothing_and_its_error_does_not_show_it() {
        let error = read("lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6demo01").unwrap_err();
        assert_eq!(error, SelfDescribingKeyError::NoPreset);
        assert!(!error.to_string().contains("A3mK"));
    }

    #[test]
    fn names_unknown_words() {
        for (key, word) in [
            ("lnc_test_OrdersGoldxxxxxxxxxxxxxxxxdemo01", "Gold"),
            ("lnc_test_OrdersRevokedAfter0xxxxxxxdemo01", "RevokedAfter0"),
            ("lnc_test_OrdersExpiresIn1yxxxxxxxxxdemo01", "ExpiresIn1y"),
            (
                "lnc_test_OrdersExpiredRevokedxxxxxxdemo01",
                "ExpiredRevoked",
            ),
        ] {
            assert_eq!(
                read(key),
                Err(SelfDescribingKeyError::UnknownWord(word.to_owned())),
                "{key}"
            );
        }
    }

    #[test]
    fn rejects_what_does_not_fit_into_a_key() {
        let long = SelfDescribingKey {
            preset: Preset::FullAccess,
            tier: Tier::Enterprise,
            state: KeyState::RevokedAfter(NonZeroU32::new(123_456_789).unwrap()),
        };
        assert!(matches!(
            long.key("demo01"),
            Err(SelfDescribingKeyError::TooLong(_))
        ));
        let plain = SelfDescribingKey {
            preset: Preset::Orders,
            tier: Tier::Free,
            state: KeyState::Active,
        };
        assert_eq!(
            plain.key("demo01").unwrap(),
            "lnc_test_OrdersFreexxxxxxxxxxxxxxxxdemo01"
        );
        assert!(matches!(
            plain.key("demo"),
            Err(SelfDescribingKeyError::Organization(_))
        ));
    }

    fn states() -> impl Strategy<Value = KeyState> {
        prop_oneof![
            Just(KeyState::Active),
            Just(KeyState::Expired),
            Just(KeyState::Revoked),
            (1..10_000_u32)
                .prop_map(|count| KeyState::RevokedAfter(NonZeroU32::new(count).unwrap())),
            (1..100_000_u64).prop_map(|seconds| KeyState::ExpiresIn(Duration::from_secs(seconds))),
        ]
    }

    proptest! {
        #[test]
        fn keys_survive_a_round_trip(
            preset in proptest::sample::select(&PRESETS[..]),
            tier in proptest::sample::select(&TIERS[..]),
            state in states(),
            organization in "[0-9A-Za-z]{6}",
        ) {
            let described = SelfDescribingKey { preset: preset.1, tier: tier.1, state };
            if let Ok(key) = described.key(&organization) {
                prop_assert_eq!(read(&key), Ok((described, organization.as_str())));
            }
        }

        #[test]
        fn reading_never_panics(secret in ".{0,40}") {
            let _ = SelfDescribingKey::read(&secret);
        }
    }
}
