//! Captured headers: one buffer, since a map of headers takes several times the memory of its text.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, header, request};
use schemas::key::ApiKey;

use super::{masking, own_key::OwnKey};

/// Between the name and the value of a header that is kept as it was. No name contains it, nor the next one.
const PLAIN: u8 = b':';
/// Between the name and the value of a header whose value is masked.
const MASKED: u8 = b'\0';
/// After each header. No value contains it.
const END: u8 = b'\n';
/// Stands for what is masked.
const MASK: &str = "…";
/// Schemes of `Authorization` that are shown. Another word may be a credential.
const SCHEMES: [&str; 4] = ["Bearer", "Basic", "Digest", "Token"];

/// The headers of a message, without credentials.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct CapturedHeaders(Vec<u8>);

/// A header.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct CapturedHeader<'a> {
    /// The name, in lower case; `:authority` is the host of a request over HTTP/2.
    pub name: &'a str,
    /// The value; of a credential, what may be shown.
    pub value: Cow<'a, str>,
    /// Whether a part of the value is masked.
    pub masked: bool,
}

impl CapturedHeaders {
    /// The headers of a request.
    pub(crate) fn of_request(head: &request::Parts) -> Self {
        let authority = head.uri.authority().map(|authority| {
            // A name and a password may precede the host.
            let host = authority.as_str().rsplit('@').next();
            host.unwrap_or_default().as_bytes()
        });
        Self::new(&head.headers, authority)
    }

    /// The headers of a response.
    pub(crate) fn of_response(headers: &HeaderMap) -> Self {
        Self::new(headers, None)
    }

    fn new(headers: &HeaderMap, authority: Option<&[u8]>) -> Self {
        let length = |(name, value): (&HeaderName, &HeaderValue)| {
            name.as_str().len() + value.len() + 2 * MASK.len()
        };
        let mut kept = Vec::with_capacity(
            headers.iter().map(length).sum::<usize>() + authority.map_or(0, |host| host.len() + 12),
        );
        if let Some(host) = authority {
            push(&mut kept, ":authority", PLAIN, host);
        }
        let mut has_secrets = false;
        for (name, value) in headers {
            if is_secret(name, value) {
                has_secrets = true;
            } else {
                push(&mut kept, name.as_str(), PLAIN, value.as_bytes());
            }
        }
        if masking::is_suspicious_header(&kept) {
            kept = Self(kept).masked();
        }
        if has_secrets {
            for (name, value) in headers
                .iter()
                .filter(|(name, value)| is_secret(name, value))
            {
                push_secret(&mut kept, name, value);
            }
        }
        Self(kept)
    }

    /// Masks the key of the request in names and values.
    pub(super) fn mask(&mut self, own: &OwnKey<'_>) {
        let all = String::from_utf8_lossy(&self.0);
        if matches!(own.redact(&all), Cow::Borrowed(_)) {
            return;
        }
        let mut shown = Vec::with_capacity(self.0.len());
        for header in self.iter() {
            let (name, value) = (own.redact(header.name), own.redact(&header.value));
            let is_masked = header.masked || value != header.value || name != header.name;
            let mark = if is_masked { MASKED } else { PLAIN };
            push(&mut shown, &name, mark, value.as_bytes());
        }
        self.0 = shown;
    }

    /// The headers, in order; credentials come last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = CapturedHeader<'_>> {
        let lines = self.0.split_inclusive(|byte| *byte == END);
        lines.filter_map(|line| {
            let line = line.strip_suffix(&[END])?;
            // The name of a pseudo-header starts with a colon.
            let end = 1 + memchr::memchr2(PLAIN, MASKED, line.get(1..)?)?;
            Some(CapturedHeader {
                name: str::from_utf8(&line[..end]).ok()?,
                value: String::from_utf8_lossy(&line[end + 1..]),
                masked: line[end] == MASKED,
            })
        })
    }

    /// Names and values as one text, to search in.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Bytes of memory that the headers use.
    pub(super) fn weight(&self) -> usize {
        self.0.capacity()
    }

    /// The same, with everything masked that is or could be a credential.
    fn masked(&self) -> Vec<u8> {
        let mut masked = Vec::with_capacity(self.0.len());
        for header in self.iter() {
            let shown = if masking::names_a_secret(header.name) {
                Cow::Borrowed(MASK)
            } else {
                masking::target(&header.value)
            };
            let mark = if shown == header.value { PLAIN } else { MASKED };
            push(&mut masked, header.name, mark, shown.as_bytes());
        }
        masked
    }
}

/// Whether a header has a credential by its name: as its value, or in the query of an address.
fn is_secret(name: &HeaderName, value: &HeaderValue) -> bool {
    match *name {
        header::AUTHORIZATION
        | header::PROXY_AUTHORIZATION
        | header::COOKIE
        | header::SET_COOKIE => true,
        header::LOCATION => value.as_bytes().contains(&b'?'),
        _ => false,
    }
}

fn push(kept: &mut Vec<u8>, name: &str, mark: u8, value: &[u8]) {
    kept.extend_from_slice(name.as_bytes());
    kept.push(mark);
    kept.extend_from_slice(value);
    kept.push(END);
}

/// Adds a header with a credential: its scheme, and the ends of a key.
fn push_secret(kept: &mut Vec<u8>, name: &HeaderName, value: &HeaderValue) {
    let text = value.to_str().unwrap_or_default();
    if name == header::LOCATION {
        let shown = masking::redirect(text);
        let mark = if shown == text { PLAIN } else { MASKED };
        return push(kept, name.as_str(), mark, shown.as_bytes());
    }
    kept.extend_from_slice(name.as_str().as_bytes());
    kept.push(MASKED);
    let (scheme, secret) = text.split_once(' ').unwrap_or(("", text));
    if SCHEMES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme))
    {
        kept.extend_from_slice(scheme.as_bytes());
        kept.push(b' ');
    }
    let (start, end) = match ApiKey::shown_parts(secret.trim()) {
        Some(shown) => shown,
        None if secret.starts_with("eyJ") => ("eyJ", ""),
        None => ("", ""),
    };
    for part in [start, MASK, end] {
        kept.extend_from_slice(part.as_bytes());
    }
    kept.push(END);
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";

    /// The headers in one line each, with an asterisk at those that are masked.
    fn shown(headers: &[(&'static str, &str)]) -> Vec<String> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
                (HeaderName::from_static(name), value)
            })
            .collect();
        let kept = CapturedHeaders::of_response(&headers);
        let line = |header: CapturedHeader<'_>| {
            let mark = if header.masked { "*" } else { "" };
            format!("{}: {}{mark}", header.name, header.value)
        };
        kept.iter().map(line).collect()
    }

    #[test]
    fn masks_credentials_in_every_header() {
        let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZG1pbkBkZW1vMDEifQ.c2ln-bmF0_dXJl";
        let bearer = format!("bearer {KEY}");
        let double = format!("Bearer {KEY} {KEY}");
        let jwt = format!("Bearer {token}");
        let referer = format!("http://x/?k={}", KEY.replace('_', "%5F"));
        assert_eq!(
            shown(&[
                ("accept", "*/*"),
                ("authorization", &bearer),
                ("authorization", &jwt),
                ("authorization", &double),
                ("authorization", KEY),
                ("authorization", "hunter2 hunter3"),
                ("authorization", "Basic aHVudGVyMjpodW50ZXIz"),
                ("cookie", "a=hunter2"),
                ("idempotency-key", "a-b"),
                ("location", "/orders/1"),
                ("location", "http://x/?code=hunter2&state=hunter3&iss=y"),
                ("referer", &referer),
                ("referer", "http://x/?password=hunter2&a=%20"),
                ("referer", "http://x/?pass%77ord=hunter2"),
                ("referer", "http://x/?a=1&Access_Token=hunter2&limit=2"),
                ("x-api-key", "hunter2"),
                ("x-control-token", "hunter2"),
                ("x-other", KEY),
            ]),
            [
                "accept: */*",
                "idempotency-key: a-b",
                "location: /orders/1",
                "referer: http://x/?k=lnc_test_Full…mo01*",
                "referer: http://x/?password=…&a=%20*",
                "referer: http://x/?pass%77ord=…*",
                "referer: http://x/?a=1&Access_Token=…&limit=2*",
                "x-api-key: …*",
                "x-control-token: …*",
                "x-other: lnc_test_Full…mo01*",
                "authorization: bearer lnc_test_Full…mo01*",
                "authorization: Bearer eyJ…*",
                "authorization: Bearer …*",
                "authorization: lnc_test_Full…mo01*",
                "authorization: …*",
                "authorization: Basic …*",
                "cookie: …*",
                "location: http://x/?code=…&state=…&iss=y*",
            ]
        );
    }

    #[test]
    fn keeps_values_with_any_bytes() {
        assert_eq!(
            shown(&[("x-a", ""), ("x-b", "a: b\tc"), ("x-c", "ä")]),
            ["x-a: ", "x-b: a: b\tc", "x-c: ä"]
        );
    }
}
