//! A connection, byte by byte.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use bytes::Bytes;
use http::Request;

use crate::response::Response;

/// How long a response may take, which is far more than any takes here.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to a server.
pub(crate) struct Connection {
    stream: TcpStream,
    /// Received bytes that were not parsed as a response yet.
    received: Vec<u8>,
}

impl Connection {
    #[track_caller]
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            received: Vec::new(),
        }
    }

    /// Writes; the server may already have closed the connection.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.stream.write_all(bytes.as_ref());
        self
    }

    /// The response to a malformed request, or to one that is rejected for any reason.
    #[track_caller]
    pub(crate) fn answer(&mut self) -> Response {
        self.answer_to("GET", "/")
    }

    /// The response to this request.
    #[track_caller]
    pub(crate) fn answer_to(&mut self, method: &str, target: &str) -> Response {
        let head = self.head();
        let mut lines = head.lines();
        let status_line = lines.next().unwrap();
        let mut answer = http::Response::builder().status(&status_line[9..12]);
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            answer = answer.header(name, value);
        }
        let length = answer
            .headers_ref()
            .unwrap()
            .get("content-length")
            .filter(|_| method != "HEAD")
            .map_or(0, |length| length.to_str().unwrap().parse().unwrap());
        let body = Bytes::from(self.take(length));
        let asked = Request::builder().method(method).uri(target).body(());
        let (asked, ()) = asked.unwrap().into_parts();
        Response::checked(&asked, answer.body(body).unwrap())
    }

    /// The body of a response that is not JSON.
    #[track_caller]
    pub(crate) fn unchecked_body(&mut self) -> String {
        let head = self.head().to_lowercase();
        let (_, length) = head.split_once("content-length: ").unwrap();
        let length = length.lines().next().unwrap().parse().unwrap();
        String::from_utf8(self.take(length)).unwrap()
    }

    /// Everything up to the next empty line: the head of a response.
    #[track_caller]
    pub(crate) fn head(&mut self) -> String {
        let end = loop {
            let found = self
                .received
                .windows(4)
                .position(|four| four == b"\r\n\r\n");
            match found {
                Some(end) => break end + 4,
                None => assert!(self.receive(), "closed within a head: {:?}", self.received),
            }
        };
        String::from_utf8(self.take(end))
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// Sends nothing more.
    pub(crate) fn finish(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// Whether the server ends the connection without sending anything more.
    #[track_caller]
    pub(crate) fn is_ended(&mut self) -> bool {
        self.received.is_empty() && !self.receive()
    }

    /// The next `length` bytes.
    #[track_caller]
    pub(crate) fn take(&mut self, length: usize) -> Vec<u8> {
        while self.received.len() < length {
            assert!(self.receive(), "closed within a body: {:?}", self.received);
        }
        self.received.drain(..length).collect()
    }

    /// Reads available bytes, or waits for some; returns false at the end.
    #[track_caller]
    fn receive(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(length) => {
                self.received.extend_from_slice(&buffer[..length]);
                length > 0
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => false,
            Err(error) => panic!("no answer: {error}"),
        }
    }
}
