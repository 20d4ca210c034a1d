//! Authorization codes and refresh tokens: texts that are opaque to clients.
//!
//! Such a text is a prefix, the numbers that identify it, secret characters, and the organization, as in API keys.
//! None is stored: the secret is derived from the seed and the numbers, and derived again to check a text. This
//! works for every text ever issued, so the reuse of an old one is detected.

use subtle::ConstantTimeEq;

use crate::world::seed;

/// Characters after the prefix.
const LENGTH: usize = 32;
/// Characters of an encoded number.
const DIGITS: usize = 6;
/// Characters of an organization's name.
const ORGANIZATION: usize = 6;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The identity of a code or a refresh token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Opaque {
    /// An authorization code, by its number.
    Code(u64),
    /// A refresh token, by its grant and generation.
    Refresh {
        /// The number of the grant.
        grant: u64,
        /// Number of rotations before this token.
        generation: u64,
    },
}

impl Opaque {
    /// The organization that a well-formed text names.
    pub(crate) fn organization(text: &str) -> Option<&str> {
        let rest = text
            .strip_prefix("oac_")
            .or_else(|| text.strip_prefix("ort_"))?;
        let is_well_formed =
            rest.len() == LENGTH && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_well_formed.then(|| &rest[LENGTH - ORGANIZATION..])
    }

    /// The text, in an organization that derives its texts from `seed` and the name `life`.
    pub(super) fn text(self, seed: u64, life: &str, organization: &str) -> String {
        let numbers = match self {
            Self::Code(number) => encode(number),
            Self::Refresh { grant, generation } => encode(grant) + &encode(generation),
        };
        let prefix = self.prefix();
        let kind = format!("{prefix}{numbers}");
        let secret = LENGTH - ORGANIZATION - numbers.len();
        let secret = seed::base62(&mut seed::stream(seed, life, &kind, 0), secret);
        format!("{kind}{secret}{organization}")
    }

    /// The identity of a text, if it was derived from this seed, life and organization.
    pub(super) fn read(text: &str, seed: u64, life: &str, organization: &str) -> Option<Self> {
        Self::organization(text).filter(|named| *named == organization)?;
        let (prefix, rest) = text.split_at(4);
        let number = |index: usize| decode(&rest[index * DIGITS..][..DIGITS]);
        let read = if prefix == Self::Code(0).prefix() {
            Self::Code(number(0))
        } else {
            Self::Refresh {
                grant: number(0),
                generation: number(1),
            }
        };
        let drawn = read.text(seed, life, organization);
        let same: bool = drawn.as_bytes().ct_eq(text.as_bytes()).into();
        same.then_some(read)
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Code(_) => "oac_",
            Self::Refresh { .. } => "ort_",
        }
    }
}

/// A number in six characters. Larger numbers are cut; no sandbox issues that many texts.
fn encode(mut number: u64) -> String {
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[usize::try_from(number % 62).unwrap_or_default()];
        number /= 62;
    }
    digits.map(char::from).iter().collect()
}

fn decode(digits: &str) -> u64 {
    let value = |digit: u8| {
        BASE62
            .iter()
            .position(|one| *one == digit)
            .unwrap_or_default()
    };
    digits
        .bytes()
        .fold(0, |number, digit| number * 62 + value(digit) as u64)
}
