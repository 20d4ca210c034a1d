//! Finds and masks the credentials of headers and bodies.
//!
//! Most texts contain none, which one pass over their bytes finds out. Only a text with a suspicious part is parsed and masked.

use std::{borrow::Cow, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::{memchr, memchr2};
use schemas::{
    key::redact,
    oauth::{self, FieldValue, FormField},
};

use crate::contract::SECRET_FIELDS;

/// Parts of credentials: of keys, JWTs, authorization codes and refresh tokens.
const CREDENTIALS: [&str; 4] = ["lnc_", "eyJ", "oac_", "ort_"];
/// Parts of the names of headers, and of parameters in addresses, whose values are secrets.
const SECRET_HEADERS: [&str; 9] = [
    "api-key",
    "api_key",
    "apikey",
    "credential",
    "passw",
    "secret",
    "session",
    "signature",
    "token",
];
/// The escape of JSON for an ASCII character.
const ESCAPE: &str = "\\u00";

static IN_HEADERS: LazyLock<AhoCorasick> =
    LazyLock::new(|| searcher([&CREDENTIALS[..], &SECRET_HEADERS, &SECRET_FIELDS].concat()));
static IN_BODIES: LazyLock<AhoCorasick> =
    LazyLock::new(|| searcher([&CREDENTIALS[..], &SECRET_FIELDS, &[ESCAPE]].concat()));

fn searcher(texts: Vec<&str>) -> AhoCorasick {
    // With this kind of match, and not with the default one, the library looks for all texts with vector instructions.
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostFirst);
    builder.build(texts).expect("a few short texts")
}

/// What masking makes of a body.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Masked {
    /// It contains no credential.
    Unchanged,
    /// The body with masks.
    Text(String),
    /// It contains a credential, and is not text.
    Unmaskable,
}

/// Whether headers, names or values, could contain a credential.
pub(super) fn is_suspicious_header(headers: &[u8]) -> bool {
    memchr(b'%', headers).is_some() || IN_HEADERS.is_match(headers)
}

/// Whether the value of a header with this name is a secret.
pub(super) fn names_a_secret(header: &str) -> bool {
    SECRET_HEADERS.iter().any(|part| header.contains(part))
}

/// Masks the credentials in a body.
pub(crate) fn body(body: &[u8]) -> Masked {
    if memchr2(b'%', b'\0', body).is_none() && !IN_BODIES.is_match(body) {
        return Masked::Unchanged;
    }
    let Ok(text) = str::from_utf8(body) else {
        return binary(body);
    };
    if text.contains('\0') {
        return binary(body);
    }
    let plain = unescaped(text);
    let shown = without_secret_fields(&plain);
    match redact(&shown) {
        Cow::Borrowed(_) if matches!(shown, Cow::Borrowed(_)) => Masked::Unchanged,
        Cow::Borrowed(shown) => Masked::Text(shown.to_owned()),
        Cow::Owned(shown) => Masked::Text(shown),
    }
}

/// Masks the credentials in the path and query of a request, or in the value of a header, which can be an address, too.
pub(crate) fn target(target: &str) -> Cow<'_, str> {
    match without_secret_fields(target) {
        Cow::Borrowed(target) => address(target),
        Cow::Owned(target) => Cow::Owned(address(&target).into_owned()),
    }
}

/// Masks the credentials in an address, and the values of parameters that are secrets by their name.
fn address(target: &str) -> Cow<'_, str> {
    let shown = redact(target);
    let Some((path, query)) = shown.split_once('?') else {
        return shown;
    };
    let is_secret = |name: &str, value: &str| {
        let parsed = form_urlencoded::parse(name.as_bytes()).next();
        let name = parsed.unwrap_or_default().0.to_ascii_lowercase();
        // A mask that shows which key it is stays.
        (name == "key" || names_a_secret(&name)) && !value.contains('…')
    };
    match without_values(query, is_secret) {
        Cow::Borrowed(_) => shown,
        Cow::Owned(query) => Cow::Owned(format!("{path}?{query}")),
    }
}

/// Masks a form for the authorization server. Only valid values that are not secret are kept: anything else may be a
/// password. Another body than a form is not kept, since its secrets cannot be told from the rest.
pub(crate) fn form(form: &[u8], is_client: impl Fn(&str) -> bool) -> Masked {
    match str::from_utf8(form) {
        Ok("") => Masked::Unchanged,
        Ok(form) => Masked::Text(parameters(form, is_client)),
        Err(_) => Masked::Unmaskable,
    }
}

/// The parameters of a request to the authorization server, with only those values that are valid and not secret.
pub(crate) fn parameters(encoded: &str, is_client: impl Fn(&str) -> bool) -> String {
    let shown = |pair: &str| {
        let parsed = form_urlencoded::parse(pair.as_bytes()).next();
        let (name, value) = parsed.unwrap_or_default();
        let is_shown = |field: &FormField| {
            let is_known = matches!(field.value, FieldValue::ClientId) && is_client(&value);
            is_known || field.value.is_public(&value)
        };
        match oauth::field(&name) {
            Some(field) if is_shown(field) => pair.to_owned(),
            Some(field) => format!("{}=…", field.name),
            None => "…".to_owned(),
        }
    };
    let pairs: Vec<_> = encoded.split('&').map(shown).collect();
    redact(&pairs.join("&")).into_owned()
}

/// The address that a redirect leads to, without the code and the `state` of the client.
pub(crate) fn redirect(location: &str) -> String {
    let Some((address, query)) = location.split_once('?') else {
        return redact(location).into_owned();
    };
    let shown = |pair: &str| match pair.split_once('=') {
        Some((name @ ("code" | "state"), _)) => format!("{name}=…"),
        Some(_) | None => pair.to_owned(),
    };
    let pairs: Vec<_> = query.split('&').map(shown).collect();
    redact(&format!("{address}?{}", pairs.join("&"))).into_owned()
}

/// A body that is not text, or text of two bytes a character.
fn binary(body: &[u8]) -> Masked {
    let letters: Vec<u8> = body.iter().copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&letters);
    let plain = unescaped(&text);
    let is_clean = matches!(redact(&plain), Cow::Borrowed(_))
        && matches!(without_encoded_names(&plain), Cow::Borrowed(_))
        && !SECRET_FIELDS.iter().any(|name| plain.contains(name));
    if is_clean {
        Masked::Unchanged
    } else {
        Masked::Unmaskable
    }
}

/// The same JSON, without escapes of visible ASCII characters.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(ESCAPE) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let code = escape.strip_prefix(ESCAPE).and_then(|code| code.get(..2));
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        let byte = byte.filter(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(byte));
        if let Some(byte) = byte {
            plain.push(char::from(byte));
            rest = &escape[ESCAPE.len() + 2..];
        } else {
            // A backslash, and whatever it escapes.
            let length = escape.chars().take(2).map(char::len_utf8).sum();
            plain.push_str(&escape[..length]);
            rest = &escape[length..];
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The text, with masks for the values of fields that are secrets.
fn without_secret_fields(text: &str) -> Cow<'_, str> {
    let mut shown = without_encoded_names(text);
    for name in SECRET_FIELDS {
        if shown.contains(name) {
            let mut parts = shown.split(name);
            let mut masked = parts.next().unwrap_or_default().to_owned();
            for after in parts {
                let (before, length, mask) = value(after);
                let (start, rest) = after.split_at(before);
                masked.extend([name, start, mask, &rest[length..]]);
            }
            if masked != *shown {
                shown = Cow::Owned(masked);
            }
        }
    }
    shown
}

/// The text, with masks for the values of form fields that are secrets and whose names are percent-encoded.
fn without_encoded_names(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    without_values(text, |name, _| is_encoded_secret(name))
}

/// The text, with masks for the values of form fields that are secrets by their name.
fn without_values(text: &str, is_secret: impl Fn(&str, &str) -> bool) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('=') {
        let Some(before) = text.get(done..at) else {
            continue; // in a value that is masked
        };
        let name = before.rsplit(['?', '&', '=', '"', ' ', '\n']).next();
        let (_, length, mask) = value(&text[at..]);
        if name.is_some_and(|name| is_secret(name, &text[at + 1..][..length])) {
            masked.extend([before, "=", mask]);
            done = at + 1 + length;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[done..]);
    Cow::Owned(masked)
}

/// Whether a name is percent-encoded, and is that of a secret field.
fn is_encoded_secret(name: &str) -> bool {
    name.contains('%')
        && form_urlencoded::parse(name.as_bytes())
            .next()
            .is_some_and(|(name, _)| SECRET_FIELDS.contains(&&*name))
}

/// The length of the text between a field's name and its value, that of the value, and what replaces it. The field is
/// one of JSON, which can be in a string of JSON, or of a form.
fn value(after: &str) -> (usize, usize, &'static str) {
    if let Some(value) = after.strip_prefix('=') {
        let end = value.find(['&', ' ', '"', '\n']);
        return (1, end.unwrap_or(value.len()), "…");
    }
    let nothing = (0, 0, "");
    let colon = after.trim_start_matches(['\\', '"']).trim_start();
    let Some(value) = colon.strip_prefix(':').map(str::trim_start) else {
        return nothing;
    };
    let quote = value.trim_start_matches('\\');
    let Some(text) = quote.strip_prefix('"') else {
        let end = value.find([',', '}', ']', ' ', '\r', '\n']);
        let length = end.unwrap_or(value.len());
        let is_scalar = !value.starts_with(['{', '[']);
        return if is_scalar {
            (after.len() - value.len(), length, "\"…\"")
        } else {
            nothing
        };
    };
    let is_nested = quote.len() < value.len();
    let mut escaped = false;
    let end = text.find(|character| {
        let ends = !escaped && (character == '"' || is_nested && character == '\\');
        escaped = !escaped && character == '\\';
        ends
    });
    (after.len() - text.len(), end.unwrap_or(text.len()), "…")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
    const SHOWN: &str = "lnc_test_Full…mo01";

    fn masked(text: &str) -> String {
        match body(text.as_bytes()) {
            Masked::Unchanged => text.to_owned(),
            Masked::Text(masked) => masked,
            Masked::Unmaskable => "unmaskable".to_owned(),
        }
    }

    #[test]
    fn masks_credentials_in_place() {
        for (text, shown) in [
            (
                format!(r#"{{"title":"{KEY}"}}"#),
                format!(r#"{{"title":"{SHOWN}"}}"#),
            ),
            (
                format!(r#""\u00e4 \u006cnc{} \" \\u0041""#, &KEY[3..]),
                format!(r#""\u00e4 {SHOWN} \" \\u0041""#),
            ),
            (
                format!(r#"{{"a":"50 %","b":"%22{}"}}"#, KEY.replace('_', "%5f")),
                format!(r#"{{"a":"50 %","b":"%22{SHOWN}"}}"#),
            ),
            (
                r#"{"client_secret" : "s3cr3t","a":1}"#.to_owned(),
                r#"{"client_secret" : "…","a":1}"#.to_owned(),
            ),
            (
                r#"{"password":"a,\"b","client_secret":7,"code_verifier":"","x":"{\"password\":\"a\"}"}"#.to_owned(),
                r#"{"password":"…","client_secret":"…","code_verifier":"…","x":"{\"password\":\"…\"}"}"#.to_owned(),
            ),
            (
                "a=1&password=hunter2&b=2".to_owned(),
                "a=1&password=…&b=2".to_owned(),
            ),
            (
                "pass%77ord=hunter2&b=%32&a=/?%63lient_secret=s3cr3t".to_owned(),
                "pass%77ord=…&b=%32&a=/?%63lient_secret=…".to_owned(),
            ),
        ] {
            assert_eq!(masked(&text), shown);
        }
    }

    #[test]
    fn body_without_credentials_is_unchanged() {
        for text in [
            "",
            r#"{"title":"50 % of \u00e4 \\u0041"}"#,
            r#"{"passwords":true,"a":"sort_by"}"#,
            "a\0b",
        ] {
            assert_eq!(body(text.as_bytes()), Masked::Unchanged, "{text}");
        }
        assert_eq!(body(b"\xff\xfe\x00"), Masked::Unchanged);
    }

    #[test]
    fn detects_credentials_that_cannot_be_masked() {
        let wide: Vec<u8> = KEY.bytes().flat_map(|byte| [byte, 0]).collect();
        assert_eq!(body(&wide), Masked::Unmaskable);
        assert_eq!(
            body(&[b"\xff", KEY.as_bytes()].concat()),
            Masked::Unmaskable
        );
        assert_eq!(body(b"\xff&pass%77ord=hunter2"), Masked::Unmaskable);
    }

    proptest! {
        #[test]
        fn masks_every_key(
            before in "[ -~]{0,20}", secret in "[0-9A-Za-z]{32}", after in "[ -~]{0,20}", escaped in 0_usize..41,
        ) {
            let key = format!("lnc_live_{secret}");
            let (start, rest) = key.split_at(escaped);
            let (one, rest) = rest.split_at(1);
            let escape = format!("\\u{:04x}", one.as_bytes()[0]);
            let percent = format!("%{:02X}", one.as_bytes()[0]);
            for part in [one, &escape, &percent] {
                let shown = masked(&format!("{before} {start}{part}{rest}{after}"));
                prop_assert!(!shown.contains(&secret) && !shown.contains(&secret[4..28]), "{}", shown);
            }
        }

        #[test]
        fn masking_never_panics(text in "(.|\\\\u00|password|\"|:|%){0,20}") {
            let _ = masked(&text);
            let _ = redirect(&text);
            let _ = target(&text);
            let _ = parameters(&text, |_| false);
        }
    }
}
