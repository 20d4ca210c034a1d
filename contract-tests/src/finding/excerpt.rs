//! The parts of its exchange and its values that a violation keeps: as much as a report shows. A run has hundreds of
//! violations, and a server may send megabytes.

use std::{
    io::{self, Write},
    ops::Deref,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;

use super::Exchange;

/// Maximum number of bytes of a body. Reports show fewer, but read more: a secret is longer than its mask.
const MAX_BODY: usize = 32 * 1024;
/// Maximum number of bytes of a header, and of all headers.
const MAX_HEADER: usize = 4 * 1024;
const MAX_HEADERS: usize = 16 * 1024;
/// Maximum number of bytes of a text.
pub(super) const MAX_TEXT: usize = 8 * 1024;

/// An exchange without the end of a long body, without the end of long headers, and without the parsed JSON.
#[derive(Clone, Debug)]
pub struct ExchangeExcerpt(Exchange);

impl ExchangeExcerpt {
    /// Whether it is from this exchange.
    pub(crate) fn is_of(&self, exchange: &Exchange) -> bool {
        let Self(own) = self;
        (&own.url, own.took) == (&exchange.url, exchange.took)
            && own.headers == truncated(&exchange.headers)
    }
}

impl Deref for ExchangeExcerpt {
    type Target = Exchange;

    fn deref(&self) -> &Exchange {
        &self.0
    }
}

impl From<&Exchange> for ExchangeExcerpt {
    fn from(exchange: &Exchange) -> Self {
        let body = &exchange.body[..exchange.body.len().min(MAX_BODY)];
        Self(Exchange {
            request: exchange.request.clone(),
            url: exchange.url.clone(),
            status: exchange.status,
            headers: truncated(&exchange.headers),
            body: Bytes::copy_from_slice(body),
            json: Value::Null,
            took: exchange.took,
            memory: None,
        })
    }
}

fn truncated(headers: &HeaderMap) -> HeaderMap {
    let mut left = MAX_HEADERS;
    let short = headers.iter().map_while(|(name, value)| {
        let value = &value.as_bytes()[..value.len().min(MAX_HEADER)];
        left = left.checked_sub(name.as_str().len() + value.len())?;
        Some((name.clone(), HeaderValue::from_bytes(value).ok()?))
    });
    short.collect()
}

/// Cuts a long text.
pub(super) fn shorten(text: &mut String) {
    if text.len() > MAX_TEXT {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        text.shrink_to_fit();
        text.push('…');
    }
}

/// Replaces a value with the beginning of its text if that text is long; then returns the length of the whole in bytes.
pub(super) fn shorten_value(value: &mut Value) -> Option<usize> {
    let mut text = Beginning::default();
    serde_json::to_writer(&mut text, value).ok()?;
    if text.length <= MAX_TEXT {
        return None;
    }
    *value = String::from_utf8_lossy(&text.kept).into();
    Some(text.length)
}

/// Keeps the beginning of the written bytes.
#[derive(Default)]
struct Beginning {
    kept: Vec<u8>,
    length: usize,
}

impl Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = MAX_TEXT.saturating_sub(self.length).min(bytes.len());
        self.kept.extend_from_slice(&bytes[..room]);
        self.length += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use http::{StatusCode, header};
    use schemas::OperationId;
    use serde_json::json;

    use super::*;
    use crate::finding::{NotPassed, Violation};

    #[test]
    fn violation_keeps_the_start_of_a_long_response() {
        let operation = OperationId::ListOrders.operation();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        let long = HeaderValue::try_from("a".repeat(100_000)).unwrap();
        for _ in 0..100 {
            headers.append(header::SET_COOKIE, long.clone());
        }
        let exchange = Exchange::recorded(
            operation,
            operation.method.clone(),
            "http://127.0.0.1/",
            StatusCode::OK,
            headers,
            Bytes::from("[1]".repeat(1_000_000)),
        );
        let excerpt = ExchangeExcerpt::from(&exchange);
        assert_eq!(excerpt.body, exchange.body[..MAX_BODY]);
        assert_eq!(excerpt.header(header::CONTENT_TYPE), Some("text/plain"));
        let bytes: usize = excerpt.headers.values().map(HeaderValue::len).sum();
        assert!((MAX_HEADER..=MAX_HEADERS).contains(&bytes), "{bytes}");
        assert!(excerpt.is_of(&exchange));
        let other = Exchange {
            headers: HeaderMap::new(),
            ..exchange
        };
        assert!(!excerpt.is_of(&other));
    }

    #[test]
    fn violation_keeps_the_start_and_the_length_of_a_long_value() {
        let violation = |actual| {
            let kept = NotPassed::from(Violation {
                message: "ä".repeat(1_000_000),
                at: "$".repeat(1_000_000),
                actual,
                ..Violation::default()
            });
            match kept {
                NotPassed::Violated(violation) => violation,
                other @ (NotPassed::Skipped(_) | NotPassed::Inconclusive(_)) => panic!("{other:?}"),
            }
        };
        let long = violation(json!(["äöü".repeat(1_000_000)]));
        assert_eq!(long.actual_bytes, Some(6_000_004));
        assert!(long.actual.as_str().unwrap().starts_with("[\"äöü"));
        for length in [
            long.message.len(),
            long.at.len(),
            long.actual.to_string().len(),
        ] {
            assert!(length < MAX_TEXT + 16, "{length}");
        }
        let short = violation(json!({"a": [1, null]}));
        assert_eq!(
            (&short.actual, short.actual_bytes),
            (&json!({"a": [1, null]}), None)
        );
    }
}
