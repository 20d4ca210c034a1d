//! Notices live keys, wherever in a request they are: a client that sends one in the wrong place has leaked it, too.

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, Uri, header};
use memchr::memmem::Finder;
use percent_encoding::percent_decode_str;
use schemas::key::{Environment, SECRET_LENGTH};

use crate::app::App;

static PREFIX: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new(Environment::Live.prefix()));

/// Counts a request that has a live key in its path, its query or a header, for the dashboard and the metrics, and warns.
pub(super) fn notice(app: &App, uri: &Uri, headers: &HeaderMap) {
    if is_in_target(uri) || is_in_headers(headers) {
        report(app);
    }
}

/// The same for headers alone.
pub(crate) fn notice_in(app: &App, headers: &HeaderMap) {
    if is_in_headers(headers) {
        report(app);
    }
}

fn report(app: &App) {
    app.metrics.count_live_key();
    tracing::warn!(
        "a LIVE key was sent to this sandbox; it was neither used nor kept. Find the program that uses it, and consider \
         rotating the key"
    );
}

fn is_in_target(uri: &Uri) -> bool {
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    if !target.contains('%') {
        return is_in(target.as_bytes());
    }
    is_in(&percent_decode_str(target).collect::<Vec<_>>())
}

fn is_in_headers(headers: &HeaderMap) -> bool {
    let is_plain = headers.values().any(|value| is_in(value.as_bytes()));
    is_plain
        || headers
            .get_all(header::AUTHORIZATION)
            .iter()
            .any(|value| is_in_basic(value.as_bytes()))
}

/// Whether a key is the user or the password of HTTP authentication.
fn is_in_basic(value: &[u8]) -> bool {
    let Some((scheme, encoded)) = value.split_at_checked(b"basic ".len()) else {
        return false;
    };
    scheme.eq_ignore_ascii_case(b"basic ")
        && BASE64_STANDARD
            .decode(encoded.trim_ascii())
            .is_ok_and(|decoded| is_in(&decoded))
}

/// Whether a text contains a whole live key.
fn is_in(text: &[u8]) -> bool {
    PREFIX.find_iter(text).any(|at| {
        let secret = &text[at + PREFIX.needle().len()..];
        let secret = secret.get(..SECRET_LENGTH);
        secret.is_some_and(|secret| secret.iter().all(u8::is_ascii_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const LIVE: &str = "lnc_live_Abcdefghijklmnopqrstuvwxyz012345";

    fn in_header(name: &'static str, value: &str) -> bool {
        let value = HeaderValue::from_str(value).unwrap();
        is_in_headers(&HeaderMap::from_iter([(
            header::HeaderName::from_static(name),
            value,
        )]))
    }

    #[test]
    fn finds_a_live_key_wherever_it_is() {
        for (name, value) in [
            ("authorization", format!("Bearer {LIVE}")),
            ("authorization", LIVE.to_owned()),
            (
                "authorization",
                format!("Basic {}", BASE64_STANDARD.encode(format!("{LIVE}:"))),
            ),
            (
                "authorization",
                format!("basic {}", BASE64_STANDARD.encode(format!("me:{LIVE}"))),
            ),
            ("x-api-key", LIVE.to_owned()),
            ("cookie", format!("a=b; key={LIVE}")),
        ] {
            assert!(in_header(name, &value), "{name}: {value}");
        }
        for target in ["?api_key=", "?a=%20&k=", "/"] {
            let uri = format!("/api/v1/orders{target}{LIVE}").parse().unwrap();
            assert!(is_in_target(&uri), "{uri}");
        }
        let encoded = format!("/?k={}", LIVE.replacen('l', "%6C", 1))
            .parse()
            .unwrap();
        assert!(is_in_target(&encoded));
    }

    #[test]
    fn finds_no_live_key_where_there_is_none() {
        let test = LIVE.replace("live", "test");
        for value in [
            &test,
            "lnc_live_",
            &LIVE[..40],
            "Basic",
            "Basic !",
            "Basi\u{e4}c bG5j",
        ] {
            assert!(!in_header("authorization", value), "{value}");
        }
        assert!(!is_in_target(
            &format!("/?q=lnc_live_&key={test}").parse().unwrap()
        ));
    }
}
