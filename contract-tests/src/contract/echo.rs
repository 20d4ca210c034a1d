//! Detects responses that repeat the key of their request.

use std::{collections::HashMap, sync::Arc};

use http::{HeaderMap, HeaderValue};
use memchr::memmem::Finder;
use parking_lot::Mutex;
use schemas::key::ApiKey;
use serde_json::json;

use crate::finding::{Exchange, NotPassed, Outcome, Violation, redaction::spellings};

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
    /// The texts to search for, by secret.
    needles: HashMap<Box<str>, Arc<[Finder<'static>]>>,
    /// The number of responses to requests with a key.
    read: usize,
    first: Option<Violation>,
}

impl EchoDetector {
    /// Searches a response; keeps the first violation.
    pub(crate) fn note(&self, exchange: &Exchange) {
        let key = exchange.authorization();
        let Some(repeats) = self.repeats(key, &exchange.headers, &exchange.body) else {
            return;
        };
        let violation = repeats.then(|| violation(Some(exchange)));
        self.record(violation);
    }

    /// Searches a body that was received on its own connection.
    pub(crate) fn note_body(&self, key: Option<&HeaderValue>, body: &[u8]) {
        if let Some(repeats) = self.repeats(key, &HeaderMap::new(), body) {
            self.record(repeats.then(|| violation(None)));
        }
    }

    /// Whether no response repeats its key; skipped if no request had one.
    pub(crate) fn outcome(&self) -> Outcome {
        let state = self.0.lock();
        match &state.first {
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
        state.first = state.first.take().or(violation);
    }

    /// Whether a response repeats the key of its request; `None` if the request had no key.
    fn repeats(
        &self,
        authorization: Option<&HeaderValue>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<bool> {
        let (_, key) = authorization?.to_str().ok()?.rsplit_once(' ')?;
        let (_, secret) = ApiKey::split(key).ok()?;
        let needles = self.needles(secret);
        let has = |text: &[u8]| {
            let mut needles = needles.iter();
            needles.any(|needle| needle.find(text).is_some())
        };
        Some(has(body) || headers.values().any(|value| has(value.as_bytes())))
    }

    fn needles(&self, secret: &str) -> Arc<[Finder<'static>]> {
        let mut state = self.0.lock();
        let state = &mut state.needles;
        if let Some(needles) = state.get(secret) {
            return Arc::clone(needles);
        }
        let needles: Arc<[Finder<'_>]> = needles(secret).into();
        if state.len() < MAX_KEPT {
            state.insert(secret.into(), Arc::clone(&needles));
        }
        needles
    }
}

fn violation(exchange: Option<&Exchange>) -> Violation {
    Violation {
        message: "the response repeats the key of its request".to_owned(),
        at: "response".to_owned(),
        expected: json!("no key in it"),
        actual: json!("the key, or a part of it"),
        exchange: exchange.map(Into::into),
        ..Violation::default()
    }
}

/// Pieces of a secret, and the encodings of the whole.
fn needles(secret: &str) -> Vec<Finder<'static>> {
    let pieces = secret.as_bytes().chunks_exact(PIECE);
    pieces
        .map(|piece| String::from_utf8_lossy(piece).into_owned())
        .filter(|piece| is_distinctive(piece))
        .chain(spellings(secret))
        .map(|needle| Finder::new(&needle).into_owned())
        .collect()
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

    const SECRET: &str = "Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe";

    fn repeats(authorization: &str, body: &str) -> Option<bool> {
        let authorization = HeaderValue::try_from(authorization).unwrap();
        let echoes = EchoDetector::default();
        echoes.repeats(Some(&authorization), &HeaderMap::new(), body.as_bytes())
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
            assert_eq!(repeats(&bearer, &body), Some(true), "{body}");
        }
        for body in ["", "lnc_test_Q7nV…0yAe", "Q7nV2kD"] {
            assert_eq!(repeats(&bearer, body), Some(false), "{body}");
        }
        assert_eq!(repeats("Bearer x", "Bearer x"), None);
        let plain = "Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert_eq!(repeats(plain, "xxxxxxxxxxxxxxxx"), Some(false));
    }

    #[test]
    fn finds_keys_in_headers() {
        let authorization = HeaderValue::try_from(format!("Token lnc_test_{SECRET}")).unwrap();
        let mut headers = HeaderMap::new();
        let echoes = EchoDetector::default();
        let repeats = |headers: &HeaderMap| echoes.repeats(Some(&authorization), headers, b"");
        assert_eq!(repeats(&headers), Some(false));
        headers.insert("x-user", SECRET.parse().unwrap());
        assert_eq!(repeats(&headers), Some(true));
        let none = EchoDetector::default().outcome();
        assert!(matches!(none, Err(NotPassed::Skipped(_))), "{none:?}");
    }
}
