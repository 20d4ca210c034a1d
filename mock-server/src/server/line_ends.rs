//! Rejects heads whose lines end with LF alone.
//!
//! The HTTP library accepts such lines, as RFC 9112 §2.2 permits. A proxy before the server may not, and then the
//! two see different requests. The parser has no setting for this, but it rejects a NUL anywhere in a complete
//! head. Requests can be sent without waiting for responses, so a head can follow a body in the same bytes: bodies
//! are counted, too.

use memchr::memchr;

/// Tracks received bytes, to know those of HTTP/1 heads.
#[derive(Debug, Default)]
pub(super) struct LineEnds {
    /// What the next bytes are.
    part: Part,
    /// Length of the current line so far.
    line: usize,
    /// The first bytes of the current line, if it began in earlier bytes.
    begin: Vec<u8>,
    /// Whether the last byte was a CR.
    after_cr: bool,
    /// How much of the HTTP/2 preface has been received; `None` once other bytes were.
    preface: Option<usize>,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Part {
    /// Unknown: of a body without a clear length, which the server rejects. It ends when its request ends.
    #[default]
    Unknown,
    /// A head, before its first line that is not empty.
    Start,
    /// A head with a body as its lines so far say.
    Head(Body),
    /// This many bytes of a body.
    Body(u64),
    /// The line with the size of a chunk.
    ChunkSize,
    /// A chunk, with the end of its line.
    Chunk(u64),
    /// The lines after the last chunk.
    Trailers,
}

/// The framing of a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Body {
    None,
    Length(u64),
    Chunked,
    Unclear,
}

/// The start of every HTTP/2 connection, and of no HTTP/1 request.
const PREFACE: &[u8] = b"PRI * HTTP/2";
/// Maximum number of bytes that are kept of a line: enough for all that frame a body.
const LINE: usize = 64;

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
            let is_complete = seen + same == PREFACE.len();
            self.preface = (is_complete || same == bytes.len()).then_some(seen + same);
            if is_complete {
                return false;
            }
        }
        if new && self.part == Part::Unknown {
            self.part = Part::Start;
        }
        while !bytes.is_empty() {
            let length = match self.part {
                Part::Unknown => break,
                Part::Body(left) => self.skip(left, bytes.len(), Part::Body, Part::Start),
                Part::Chunk(left) => self.skip(left, bytes.len(), Part::Chunk, Part::ChunkSize),
                Part::Start | Part::Head(_) | Part::ChunkSize | Part::Trailers => {
                    self.line(bytes, &mut spoiled)
                }
            };
            bytes = &mut bytes[length..];
        }
        spoiled
    }

    /// Skips bytes that are no lines; returns their number.
    fn skip(&mut self, left: u64, there: usize, part: fn(u64) -> Part, next: Part) -> usize {
        let skipped = usize::try_from(left).map_or(there, |left| left.min(there));
        let left = left - skipped as u64;
        self.part = if left == 0 { next } else { part(left) };
        skipped
    }

    /// Reads a line, or its part in these bytes; returns its length.
    fn line(&mut self, bytes: &mut [u8], spoiled: &mut bool) -> usize {
        let end = memchr(b'\n', bytes);
        let line = &bytes[..end.unwrap_or(bytes.len())];
        self.after_cr = line.last().map_or(self.after_cr, |last| *last == b'\r');
        let Some(end) = end else {
            self.keep(bytes);
            return bytes.len();
        };
        let is_empty = self.line + end <= 1;
        if self.begin.is_empty() {
            self.part = self.part.after(line, is_empty);
        } else {
            self.keep(line);
            self.part = self.part.after(&self.begin, is_empty);
            self.begin.clear();
        }
        if !self.after_cr {
            bytes[end] = 0;
            *spoiled = true;
        }
        (self.line, self.after_cr) = (0, false);
        end + 1
    }

    /// Keeps the beginning of a line.
    fn keep(&mut self, bytes: &[u8]) {
        let room = LINE - self.begin.len();
        self.begin
            .extend_from_slice(&bytes[..room.min(bytes.len())]);
        self.line += bytes.len();
    }
}

impl Part {
    /// What follows a line.
    fn after(self, line: &[u8], is_empty: bool) -> Self {
        match self {
            // Empty lines before the first line of a head are accepted.
            Self::Start | Self::Trailers if is_empty => Self::Start,
            Self::Start => Self::Head(Body::None),
            Self::Head(body) if !is_empty => Self::Head(body.with(line)),
            Self::Head(Body::None | Body::Length(0)) => Self::Start,
            Self::Head(Body::Length(length)) => Self::Body(length),
            Self::Head(Body::Chunked) => Self::ChunkSize,
            Self::Head(Body::Unclear) => Self::Unknown,
            Self::ChunkSize => match chunk_size(line) {
                Some(0) => Self::Trailers,
                Some(size) => Self::Chunk(size + 2),
                None => Self::Unknown,
            },
            Self::Trailers | Self::Unknown | Self::Body(_) | Self::Chunk(_) => self,
        }
    }
}

impl Body {
    /// The framing with one more line of the head.
    fn with(self, line: &[u8]) -> Self {
        let value = |name: &[u8]| {
            let (start, value) = line.split_at_checked(name.len())?;
            start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
        };
        let said = if let Some(length) = value(b"content-length:") {
            number(length, 10).map_or(Self::Unclear, Self::Length)
        } else if let Some(coding) = value(b"transfer-encoding:") {
            if coding.eq_ignore_ascii_case(b"chunked") {
                Self::Chunked
            } else {
                Self::Unclear
            }
        } else {
            return self;
        };
        if self == Self::None {
            said
        } else {
            Self::Unclear
        }
    }
}

/// The size of a chunk, without extensions.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let size = line.split(|byte| *byte == b';').next()?;
    // The end of its line is counted, too.
    number(size.trim_ascii(), 16).filter(|size| *size < u64::MAX - 2)
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let digits = str::from_utf8(digits).ok()?;
    u64::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bytes that the library receives if they arrive in parts of this size, during one request that begins with
    /// the first part.
    fn seen(bytes: &[u8], size: usize) -> Vec<u8> {
        let mut ends = LineEnds::new();
        let parts = bytes.chunks(size).map(<[u8]>::to_vec).enumerate();
        let checked = parts.flat_map(|(number, mut part)| {
            ends.check(&mut part, number == 0);
            part
        });
        checked.collect()
    }

    proptest! {
        #[test]
        fn requires_cr_lf_however_the_bytes_are_split(size in 1..40_usize) {
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
        fn ignores_bytes_outside_of_heads(size in 1..60_usize) {
            let http2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x0a\n\n\n";
            prop_assert_eq!(&seen(http2, size), http2);
        }

        /// A second request can begin in the bytes in which the first one ends.
        #[test]
        fn checks_the_next_head_and_ignores_bodies(size in 1..120_usize) {
            for first in [
                "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length:  4 \r\nhost: a\r\n\r\n{\n\n}",
                "POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\n{\n\n\r\nA;x=y\r\n\n\n34567890\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n\n\r\n00\r\na: b\r\n\r\n",
            ] {
                let fine = format!("{first}GET /2 HTTP/1.1\r\nhost: a\r\n\r\n");
                prop_assert_eq!(seen(fine.as_bytes(), size), fine.as_bytes());
                let wrong = format!("{first}GET /2 HTTP/1.1\nhost: a\r\n\r\n");
                let spoiled = format!("{first}GET /2 HTTP/1.1\0host: a\r\n\r\n");
                prop_assert_eq!(seen(wrong.as_bytes(), size), spoiled.as_bytes());
            }
        }

        /// The server rejects these, and ends the connection.
        #[test]
        fn ignores_bytes_after_a_body_of_unclear_length(size in 1..120_usize) {
            for head in [
                "content-length: 2\r\ncontent-length: 2",
                "content-length: 2\r\ntransfer-encoding: chunked",
                "transfer-encoding: gzip, chunked",
                "content-length: -2",
                "content-length: 18446744073709551616",
            ] {
                let bytes = format!("POST / HTTP/1.1\r\n{head}\r\n\r\n{{\n}}\n");
                prop_assert_eq!(seen(bytes.as_bytes(), size), bytes.as_bytes());
            }
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, size in 1..40_usize) {
            let chunked = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
            seen(&[&chunked[..], &bytes].concat(), size);
            seen(&bytes, size);
        }
    }

    #[test]
    fn ignores_bodies() {
        let mut ends = LineEnds::new();
        let mut bytes = *b"POST / HTTP/1.1\r\ncontent-length: 4\r\n\r\n{\n}";
        ends.check(&mut bytes, true);
        assert!(bytes.ends_with(b"{\n}"));
        let mut more = *b"\n";
        ends.check(&mut more, false);
        assert_eq!(&more, b"\n");
    }
}
