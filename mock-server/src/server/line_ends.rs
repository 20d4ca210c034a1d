//! Rejects heads whose lines end with LF alone.
//!
//! The HTTP library accepts such lines, as RFC 9112 §2.2 permits. A proxy before the server may not, and then the
//! two see different requests. The parser has no setting for this, but it rejects a NUL anywhere in a complete
//! head.

use memchr::memchr;

/// Tracks received bytes that belong to HTTP/1 heads.
#[derive(Debug, Default)]
pub(super) struct LineEnds {
    /// Whether a head has begun and not ended.
    in_head: bool,
    /// Length of the current line so far.
    line: usize,
    /// Whether the head has a line that is not empty.
    begun: bool,
    /// Whether the last byte was a CR.
    after_cr: bool,
    /// How much of the HTTP/2 preface has been received; `None` once other bytes were.
    preface: Option<usize>,
}

/// The start of every HTTP/2 connection, and of no HTTP/1 request.
const PREFACE: &[u8] = b"PRI * HTTP/2";

impl LineEnds {
    /// The state of a new connection.
    pub(super) fn new() -> Self {
        Self {
            preface: Some(0),
            ..Self::default()
        }
    }

    /// Whether the connection began with the HTTP/2 preface.
    pub(super) fn is_http2(&self) -> bool {
        self.preface == Some(PREFACE.len())
    }

    /// Replaces an LF that ends a line alone by NUL, and returns whether there was one. `new`: no request is in
    /// progress, so these bytes begin a head.
    pub(super) fn check(&mut self, mut bytes: &mut [u8], new: bool) -> bool {
        let mut spoiled = false;
        if let Some(seen) = self.preface {
            let common = bytes.iter().zip(&PREFACE[seen..]);
            let same = common.take_while(|(byte, wanted)| byte == wanted).count();
            let whole = seen + same == PREFACE.len();
            self.preface = (whole || same == bytes.len()).then_some(seen + same);
            if whole {
                return false;
            }
        }
        if new && !self.in_head {
            (self.in_head, self.begun, self.line) = (true, false, 0);
        }
        while self.in_head {
            let Some(end) = memchr(b'\n', bytes) else {
                self.line += bytes.len();
                self.after_cr = bytes.last().map_or(self.after_cr, |last| *last == b'\r');
                break;
            };
            let after_cr = match end {
                0 => self.after_cr,
                end => bytes[end - 1] == b'\r',
            };
            if !after_cr {
                bytes[end] = 0;
                spoiled = true;
            }
            // Empty lines before the first line of a head are accepted.
            let is_empty = self.line + end <= 1;
            self.in_head = !(is_empty && self.begun);
            self.begun |= !is_empty;
            (self.line, self.after_cr) = (0, false);
            bytes = &mut bytes[end + 1..];
        }
        spoiled
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bytes that the library receives if they arrive in parts of this size.
    fn seen(bytes: &[u8], size: usize) -> Vec<u8> {
        let mut ends = LineEnds::new();
        let parts = bytes.chunks(size).map(<[u8]>::to_vec);
        let checked = parts.flat_map(|mut part| {
            ends.check(&mut part, true);
            part
        });
        checked.collect()
    }

    proptest! {
        #[test]
        fn a_line_ends_with_both_however_the_bytes_come(size in 1..40_usize) {
            let fine = b"\r\nGET / HTTP/1.1\r\na: b\r\n\r\n";
            prop_assert_eq!(&seen(fine, size), fine);
            for (wrong, spoiled) in [
                (&b"GET / HTTP/1.1\na: b\r\n\r\n"[..], &b"GET / HTTP/1.1\0a: b\r\n\r\n"[..]),
                (b"GET / HTTP/1.1\r\na: b\n\r\n", b"GET / HTTP/1.1\r\na: b\0\r\n"),
                (b"GET / HTTP/1.1\r\na: b\r\n\n", b"GET / HTTP/1.1\r\na: b\r\n\0"),
                (b"\nGET / HTTP/1.1\r\n\r\n", b"\0GET / HTTP/1.1\r\n\r\n"),
            ] {
                prop_assert_eq!(&seen(wrong, size)[..spoiled.len()], spoiled);
            }
        }

        #[test]
        fn what_is_no_head_is_left_alone(size in 1..60_usize) {
            let http2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x0a\n\n\n";
            prop_assert_eq!(&seen(http2, size), http2);
        }
    }

    #[test]
    fn a_body_is_left_alone() {
        let mut ends = LineEnds::new();
        let mut bytes = *b"POST / HTTP/1.1\r\n\r\n{\n}";
        ends.check(&mut bytes, true);
        assert_eq!(&bytes, b"POST / HTTP/1.1\r\n\r\n{\n}");
        let mut more = *b"\n";
        ends.check(&mut more, false);
        assert_eq!(&more, b"\n");
    }
}
