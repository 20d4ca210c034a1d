//! Proof Key for Code Exchange (RFC 7636), with `S256` only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Length of a verifier (RFC 7636 §4.1).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// The challenge of an authorization request: the digest of a verifier that only the client knows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Challenge([u8; 32]);

impl Challenge {
    /// Parses a challenge as it is sent.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digest = URL_SAFE_NO_PAD.decode(text).ok()?;
        digest.try_into().ok().map(Self)
    }

    /// Whether this is the challenge of the verifier.
    pub(crate) fn is_of(&self, verifier: &str) -> bool {
        self.0[..] == Sha256::digest(verifier)[..]
    }
}

/// Whether a text is a well-formed verifier.
pub(crate) fn is_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    VERIFIER.contains(&text.len()) && text.bytes().all(is_unreserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn matches_only_the_vector_of_the_rfc() {
        let challenge = Challenge::parse(CHALLENGE).unwrap();
        assert!(is_verifier(VERIFIER) && challenge.is_of(VERIFIER));
        assert!(!challenge.is_of(&VERIFIER.to_lowercase()));
        assert!(!challenge.is_of(CHALLENGE), "that would be `plain`");
    }

    #[test]
    fn verifiers_have_43_to_128_unreserved_characters() {
        for good in ["a".repeat(43), "a".repeat(128), "-._~".repeat(11)] {
            assert!(is_verifier(&good), "{good}");
        }
        for bad in [
            "a".repeat(42),
            "a".repeat(129),
            "a".repeat(42) + "+",
            "ä".repeat(43),
        ] {
            assert!(!is_verifier(&bad), "{bad}");
        }
        for bad in [
            &CHALLENGE[1..],
            &format!("{CHALLENGE}="),
            "",
            &CHALLENGE.replace('-', "+"),
        ] {
            assert_eq!(Challenge::parse(bad), None, "{bad}");
        }
    }
}
