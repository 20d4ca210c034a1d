//! Detects responses that repeat the key of their request.

use std::{collections::HashMap, sync::Arc};

use http::{HeaderMap, HeaderValue};
use memchr::memmem::Finder;
use parking_lot::Mutex;
use schemas::{Evidence, key::ApiKey, source};
use serde_json::{Value, json};

use crate::finding::{
    Basis, Exchange, NotPassed, Outcome, Violation, json_path, redaction::spellings,
};

/// That a key is never repeated, not even in part.
const RULE: Basis = Basis {
    evidence: Evidence::Assumed,
    source: source::OURS,
};
/// Length of the pieces of a secret that are searched for: any fifteen consecutive characters contain one.
const PIECE: usize = 8;
/// A piece with fewer distinct characters could occur anywhere.
const MIN_DISTINCT: usize = 4;
/// Maximum number of keys whose encodings are cached.
const MAX_KEPT: usize = 10_000;

/// Searches responses for the keys of their requests.
#[derive(Debug, Default)]
pub(crate) struct EchoDetector(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The texts to search for, by key.
    needles: HashMap<Box<str>, Arc<Needles>>,
    /// The number of responses to requests with a key.
    read: usize,
    worst: Option<Violation>,
}

impl EchoDetector {
    /// Searches a response; keeps the worst violation, the first of these.
    pub(crate) fn note(&self, exchange: &Exchange) {
        let Some(key) = key_of(exchange.authorization()) else {
            return;
        };
        let echo = self.echo(key, &Parts::of(exchange));
        self.record(echo.map(|echo| echo.violation(Some(exchange))));
    }

    /// Searches a body that was received on its own connection.
    pub(crate) fn note_body(&self, authorization: Option<&HeaderValue>, body: &[u8]) {
        let Some(key) = key_of(authorization) else {
            return;
        };
        let parts = Parts {
            headers: &HeaderMap::new(),
            body,
            json: &Value::Null,
        };
        let echo = self.echo(key, &parts);
        self.record(echo.map(|echo| echo.violation(None)));
    }

    /// Searches a response that is not a session's; `None` if its request had no key.
    pub(crate) fn expect_no_echo(
        authorization: &HeaderValue,
        exchange: &Exchange,
    ) -> Option<Outcome> {
        let key = key_of(Some(authorization))?;
        let echo = Needles::new(key).echo_in(&Parts::of(exchange));
        Some(echo.map_or(Ok(()), |echo| Err(echo.violation(Some(exchange)).into())))
    }

    /// Whether no response repeats its key; skipped if no request had one.
    pub(crate) fn outcome(&self) -> Outcome {
        let state = self.0.lock();
        match &state.worst {
            Some(violation) => Err(violation.clone().into()),
            None if state.read == 0 => Err(NotPassed::Skipped(
                "needs a response to a request with a key, and none was seen".to_owned(),
            )),
            None => Ok(()),
        }
    }

    fn record(&self, violation: Option<Violation>) {
        let mut state = self.0.lock();
        state.read += 1;
        let evidence = |violation: &Violation| violation.basis(RULE, None).evidence;
        let is_worse = |new: &Violation| {
            let worst = state.worst.as_ref();
            worst.is_none_or(|worst| evidence(new) < evidence(worst))
        };
        if let Some(violation) = violation.filter(is_worse) {
            state.worst = Some(violation);
        }
    }

    /// Where a response repeats a key, if it does.
    fn echo(&self, key: Key<'_>, parts: &Parts<'_>) -> Option<Echo> {
        self.needles(key).echo_in(parts)
    }

    fn needles(&self, key: Key<'_>) -> Arc<Needles> {
        let mut state = self.0.lock();
        let state = &mut state.needles;
        if let Some(needles) = state.get(key.key) {
            return Arc::clone(needles);
        }
        let needles = Arc::new(Needles::new(key));
        if state.len() < MAX_KEPT {
            state.insert(key.key.into(), Arc::clone(&needles));
        }
        needles
    }
}

/// The key of a request.
#[derive(Clone, Copy)]
struct Key<'a> {
    key: &'a str,
    /// The key without its prefix.
    secret: &'a str,
}

/// The key in an `Authorization` header, if there is one.
fn key_of(authorization: Option<&HeaderValue>) -> Option<Key<'_>> {
    let (_, key) = authorization?.to_str().ok()?.rsplit_once(' ')?;
    let (_, secret) = ApiKey::split(key).ok()?;
    Some(Key { key, secret })
}

/// The parts of a response.
struct Parts<'a> {
    headers: &'a HeaderMap,
    body: &'a [u8],
    json: &'a Value,
}

impl<'a> Parts<'a> {
    fn of(exchange: &'a Exchange) -> Self {
        Self {
            headers: &exchange.headers,
            body: &exchange.body,
            json: exchange.json(),
        }
    }

    /// The first place with a text of this kind.
    fn place(&self, has: &dyn Fn(&[u8]) -> bool) -> Option<String> {
        let mut headers = self.headers.iter();
        if let Some((name, _)) = headers.find(|(_, value)| has(value.as_bytes())) {
            return Some(format!("header {name}"));
        }
        // A text in JSON may be escaped, and a piece may span two values. Without escapes, the texts stand in the body as
        // they are, and most bodies contain none of them.
        let is_escaped = memchr::memchr(b'\\', self.body).is_some();
        if !is_escaped && !has(self.body) {
            return None;
        }
        let pointer = pointer_to(self.json, has);
        match pointer {
            Some(pointer) => Some(json_path(&pointer)),
            None => has(self.body).then(|| "body".to_owned()),
        }
    }
}

/// The JSON pointer to the first string or field name of this kind.
fn pointer_to(value: &Value, has: &dyn Fn(&[u8]) -> bool) -> Option<String> {
    let inner = |name: &str, value| Some(format!("/{name}{}", pointer_to(value, has)?));
    match value {
        Value::String(text) => has(text.as_bytes()).then(String::new),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, item)| inner(&index.to_string(), item))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            // The name itself must not be shown.
            if has(name.as_bytes()) {
                return Some(String::new());
            }
            inner(name, field)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A key in a response.
#[derive(Debug, PartialEq)]
struct Echo {
    /// A header, a JSON path, or the body.
    at: String,
    /// Whether it is the whole key, as it was sent.
    is_whole: bool,
}

impl Echo {
    fn violation(self, exchange: Option<&Exchange>) -> Violation {
        let (actual, evidence) = if self.is_whole {
            // The vendor shows the full key only once, when it is created.
            ("the whole key", Some(Evidence::Documented))
        } else {
            ("a part of the key, or an encoding of it", None)
        };
        Violation {
            message: "the response repeats the key of its request".to_owned(),
            at: self.at,
            expected: json!("no key in it"),
            actual: json!(actual),
            evidence,
            exchange: exchange.map(Into::into),
            ..Violation::default()
        }
    }
}

/// The texts to search for.
#[derive(Debug)]
struct Needles {
    /// The key as it was sent.
    whole: Finder<'static>,
    /// Pieces of the secret, and the encodings of the whole.
    parts: Vec<Finder<'static>>,
}

impl Needles {
    fn new(Key { key, secret }: Key<'_>) -> Self {
        let pieces = secret.as_bytes().chunks_exact(PIECE);
        let pieces = pieces
            .map(|piece| String::from_utf8_lossy(piece).into_owned())
            .filter(|piece| is_distinctive(piece));
        let parts = pieces.chain(spellings(secret));
        Self {
            whole: Finder::new(key).into_owned(),
            parts: parts.map(|part| Finder::new(&part).into_owned()).collect(),
        }
    }
}

impl Needles {
    /// Where a response has one of the texts, if it does.
    fn echo_in(&self, response: &Parts<'_>) -> Option<Echo> {
        let whole = |text: &[u8]| self.whole.find(text).is_some();
        let part = |text: &[u8]| {
            let mut parts = self.parts.iter();
            parts.any(|needle| needle.find(text).is_some())
        };
        let found = |is_whole, has: &dyn Fn(&[u8]) -> bool| {
            let at = response.place(has)?;
            Some(Echo { at, is_whole })
        };
        found(true, &whole).or_else(|| found(false, &part))
    }
}

fn is_distinctive(piece: &str) -> bool {
    let mut different: Vec<_> = piece.bytes().collect();
    different.sort_unstable();
    different.dedup();
    different.len() >= MIN_DISTINCT
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine};

    use super::*;
    use crate::finding::json;

    const SECRET: &str = "Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe";

    /// Where a body repeats the key of an `Authorization` header.
    fn echo(authorization: &str, body: &str) -> Option<Echo> {
        let authorization = HeaderValue::try_from(authorization).unwrap();
        let parts = Parts {
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
            json: &json(body.as_bytes()),
        };
        EchoDetector::default().echo(key_of(Some(&authorization))?, &parts)
    }

    fn repeats(authorization: &str, body: &str) -> bool {
        echo(authorization, body).is_some()
    }

    #[test]
    fn names_the_place_of_a_key_and_whether_it_is_whole() {
        let bearer = format!("Bearer lnc_test_{SECRET}");
        for (body, at, is_whole) in [
            (
                json!({"debug": {"keys": ["", &bearer]}}).to_string(),
                "$.debug.keys[1]",
                true,
            ),
            (json!({"a": SECRET, "b": &bearer}).to_string(), "$.b", true),
            (json!({ &bearer: 1 }).to_string(), "$", true),
            (json!({"debug": SECRET}).to_string(), "$.debug", false),
            (
                json!({"a": &bearer}).to_string().replace('Q', r"\u0051"),
                "$.a",
                true,
            ),
            (format!("<p>{bearer}"), "body", true),
        ] {
            let at = at.to_owned();
            assert_eq!(echo(&bearer, &body), Some(Echo { at, is_whole }), "{body}");
        }
    }

    #[test]
    fn only_a_whole_key_in_a_response_is_documented_and_it_outweighs_a_part() {
        let bearer = HeaderValue::try_from(format!("Bearer lnc_test_{SECRET}")).unwrap();
        let echoes = EchoDetector::default();
        let evidence = || match echoes.outcome() {
            Err(NotPassed::Violated(violation)) => violation.evidence,
            other => panic!("{other:?}"),
        };
        echoes.note_body(Some(&bearer), SECRET.as_bytes());
        assert_eq!(evidence(), None);
        echoes.note_body(Some(&bearer), format!("lnc_test_{SECRET}").as_bytes());
        echoes.note_body(Some(&bearer), SECRET.as_bytes());
        assert_eq!(evidence(), Some(Evidence::Documented));
    }

    #[test]
    fn finds_whole_partial_and_encoded_keys_but_not_masked_ones() {
        let bearer = format!("Bearer lnc_test_{SECRET}");
        for body in [
            format!("unknown key {SECRET}"),
            format!("ends with {}", &SECRET[17..]),
            hex::encode(SECRET),
            BASE64_STANDARD.encode(&bearer),
        ] {
            assert!(repeats(&bearer, &body), "{body}");
        }
        for body in ["", "lnc_test_Q7nV…0yAe", "Q7nV2kD"] {
            assert!(!repeats(&bearer, body), "{body}");
        }
        assert!(!repeats("Bearer x", "Bearer x"));
        let plain = "Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert!(!repeats(plain, "xxxxxxxxxxxxxxxx"));
    }

    #[test]
    fn finds_keys_in_headers() {
        let authorization = HeaderValue::try_from(format!("Token lnc_test_{SECRET}")).unwrap();
        let place = |headers: &HeaderMap| {
            let parts = Parts {
                headers,
                body: b"",
                json: &Value::Null,
            };
            let key = key_of(Some(&authorization)).unwrap();
            EchoDetector::default()
                .echo(key, &parts)
                .map(|echo| echo.at)
        };
        let mut headers = HeaderMap::new();
        assert_eq!(place(&headers), None);
        headers.insert("x-user", SECRET.parse().unwrap());
        assert_eq!(place(&headers).as_deref(), Some("header x-user"));
        let none = EchoDetector::default().outcome();
        assert!(matches!(none, Err(NotPassed::Skipped(_))), "{none:?}");
    }
}
