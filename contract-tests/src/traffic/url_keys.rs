//! Keys in URLs. A request with its key in the URL often has no other, so all URLs are searched for the keys of all requests,
//! and for whatever has the format of a key.

use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode;
use schemas::key::{ApiKey, Environment};

use super::{
    budget::URLS, recorded::RecordedExchange, requests::RuleViolation, rules::RuleVerdict,
};
use crate::clients::rules::{KEY_PART, key_parts};

/// The rule.
pub(super) const ID: &str = "CLI-AUTH-3";
/// What exercises it: less than a mask could be in a URL.
pub(super) const EXERCISED_BY: &str = "a request whose key was recorded in full, not masked";

/// Maximum size of all stored URLs in bytes, and the size of each besides its text and its place, in a map that grows.
const MAX_STORED: usize = URLS << 20;
const PER_URL: usize = 256;

/// The URLs of a recording, and the keys to search them for.
#[derive(Debug, Default)]
pub(super) struct UrlKeys {
    /// Each URL, and where it was first seen.
    urls: HashMap<String, Seen>,
    /// Their size in bytes.
    size: usize,
    /// Whether URLs were left out beyond the limit.
    is_incomplete: bool,
    /// The parts of all keys.
    parts: HashSet<[u8; KEY_PART]>,
}

/// Where a URL was first seen.
#[derive(Debug)]
struct Seen {
    /// The number of URLs before it.
    number: usize,
    what: &'static str,
    place: String,
}

impl UrlKeys {
    /// Adds a key, if it was recorded in full.
    pub(super) fn note_key(&mut self, key: &str) {
        if ApiKey::parse(key).is_ok() {
            self.parts.extend(key_parts(key));
        }
    }

    /// Records that there is a key that URLs are not searched for.
    pub(super) fn note_unknown_key(&mut self) {
        self.is_incomplete = true;
    }

    /// Adds the URLs that a request sends.
    pub(super) fn note(&mut self, exchange: &RecordedExchange) {
        let url = [(exchange.url.as_str(), "the URL of a request")];
        let referers = exchange.request.all("referer");
        let referers = referers.map(|referer| (referer, "a Referer header"));
        for (url, what) in url.into_iter().chain(referers) {
            if self.urls.contains_key(url) {
                continue;
            }
            let place = exchange.place.clone();
            self.size += PER_URL + url.len() + place.len();
            if self.size > MAX_STORED {
                self.is_incomplete = true;
                return;
            }
            let number = self.urls.len();
            let seen = Seen {
                number,
                what,
                place,
            };
            self.urls.insert(url.to_owned(), seen);
        }
    }

    /// The result of the rule, if it was exercised.
    pub(super) fn judge(self) -> Option<RuleVerdict> {
        let leaks = self.urls.iter().filter(|(url, _)| self.is_leak(url));
        let first = leaks.map(|(_, seen)| seen).min_by_key(|seen| seen.number);
        if first.is_none() && (self.parts.is_empty() || self.is_incomplete) {
            return None;
        }
        let broken = first.map(|Seen { what, place, .. }| {
            RuleViolation::new(ID, "calls", format!("a key is in {what}: {place}"))
        });
        Some(RuleVerdict { id: ID, broken })
    }

    /// Whether a URL contains a key, or a part of a known one, also percent-encoded or in base64.
    fn is_leak(&self, url: &str) -> bool {
        let decoded: Vec<u8> = percent_decode(url.as_bytes()).collect();
        [url.as_bytes(), &decoded].into_iter().any(|text| {
            let mut windows = text.windows(KEY_PART);
            windows.any(|window| self.parts.contains(window)) || contains_a_key(text)
        })
    }
}

/// Whether a text contains what has the format of a key.
fn contains_a_key(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    [Environment::Live, Environment::Test]
        .iter()
        .any(|environment| {
            let prefix = environment.prefix();
            text.match_indices(prefix).any(|(start, _)| {
                let rest = &text[start + prefix.len()..];
                let end = rest.find(|character: char| !character.is_ascii_alphanumeric());
                let key = &text[start..start + prefix.len() + end.unwrap_or(rest.len())];
                ApiKey::parse(key).is_ok()
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6demo01";

    fn request(target: &str) -> RecordedExchange {
        let url = format!("http://localhost/api/v1/orders{target}");
        RecordedExchange::new("GET", url.parse().unwrap())
    }

    fn judged(keys: &[&str], requests: &[RecordedExchange]) -> Option<bool> {
        let mut url_keys = UrlKeys::default();
        for request in requests {
            url_keys.note(request);
        }
        for key in keys {
            url_keys.note_key(key);
        }
        url_keys.judge().map(|verdict| verdict.broken.is_none())
    }

    #[test]
    fn finds_a_key_in_the_url_of_another_request() {
        assert_eq!(judged(&[KEY], &[request("?limit=1")]), Some(true));
        for target in [
            format!("?api_key={KEY}"),
            format!("?api_key={}", &KEY[15..]),
            format!("?api_key={}", KEY.replace('m', "%6D")),
        ] {
            let requests = [request(""), request(&target)];
            assert_eq!(judged(&[KEY], &requests), Some(false), "{target}");
        }
        let mut referer = request("");
        let header = ("Referer".to_owned(), format!("http://localhost/?k={KEY}"));
        referer.request.headers = Some(vec![header]);
        assert_eq!(judged(&[KEY], &[referer]), Some(false));
    }

    #[test]
    fn finds_a_key_that_no_header_has() {
        assert_eq!(judged(&[], &[request(&format!("?k={KEY}"))]), Some(false));
        for harmless in ["", "?k=lnc_test_short", "?k=lnc_test_A3mK…mo01"] {
            assert_eq!(judged(&[], &[request(harmless)]), None, "{harmless}");
        }
        assert_eq!(judged(&["admin@demo01"], &[request("")]), None);
    }

    #[test]
    fn does_not_pass_if_urls_are_missing() {
        let mut url_keys = UrlKeys {
            size: MAX_STORED,
            ..UrlKeys::default()
        };
        url_keys.note_key(KEY);
        url_keys.note(&request(""));
        assert!(url_keys.judge().is_none());
    }
}
