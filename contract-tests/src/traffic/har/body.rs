//! Whether a body that is missing in an archive was omitted or empty. Tools record both the same way: browsers if they dropped
//! a body or withheld it from the page, Playwright if it was configured to omit bodies, others if they redact them.

use crate::traffic::{masks::restored, recorded::Header};

/// What an archive states about a body besides the body itself.
#[derive(Debug, Default)]
pub(super) struct BodyHints {
    /// `Content-Length`, if the body is empty or has no content coding.
    length: Option<u64>,
    /// Whether it has a content coding.
    is_encoded: bool,
    /// `bodySize`; -1 if unknown.
    pub(super) size: Option<i64>,
    /// Whether that is 0 only if the body was empty: other tools than the sandbox also write 0 for a body that they lack.
    pub(super) is_size_exact: bool,
    /// `content.size`, of the decoded body.
    pub(super) decoded_size: Option<i64>,
    /// Whether the status allows no body.
    pub(super) is_bodiless: bool,
    /// What the recorder did to it.
    pub(super) change: Change,
}

/// What the sandbox does to a body before it records it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Change {
    /// Nothing.
    #[default]
    None,
    /// It masks credentials, so the body is not as long as it was.
    Masked,
    /// It cuts a long body.
    Cut,
}

impl BodyHints {
    /// Reads the hints from the headers.
    pub(super) fn from_headers(headers: Option<&[Header]>) -> Self {
        let named = |name: &str| {
            let mut headers = headers.into_iter().flatten();
            let known = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
            known.map(|(_, value)| value.trim())
        };
        let coding = named("content-encoding");
        Self {
            length: named("content-length").and_then(|length| length.parse().ok()),
            is_encoded: coding.is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")),
            ..Self::default()
        }
    }

    /// The body, if the archive contains all of it.
    pub(super) fn body(&self, recorded: Option<Vec<u8>>) -> Option<Vec<u8>> {
        match (self.change, recorded) {
            (Change::Cut, _) => None,
            (Change::Masked, Some(body)) => Some(restored(body)),
            (_, Some(body)) if !body.is_empty() => {
                (body.len() as u64 >= self.min_length()).then_some(body)
            }
            (_, recorded) => self.was_empty(recorded.is_some()).then(Vec::new),
        }
    }

    /// The minimum length of a body that the recorder did not truncate.
    fn min_length(&self) -> u64 {
        let length = self.length.filter(|_| !self.is_encoded);
        let decoded = self.decoded_size.and_then(|size| size.try_into().ok());
        length.max(decoded).unwrap_or_default()
    }

    /// Whether the body was empty. `is_written`: the archive contains an empty text.
    fn was_empty(&self, is_written: bool) -> bool {
        let is_size = self.size == Some(0) && self.decoded_size.unwrap_or_default() <= 0;
        match self.length {
            Some(length) => length == 0,
            None => self.is_bodiless || (is_size && (is_written || self.is_size_exact)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(length: &str, size: i64, decoded_size: i64) -> BodyHints {
        let headers = [("Content-Length".to_owned(), length.to_owned())];
        BodyHints {
            size: Some(size),
            decoded_size: Some(decoded_size),
            ..BodyHints::from_headers(Some(&headers))
        }
    }

    #[test]
    fn empty_text_is_a_body_only_if_something_else_says_so() {
        let (empty, absent) = (Some(Vec::new()), None);
        let kept = |hints: &BodyHints| [empty.clone(), absent.clone()].map(|body| hints.body(body));
        // The server states the length; the sizes are those that the tool has kept.
        assert_eq!(kept(&hints("764", 0, 0)), [None, None]);
        assert_eq!(kept(&hints("0", -1, -1)), [empty.clone(), empty.clone()]);
        // Without a length, a size of 0 is that of the body only if the archive has a body.
        assert_eq!(kept(&hints("", 0, 0)), [empty.clone(), None]);
        assert_eq!(kept(&hints("", 0, 764)), [None, None]);
        assert_eq!(kept(&hints("", -1, 0)), [None, None]);
        assert_eq!(kept(&BodyHints::default()), [None, None]);
        let of_sandbox = |size| BodyHints {
            is_size_exact: true,
            ..hints("", size, 0)
        };
        assert_eq!(kept(&of_sandbox(0)), [empty.clone(), empty.clone()]);
        assert_eq!(kept(&of_sandbox(-1)), [None, None]);
        let is_bodiless = true;
        let bodiless = BodyHints {
            is_bodiless,
            ..BodyHints::default()
        };
        assert_eq!(kept(&bodiless), [empty.clone(), empty.clone()]);
    }

    #[test]
    fn shorter_body_than_declared_is_truncated() {
        let body = |hints: BodyHints| hints.body(Some(b"{}".to_vec())).is_some();
        assert!(body(hints("2", 2, 2)) && body(hints("", -1, -1)));
        assert!(!body(hints("3", 2, 2)), "by its length");
        assert!(!body(hints("", -1, 3)), "by its size");
        let headers = ["gzip", "64"].map(str::to_owned);
        let [coding, length] = headers;
        let encoded = [
            ("content-encoding".into(), coding),
            ("content-length".into(), length),
        ];
        assert!(
            body(BodyHints::from_headers(Some(&encoded))),
            "the length is of the encoded one"
        );
    }
}
