//! Parses bytes into HTTP/1.1 messages. httparse parses the heads; this module finds the end of bodies.

use std::time::Duration;

use super::{
    trace::{Header, Message, Outcome, Request, Response},
    wiretap::Direction,
};

/// Maximum number of headers of a message.
const MAX_HEADERS: usize = 1_000;

/// Bytes with the times at which they passed.
#[derive(Debug)]
pub(crate) struct Stream {
    bytes: Vec<u8>,
    /// The end of each chunk, and its time.
    ends: Vec<(usize, Duration)>,
    at: usize,
    /// Number of further bytes that passed but were not stored.
    beyond: u64,
    /// When the last of them passed.
    last: Duration,
}

impl Stream {
    /// The bytes of one direction.
    pub(crate) fn new(direction: &Direction) -> Self {
        let mut bytes = Vec::new();
        let ends = direction.pieces.iter().map(|piece| {
            bytes.extend_from_slice(&piece.bytes);
            (bytes.len(), piece.at)
        });
        let ends = ends.collect();
        Self {
            bytes,
            ends,
            at: 0,
            beyond: direction.unrecorded(),
            last: direction.last.unwrap_or_default(),
        }
    }

    /// Whether everything is parsed.
    pub(crate) fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The bytes that are not parsed yet.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn skip(&mut self, count: usize) {
        self.at += count;
    }

    /// Skips bytes, of which the last may not be stored; returns whether all of them passed.
    fn pass(&mut self, count: usize) -> bool {
        let there = count.min(self.rest().len());
        self.skip(there);
        let short = (count - there) as u64;
        let passed = short <= self.beyond;
        self.beyond -= short.min(self.beyond);
        passed
    }

    /// When the last parsed byte passed.
    fn time(&self) -> Duration {
        let index = self.ends.partition_point(|(end, _)| *end < self.at);
        let piece = self.ends.get(index).or(self.ends.last());
        piece.map_or(Duration::ZERO, |(_, at)| *at)
    }
}

/// The next request; `None` if the next bytes are not a request.
pub(crate) fn request(stream: &mut Stream) -> Option<Request> {
    let mut headers = vec![httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = parsed.parse(stream.rest()).ok()? else {
        return None;
    };
    let (method, target) = (parsed.method?.to_owned(), parsed.path?.to_owned());
    let headers = owned(parsed.headers);
    let mut message = message(stream, headers, length);
    let end = match framing(&message.headers) {
        Framing::Close => Framing::Length(0),
        known @ (Framing::Length(_) | Framing::Chunked) => known,
    };
    body(stream, &mut message, end, false);
    Some(Request {
        method,
        target,
        message,
    })
}

/// The next response to a request with this method. `ended`: the connection was closed cleanly after it.
pub(crate) fn response_to(stream: &mut Stream, method: &str, ended: bool) -> Outcome {
    let mut informational = Vec::new();
    while !stream.is_empty() {
        let mut headers = vec![httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Response::new(&mut headers);
        let (length, status) = match parsed.parse(stream.rest()) {
            Ok(httparse::Status::Complete(length)) => (length, parsed.code.unwrap_or_default()),
            Ok(httparse::Status::Partial) => {
                let rest = stream.rest().len();
                stream.skip(rest);
                return Outcome::None;
            }
            Err(_) => {
                let rest = stream.rest().len();
                stream.skip(rest);
                return Outcome::Garbage;
            }
        };
        let mut message = message(stream, owned(parsed.headers), length);
        if (100..200).contains(&status) && status != 101 {
            informational.push(status);
            continue;
        }
        let bodiless = method == "HEAD" || matches!(status, 204 | 304);
        let framing = if bodiless {
            Framing::Length(0)
        } else {
            framing(&message.headers)
        };
        body(stream, &mut message, framing, ended);
        return Outcome::Response(Response {
            status,
            informational,
            message,
        });
    }
    Outcome::None
}

fn owned(headers: &[httparse::Header<'_>]) -> Vec<Header> {
    let headers = headers.iter();
    headers
        .map(|header| (header.name.to_owned(), header.value.to_vec()))
        .collect()
}

/// Skips a head of a given length, in bytes.
fn message(stream: &mut Stream, headers: Vec<Header>, length: usize) -> Message {
    stream.skip(1);
    let begun_at = stream.time();
    stream.skip(length - 1);
    Message {
        headers,
        started_at: begun_at,
        head_at: stream.time(),
        ended_at: stream.time(),
        whole: true,
        body: Vec::new(),
    }
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Framing {
    /// After a given number of bytes.
    Length(usize),
    /// After its last chunk.
    Chunked,
    /// At the end of the connection.
    Close,
}

fn framing(headers: &[Header]) -> Framing {
    let named = |name: &str| {
        let mut values = headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        values
            .next()
            .map(|(_, value)| String::from_utf8_lossy(value).trim().to_ascii_lowercase())
    };
    let chunked = named("transfer-encoding").is_some_and(|coding| coding.ends_with("chunked"));
    let length = named("content-length").and_then(|length| length.parse().ok());
    match (chunked, length) {
        (true, _) => Framing::Chunked,
        (false, Some(length)) => Framing::Length(length),
        (false, None) => Framing::Close,
    }
}

/// Reads the body as far as it arrived.
fn body(stream: &mut Stream, message: &mut Message, framing: Framing, ended: bool) {
    match framing {
        Framing::Length(length) => {
            let there = length.min(stream.rest().len());
            message.body = stream.rest()[..there].to_vec();
            message.whole = stream.pass(length);
            if there < length {
                message.ended_at = stream.last;
            }
        }
        Framing::Chunked => message.whole = chunks(stream, &mut message.body),
        Framing::Close => {
            message.body = stream.rest().to_vec();
            message.whole = ended;
            stream.skip(message.body.len());
        }
    }
    message.ended_at = message.ended_at.max(stream.time());
}

/// Reads chunks; returns whether the last one arrived.
fn chunks(stream: &mut Stream, body: &mut Vec<u8>) -> bool {
    loop {
        let Ok(httparse::Status::Complete((line, size))) =
            httparse::parse_chunk_size(stream.rest())
        else {
            let rest = stream.rest().len();
            stream.skip(rest);
            return false;
        };
        stream.skip(line);
        if size == 0 {
            return trailers(stream);
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let there = size.min(stream.rest().len());
        body.extend_from_slice(&stream.rest()[..there]);
        stream.skip(there);
        if there < size || !stream.rest().starts_with(b"\r\n") {
            return false;
        }
        stream.skip(2);
    }
}

/// Skips the trailers after the last chunk; returns whether the empty line at their end arrived.
fn trailers(stream: &mut Stream) -> bool {
    let mut headers = vec![httparse::EMPTY_HEADER; MAX_HEADERS];
    let parsed = httparse::parse_headers(stream.rest(), &mut headers);
    let (length, is_complete) = match parsed {
        Ok(httparse::Status::Complete((length, _))) => (length, true),
        Ok(httparse::Status::Partial) | Err(_) => (stream.rest().len(), false),
    };
    stream.skip(length);
    is_complete
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(pieces: &[&str]) -> Stream {
        let mut direction = Direction::default();
        for (second, text) in (1..).zip(pieces) {
            direction.record(Duration::from_secs(second), text.as_bytes());
        }
        Stream::new(&direction)
    }

    fn response(pieces: &[&str], method: &str) -> Response {
        match response_to(&mut stream(pieces), method, false) {
            Outcome::Response(response) => response,
            none @ (Outcome::Garbage | Outcome::None) => panic!("{none:?}"),
        }
    }

    #[test]
    fn parses_successive_requests_of_a_connection() {
        let mut stream = stream(&[
            "POST /a?b HTTP/1.1\r\nHost: x\r\ncontent-length: 2\r\n",
            "\r\n{",
            "}GET /c HTTP/1.1\r\nA: 1\r\nA: 2\r\n\r\nrest",
        ]);
        let first = request(&mut stream).unwrap();
        assert_eq!((&*first.method, &*first.target), ("POST", "/a?b"));
        assert_eq!(first.message.body, b"{}");
        assert_eq!(first.message.started_at, Duration::from_secs(1));
        assert_eq!(first.message.head_at, Duration::from_secs(2));
        assert_eq!(first.message.ended_at, Duration::from_secs(3));
        let second = request(&mut stream).unwrap();
        assert_eq!(
            second.message.headers_named("a").collect::<Vec<_>>(),
            [b"1", b"2"]
        );
        assert!(second.message.whole && request(&mut stream).is_none());
        assert_eq!(stream.rest(), b"rest");
    }

    #[test]
    fn body_ends_where_its_framing_says() {
        let chunked = [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            "1;x=y\r\nc\r\n0\r\nT: 1\r\n\r\n",
        ];
        let complete = response(&chunked, "GET").message;
        assert_eq!((&*complete.body, complete.whole), (&b"abc"[..], true));
        assert_eq!(complete.ended_at, Duration::from_secs(2));
        let cut = response(&chunked[..1], "GET").message;
        assert_eq!((&*cut.body, cut.whole), (&b"ab"[..], false));
        let short = response(&["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab"], "GET").message;
        assert_eq!((&*short.body, short.whole), (&b"ab"[..], false));
        let head = response(&["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"], "HEAD").message;
        assert!(head.whole);
        let until_close = response_to(&mut stream(&["HTTP/1.1 200 OK\r\n\r\nab"]), "GET", true);
        assert!(
            matches!(until_close, Outcome::Response(one) if one.message.whole && one.message.body == b"ab")
        );
    }

    #[test]
    fn message_ends_after_all_trailers() {
        let trailed = "0\r\nDigest: a\r\nServer-Timing: b\r\n\r\n";
        let post = format!("POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n{trailed}");
        let mut requests = stream(&[&post, "GET /b HTTP/1.1\r\n\r\n"]);
        let posted = request(&mut requests).unwrap();
        assert!(posted.message.whole && posted.message.body.is_empty());
        assert_eq!(request(&mut requests).unwrap().target, "/b");

        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut responses = stream(&[head, trailed, "HTTP/1.1 204 No Content\r\n\r\n"]);
        let statuses = [(); 2].map(|()| match response_to(&mut responses, "GET", false) {
            Outcome::Response(response) => (response.status, response.message.whole),
            none @ (Outcome::Garbage | Outcome::None) => panic!("{none:?}"),
        });
        assert_eq!(statuses, [(200, true), (204, true)]);
    }

    #[test]
    fn message_with_truncated_trailers_is_incomplete() {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n";
        for cut in [
            "0",
            "0\r\n",
            "0\r\n\r",
            "0\r\nA: 1\r\n",
            "0\r\nA: 1\r\nB: 2\r\n",
        ] {
            let message = response(&[head, cut], "GET").message;
            assert_eq!(
                (&*message.body, message.whole),
                (&b"a"[..], false),
                "{cut:?}"
            );
        }
    }

    #[test]
    fn body_is_complete_if_all_bytes_passed_even_if_not_all_are_kept() {
        let (length, at) = (32 << 20, Duration::from_secs(2));
        let mut direction = Direction::default();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        direction.record(Duration::from_secs(1), head.as_bytes());
        direction.record(at, &vec![b' '; length - 1]);
        let read =
            |direction: &Direction| match response_to(&mut Stream::new(direction), "GET", false) {
                Outcome::Response(response) => response.message,
                none @ (Outcome::Garbage | Outcome::None) => panic!("{none:?}"),
            };
        assert!(!read(&direction).whole);
        direction.record(at * 2, b" ");
        let complete = read(&direction);
        assert!(complete.whole && complete.body.len() < length);
        assert_eq!(complete.ended_at, at * 2);
    }

    #[test]
    fn distinguishes_informational_responses_from_garbage() {
        let hints = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
        let answered = response(&[hints, hints, "HTTP/1.1 204 No Content\r\n\r\n"], "GET");
        assert_eq!(
            (answered.status, &*answered.informational),
            (204, &[103, 103][..])
        );
        let garbage = response_to(&mut stream(&["\x16\x03\x01 what\r\n"]), "GET", false);
        assert!(matches!(garbage, Outcome::Garbage));
        assert!(matches!(
            response_to(&mut stream(&["HTTP/1.1 20"]), "GET", false),
            Outcome::None
        ));
    }
}
