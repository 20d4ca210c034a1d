//! Masks credentials in texts: API keys, access tokens, authorization codes and refresh tokens.

use std::borrow::Cow;

use super::{ApiKey, Environment, SHOWN, VENDOR, mask};

/// The start of every JWT, and of each of its JSON parts: `{"` in base64url.
const JWT: &str = "eyJ";
/// Minimum number of further characters for a text to count as a JWT or a part of one.
const SHORTEST_JWT: usize = 8;
/// Prefixes of authorization codes and refresh tokens.
const OPAQUE: [&str; 2] = ["oac_", "ort_"];
/// Minimum number of letters and digits after the prefix for a text to count as one: `sort_by` is not a token.
const SHORTEST_OPAQUE: usize = 12;

/// Maximum number of times that a text is percent-decoded.
const MAX_DECODED: usize = 3;

/// The text with everything masked that could be a credential.
///
/// Whatever follows a prefix is masked at any length, so that a truncated, doubled or mistyped key is not leaked either.
/// Percent-encoded credentials are found as well, encoded up to three times; the characters that credentials consist of are
/// then returned decoded.
pub fn redact(text: &str) -> Cow<'_, str> {
    redact_by(redact_plain, text)
}

/// The text as `redact` masks it, which is also passed the text percent-decoded up to three times.
pub fn redact_by(redact: impl Fn(&str) -> Cow<'_, str>, text: &str) -> Cow<'_, str> {
    let mut decoded = Cow::Borrowed(text);
    for _ in 0..MAX_DECODED {
        if !decoded.contains('%') {
            break;
        }
        decoded = Cow::Owned(decode(&decoded));
        if let Cow::Owned(masked) = redact(&decoded) {
            return Cow::Owned(masked);
        }
    }
    redact(text)
}

/// The text with percent signs and the characters of credentials decoded once. Other characters stay encoded: they could mean
/// something else when they are not.
fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part
            .get(..2)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        let byte = byte.filter(|byte| byte.is_ascii_alphanumeric() || b"-_.=%".contains(byte));
        if let Some(byte) = byte {
            decoded.push(char::from(byte));
            decoded.push_str(&part[2..]);
        } else {
            decoded.push('%');
            decoded.push_str(part);
        }
    }
    decoded
}

/// The text itself if there is nothing to mask.
fn redact_plain(text: &str) -> Cow<'_, str> {
    let passes: [fn(&str) -> String; 3] = [mask_jwts, mask_opaque, mask_keys];
    let suspects = [
        text.contains(JWT),
        OPAQUE.iter().any(|start| text.contains(start)),
        text.contains(VENDOR),
    ];
    let mut shown = Cow::Borrowed(text);
    for (pass, _) in passes.iter().zip(suspects).filter(|(_, suspect)| *suspect) {
        let masked = pass(&shown);
        if masked != *shown {
            shown = Cow::Owned(masked);
        }
    }
    shown
}

/// Finds each `start`, and passes the text from there on to `shown`, which returns the length to replace and the mask.
fn replace(text: &str, start: &str, shown: impl Fn(&str) -> (usize, Option<String>)) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(start) {
        let (before, found) = rest.split_at(at);
        let (length, mask) = shown(found);
        let (word, after) = found.split_at(length);
        result.push_str(before);
        result.push_str(mask.as_deref().unwrap_or(word));
        rest = after;
    }
    result.push_str(rest);
    result
}

/// Number of bytes at the start of a text whose characters satisfy `of`.
fn run(text: &str, of: fn(char) -> bool) -> usize {
    text.find(|character| !of(character)).unwrap_or(text.len())
}

/// Masks whole and truncated JWTs: the parts that are present are masked as one word.
fn mask_jwts(text: &str) -> String {
    let in_part = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    replace(text, JWT, |found| {
        if run(found, in_part) < JWT.len() + SHORTEST_JWT {
            return (JWT.len(), None);
        }
        let length = run(found, |character| {
            character.is_ascii_alphanumeric() || "-_.=".contains(character)
        });
        (length, Some(format!("{JWT}…")))
    })
}

fn mask_opaque(text: &str) -> String {
    let mut shown = text.to_owned();
    for start in OPAQUE {
        shown = replace(&shown, start, |found| {
            let secret = run(&found[start.len()..], |character| {
                character.is_ascii_alphanumeric()
            });
            if secret < SHORTEST_OPAQUE {
                return (start.len(), None);
            }
            (start.len() + secret, Some(format!("{start}…")))
        });
    }
    shown
}

fn mask_keys(text: &str) -> String {
    replace(text, VENDOR, |found| {
        let length = run(found, |character| {
            character.is_ascii_alphanumeric() || character == '_'
        });
        let (word, after) = found.split_at(length);
        // A key that is already masked stays unchanged.
        let masked =
            after.starts_with('…') && word.len() == Environment::Test.prefix().len() + SHOWN;
        (length, (!masked).then(|| mask_key(word)))
    })
}

fn mask_key(word: &str) -> String {
    if ApiKey::split(word).is_ok() {
        return mask(word);
    }
    match word.split_at_checked(Environment::Test.prefix().len()) {
        Some((prefix, secret)) if !secret.is_empty() => format!("{prefix}…"),
        Some(_) | None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZG1pbkBkZW1vMDEifQ.c2ln-bmF0_dXJl";

    #[test]
    fn finds_keys_that_are_truncated_repeated_or_in_a_url() {
        assert_eq!(redact("nothing"), "nothing");
        assert_eq!(
            redact(&format!("/x?key={KEY}&a=1")),
            "/x?key=lnc_test_Full…mo01&a=1"
        );
        assert_eq!(redact(&KEY[..30]), "lnc_test_…");
        assert_eq!(
            redact("/?k=lnc%5Ftest%5FFullAccessxxxxxxxxxxxxxxxxdemo01"),
            "/?k=lnc_test_Full…mo01"
        );
        assert_eq!(redact("/?k=%6Cnc_live_x%20y"), "/?k=lnc_live_…%20y");
        for twice in ["%255F", "%25255f"] {
            let url = format!("/?k={}", KEY.replace('_', twice));
            assert_eq!(redact(&url), "/?k=lnc_test_Full…mo01");
        }
        assert_eq!(redact("100 %"), "100 %");
        assert_eq!(redact(&format!("{KEY}{KEY}")), "lnc_test_…");
    }

    #[test]
    fn finds_tokens_and_codes_that_are_truncated_repeated_or_in_a_url() {
        let secret = "A3mK9pX2vL8hQ5nR7zT1wY4jB6demo01";
        for (text, shown) in [
            (format!("Bearer {TOKEN}, next"), "Bearer eyJ…, next"),
            (TOKEN[..30].to_owned(), "eyJ…"),
            (TOKEN[21..].to_owned(), "eyJ…"),
            (format!("{TOKEN}.{TOKEN}=="), "eyJ…"),
            (TOKEN.replace('.', "%2E"), "eyJ…"),
            (
                format!("/?code=oac_{secret}&state=x"),
                "/?code=oac_…&state=x",
            ),
            (format!("ort_{secret}{secret}"), "ort_…"),
            (format!("x=ort%5F{secret}"), "x=ort_…"),
            (
                format!("{KEY} {TOKEN} ort_{secret}"),
                "lnc_test_Full…mo01 eyJ… ort_…",
            ),
        ] {
            assert_eq!(redact(&text), shown);
        }
        for harmless in [
            "sort_by",
            "report_tiers",
            "import_order2026",
            "eyJ",
            "they: Jo",
            "eyJonas",
        ] {
            assert_eq!(redact(harmless), harmless);
        }
    }

    proptest! {
        #[test]
        fn redaction_removes_every_secret(before in ".{0,20}", secret in "[0-9A-Za-z]{32}", after in ".{0,20}") {
            for start in ["lnc_live_", "oac_", "ort_"] {
                let shown = redact(&format!("{before}{start}{secret}{after}")).into_owned();
                prop_assert!(!shown.contains(&secret));
                prop_assert_eq!(redact(&shown), shown.as_str());
            }
        }

        #[test]
        fn redaction_removes_every_token(
            before in ".{0,20}", claims in "[-_0-9A-Za-z]{20,60}", signature in "[-_0-9A-Za-z]{86}", after in ".{0,20}",
        ) {
            let token = format!("eyJhbGciOiJFUzI1NiJ9.eyJ{claims}.{signature}");
            let shown = redact(&format!("{before}{token}{after}")).into_owned();
            prop_assert!(!shown.contains(&claims) && !shown.contains(&signature), "{}", shown);
            prop_assert_eq!(redact(&shown), shown.as_str());
        }

        #[test]
        fn redaction_never_panics(text in ".{0,60}") {
            let _ = redact(&text);
        }
    }
}
