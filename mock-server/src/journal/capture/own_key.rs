//! Masks the key of a request where the request or its response repeats its secret without the prefix, in another case, or
//! encoded. Other keys are found by their prefix.
//!
//! All these forms are long runs of letters and digits, which few texts contain, so the key is read only for those.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine};
use http::{HeaderMap, header};
use memchr::memchr2;
use schemas::key::{ApiKey, redact_by};

use super::masking::{Masked, unescaped};

/// Length of the part of a key that must not be shown.
const HIDDEN: usize = 24;
const MASK: char = '…';

/// The key that a request has in its `Authorization` header.
pub(crate) struct OwnKey<'a>(&'a HeaderMap);

impl<'a> OwnKey<'a> {
    /// The key of the request with these headers.
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    /// Its hidden part in lower case.
    fn hidden(&self) -> Option<String> {
        let values = self.0.get_all(header::AUTHORIZATION).iter();
        let mut words = values.flat_map(|value| value.to_str().unwrap_or_default().split(' '));
        words
            .find_map(ApiKey::hidden_part)
            .map(str::to_ascii_lowercase)
    }

    /// The text without the key.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let is_suspicious = text.contains('%') || has_run(text.as_bytes());
        match is_suspicious.then(|| self.hidden()).flatten() {
            Some(hidden) => redact_by(|text| redact_runs(text, &hidden), text),
            None => Cow::Borrowed(text),
        }
    }

    /// Masks the key in a body.
    pub(crate) fn mask(&self, body: &[u8]) -> Masked {
        let is_binary = body.contains(&0) || str::from_utf8(body).is_err();
        if !is_binary && memchr2(b'%', b'\\', body).is_none() && !has_run(body) {
            return Masked::Unchanged;
        }
        let letters: Vec<u8>;
        let text = if is_binary {
            letters = body.iter().copied().filter(|byte| *byte != 0).collect();
            String::from_utf8_lossy(&letters)
        } else {
            String::from_utf8_lossy(body)
        };
        match self.redact(&unescaped(&text)) {
            Cow::Borrowed(_) => Masked::Unchanged,
            Cow::Owned(_) if is_binary => Masked::Unmaskable,
            Cow::Owned(text) => Masked::Text(text),
        }
    }
}

/// Whether there is a run of letters and digits that is long enough for a key. It looks only at bytes that such a run has.
fn has_run(bytes: &[u8]) -> bool {
    let in_run = |byte: &&u8| byte.is_ascii_alphanumeric();
    let mut at = HIDDEN - 1;
    while at < bytes.len() {
        let (before, after) = bytes.split_at(at);
        let after = after.iter().take(HIDDEN).take_while(in_run).count();
        if after > 0 {
            let before = before.iter().rev().take(HIDDEN).take_while(in_run).count();
            if before + after >= HIDDEN {
                return true;
            }
        }
        at += HIDDEN;
    }
    false
}

/// The text with masks for the runs of letters and digits that have the key in any form.
fn redact_runs<'t>(text: &'t str, hidden: &str) -> Cow<'t, str> {
    let mut shown = String::new();
    let (mut kept, mut start) = (0, 0);
    let runs = text
        .as_bytes()
        .chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric());
    for run in runs {
        let end = start + run.len();
        if run.len() >= HIDDEN && has_key(run, hidden) {
            shown.push_str(&text[kept..start]);
            shown.push(MASK);
            kept = end;
        }
        start = end;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[kept..]);
    Cow::Owned(shown)
}

/// Whether a run of letters and digits has the hidden part of the key: in any case, in base64 or in hexadecimal. A text of
/// only letters, digits and spaces has no other characters in base64, in either alphabet.
fn has_key(run: &[u8], hidden: &str) -> bool {
    let is_in = |bytes: &[u8]| {
        let bytes = bytes.to_ascii_lowercase();
        memchr::memmem::find(&bytes, hidden.as_bytes()).is_some()
    };
    let groups = |size: usize, offset: usize| {
        let rest = run.get(offset..).unwrap_or_default();
        &rest[..rest.len() / size * size]
    };
    let in_base_64 = |offset| {
        let decoded = BASE64_STANDARD_NO_PAD.decode(groups(4, offset));
        decoded.is_ok_and(|bytes| is_in(&bytes))
    };
    let in_hex = |run: &[u8]| {
        [0, 1].iter().any(|offset| {
            let digits = run.get(*offset..).unwrap_or_default();
            let digits = &digits[..digits.len() / 2 * 2];
            hex::decode(digits).is_ok_and(|bytes| is_in(&bytes))
        })
    };
    is_in(run)
        || (0..4).any(in_base_64)
        || run
            .split(|byte| !byte.is_ascii_hexdigit())
            .any(|digits| digits.len() >= 2 * HIDDEN && in_hex(digits))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";

    fn headers(secret: &str) -> HeaderMap {
        let bearer = HeaderValue::try_from(format!("bearer lnc_test_{secret}")).unwrap();
        [(header::AUTHORIZATION, bearer)].into_iter().collect()
    }

    #[test]
    fn masks_the_key_in_every_form_that_the_book_lists() {
        let headers = headers(SECRET);
        let own = OwnKey::of(&headers);
        let key = format!("lnc_test_{SECRET}");
        let each = |format: fn(u8) -> String| SECRET.bytes().map(format).collect::<String>();
        let percent = each(|byte| format!("%{byte:02x}"));
        let escaped = each(|byte| format!("\\u{byte:04x}"));
        for form in [
            SECRET.to_owned(),
            SECRET.to_lowercase(),
            SECRET.to_uppercase(),
            key.to_uppercase(),
            BASE64_STANDARD_NO_PAD.encode(SECRET),
            BASE64_STANDARD_NO_PAD.encode(&key),
            hex::encode(&key),
            hex::encode_upper(SECRET),
            percent.replace('%', "%25"),
            percent,
        ] {
            let text = format!("/orders?a=b&q={form}&c=d");
            let shown = own.redact(&text);
            assert!(shown.contains("…&c=d"), "{form}: {shown}");
            let body = format!(r#"{{"title":"{form}"}}"#);
            assert!(
                matches!(own.mask(body.as_bytes()), Masked::Text(_)),
                "{form}"
            );
            let wide: Vec<u8> = body.bytes().flat_map(|byte| [byte, 0]).collect();
            assert_eq!(own.mask(&wide), Masked::Unmaskable, "{form}");
        }
        assert_eq!(own.mask(escaped.as_bytes()), Masked::Text(MASK.into()));
        let other = "B3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9B3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF8";
        assert_eq!(OwnKey::of(&HeaderMap::new()).redact(SECRET), SECRET);
        assert_eq!(
            own.redact(&other.replace("pX2", "pX3")),
            other.replace("pX2", "pX3")
        );
    }

    proptest! {
        #[test]
        fn finds_the_key_anywhere(before in "[ -~]{0,50}", secret in "[0-9A-Za-z]{32}", after in "[ -~]{0,50}") {
            let headers = headers(&secret);
            let own = OwnKey::of(&headers);
            let base_64 = BASE64_STANDARD_NO_PAD.encode(format!("{secret} {after}"));
            for form in [secret.clone(), secret.to_uppercase(), hex::encode(&secret), base_64[..42].to_owned()] {
                let shown = own.redact(&format!("{before}{form}{after}")).into_owned();
                prop_assert!(!shown.contains(&form), "{}", shown);
            }
        }

        #[test]
        fn other_texts_are_unchanged(text in "[ -~äö]{0,200}") {
            let headers = headers(SECRET);
            prop_assert_eq!(&*OwnKey::of(&headers).redact(&text), &text);
        }
    }
}
