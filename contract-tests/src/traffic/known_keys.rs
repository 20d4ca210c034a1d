//! The keys of requests, which the report must not contain. A server may repeat them, in whole or in part.

use std::collections::HashSet;

use super::budget::KEYS;
use crate::finding::count;

/// Maximum number of keys.
const MAX_KEYS: usize = 1_000;
/// The same in texts.
const MAX_KEYS_TEXT: &str = "1,000";
/// Maximum size of all keys in bytes, and how much memory it takes to hide one byte: all pieces of a key are known in many
/// spellings.
const MAX_BYTES: usize = (KEYS << 20) / PER_BYTE;
const PER_BYTE: usize = 200;

/// The keys so far.
#[derive(Debug, Default)]
pub(super) struct KnownKeys {
    keys: HashSet<String>,
    /// Their size in bytes.
    bytes: usize,
    /// Number of requests whose key is not known.
    pub(super) left_out: usize,
}

/// The result of adding a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Added {
    /// An earlier request had it.
    Already,
    /// It is the first request with this key.
    New,
    /// There are too many keys, so the request must not be judged.
    Rejected,
}

impl KnownKeys {
    /// Adds the key of a request.
    pub(super) fn add(&mut self, key: &str) -> Added {
        if self.keys.contains(key) {
            return Added::Already;
        }
        if self.keys.len() == MAX_KEYS || self.bytes + key.len() > MAX_BYTES {
            self.left_out += 1;
            return Added::Rejected;
        }
        self.bytes += key.len();
        self.keys.insert(key.to_owned());
        Added::New
    }

    /// Whether there was a key that is not known. A server may repeat it in any later response, so nothing more may be judged.
    pub(super) fn is_exceeded(&self) -> bool {
        self.left_out > 0
    }

    /// Records a request that is not judged.
    pub(super) fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// All keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// What to report about requests that were not judged.
    pub(super) fn warning(&self) -> Option<String> {
        (self.left_out > 0).then(|| {
            let requests = count(self.left_out, "request");
            format!(
                "{requests} not judged: the report can hide {MAX_KEYS_TEXT} keys and tokens of {} KiB in all, and there are more",
                MAX_BYTES >> 10
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use docs::generated::assert_says;

    use super::*;

    #[test]
    fn book_has_the_limit() {
        assert_eq!(MAX_KEYS_TEXT.replace(',', ""), MAX_KEYS.to_string());
        let limit = format!(
            "at most {MAX_KEYS_TEXT} keys and tokens, of {} KiB in total.",
            MAX_BYTES >> 10
        );
        assert_says("how-to/judge-traffic.md", &limit);
    }

    #[test]
    fn keys_are_limited_in_number_and_size() {
        let mut keys = KnownKeys::default();
        for number in 0..MAX_KEYS {
            assert_eq!(keys.add(&number.to_string()), Added::New);
        }
        assert_eq!(keys.warning(), None);
        assert_eq!(
            (keys.add("0"), keys.add("more")),
            (Added::Already, Added::Rejected)
        );
        assert!(
            keys.warning()
                .unwrap()
                .starts_with("1 request not judged: ")
        );

        let mut keys = KnownKeys::default();
        assert_eq!(keys.add(&"x".repeat(MAX_BYTES)), Added::New);
        assert_eq!(keys.add("more"), Added::Rejected);
    }
}
