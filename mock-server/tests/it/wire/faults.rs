//! Faults at the level of bytes, as a client on a socket sees them.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use super::{KEY, WireServer};

/// What was received for a request before the connection ended or went silent.
pub(super) struct Seen {
    pub(super) text: String,
    pub(super) end: End,
    /// The time until the last byte, or until the end, from before the request if it was sent with [`seen`].
    pub(super) took: Duration,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Closed,
    Reset,
    Silent,
}

/// Sends a `GET` that requests a fault.
pub(super) fn ask(stream: &mut TcpStream, fault: &str) {
    ask_with(stream, "GET", fault, "");
}

/// Sends a request for orders that requests a fault, with more header lines.
pub(super) fn ask_with(stream: &mut TcpStream, method: &str, fault: &str, lines: &str) {
    let query = if method == "POST" { "" } else { "?limit=2" };
    let request = format!(
        "{method} /api/v1/orders{query} HTTP/1.1\r\nHost: localhost:8000\r\nAuthorization: Bearer {KEY}\r\n\
         X-Mock-Fault: {fault}\r\n{lines}\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
}

/// Reads until the connection ends, or until nothing arrives for a while.
pub(super) fn read(stream: &mut TcpStream) -> Seen {
    read_since(now(), stream)
}

#[expect(
    clippy::disallowed_methods,
    reason = "how slow an answer is, is what is to be seen"
)]
fn now() -> Instant {
    Instant::now()
}

fn read_since(begun: Instant, stream: &mut TcpStream) -> Seen {
    stream
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    let mut took = Duration::ZERO;
    let end = loop {
        match stream.read(&mut part) {
            Ok(0) => break End::Closed,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
            Err(_) => break End::Silent,
        }
        took = begun.elapsed();
    };
    Seen {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        took: if end == End::Silent {
            took
        } else {
            begun.elapsed()
        },
        end,
    }
}

#[track_caller]
pub(super) fn seen(server: &WireServer, fault: &str) -> Seen {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let begun = now();
    ask(&mut stream, fault);
    read_since(begun, &mut stream)
}

#[test]
fn response_ends_as_configured() {
    let server = WireServer::start();
    let whole = seen(&server, "latency;of=0s");
    assert_eq!(whole.end, End::Silent);
    for (fault, end, most) in [
        ("reset", End::Reset, 0),
        ("reset;after=120", End::Reset, 120),
        ("close", End::Closed, 0),
        ("close;after=120", End::Closed, 120),
        ("stall", End::Silent, 0),
        ("stall;after=120", End::Silent, 120),
    ] {
        let seen = seen(&server, fault);
        assert_eq!(seen.end, end, "{fault}");
        // A reset may discard bytes in transit.
        let exact = end != End::Reset;
        assert!(
            seen.text.len() <= most && (!exact || seen.text.len() == most),
            "{fault}: {}",
            seen.text
        );
        let common = seen.text.len().min(15);
        assert_eq!(seen.text[..common], whole.text[..common], "{fault}");
    }
}

#[test]
fn framing_is_broken_as_configured() {
    let server = WireServer::start();
    let whole = seen(&server, "latency;of=0s").text;
    let (_, body) = whole.split_once("\r\n\r\n").unwrap();
    let length = |seen: &Seen, by: isize| {
        let says = format!(
            "content-length: {}\r\n",
            body.len().checked_add_signed(by).unwrap()
        );
        seen.text.contains(&says) && seen.text.ends_with(body)
    };
    let long = seen(&server, "content_length;is=too_long");
    assert!(length(&long, 10) && long.end == End::Closed);
    assert!(length(&seen(&server, "content_length;is=too_short"), -10));
    let conflict = seen(&server, "content_length;is=conflict");
    assert!(length(&conflict, 0) && length(&conflict, 10));
    let chunked = seen(&server, "content_length;is=beside_chunked");
    assert!(
        chunked.text.contains("transfer-encoding: chunked")
            && chunked.text.contains("content-length: ")
    );
    let bad = seen(&server, "chunks;are=bad_size");
    assert!(bad.text.ends_with("\r\nmany\r\n") && bad.end == End::Closed);
    let cut = seen(&server, "chunks;are=truncated");
    assert!(!cut.text.ends_with("0\r\n\r\n") && cut.end == End::Closed);
    assert!(
        seen(&server, "status_line;is=no_number")
            .text
            .starts_with("HTTP/1.1 OK\r\n")
    );
    assert!(seen(&server, "status_line;is=http09").text.starts_with('{'));
    assert!(
        !seen(&server, "status_line;is=garbage")
            .text
            .contains("HTTP")
    );
    let hints = seen(&server, "early_hints;count=2").text;
    assert_eq!(hints.matches("HTTP/1.1 103 Early Hints").count(), 2);
    assert!(hints.contains("HTTP/1.1 200 OK") && hints.ends_with(body));
}

#[test]
fn connection_closes_between_two_requests() {
    let server = WireServer::start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    ask(&mut stream, "keep_alive_race");
    let first = read(&mut stream);
    assert!(first.text.starts_with("HTTP/1.1 200") && first.end == End::Silent);
    ask(&mut stream, "latency;of=0s");
    let second = read(&mut stream);
    assert_eq!((second.text.as_str(), second.end), ("", End::Reset));
    let closed = seen(&server, "idle_close");
    assert!(closed.text.ends_with('}') && closed.end == End::Closed);
    assert!(!closed.text.to_lowercase().contains("connection: close"));
}

#[test]
fn fault_ends_with_its_request() {
    let server = WireServer::start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    for fault in [
        "drip;bytes=200;every=10ms",
        "early_hints",
        "content_length;is=conflict",
        "latency;of=0s",
    ] {
        ask(&mut stream, fault);
        let seen = read(&mut stream);
        assert_eq!(seen.end, End::Silent, "{fault}");
    }
    ask(&mut stream, "latency;of=0s");
    let last = read(&mut stream);
    assert!(last.text.starts_with("HTTP/1.1 200") && last.text.ends_with('}'));
    assert_eq!(last.text.matches("HTTP/1.1").count(), 1);
}

#[test]
fn response_is_missing_or_late() {
    let server = WireServer::start();
    let hanging = seen(&server, "hang");
    assert_eq!((hanging.text.as_str(), hanging.end), ("", End::Silent));
    let late = seen(&server, "latency;of=150ms");
    assert!(late.took >= Duration::from_millis(150) && late.text.ends_with('}'));
}

/// The number of orders.
fn orders(server: &WireServer) -> u64 {
    let list = seen(server, "latency;of=0s").text;
    let (_, body) = list.split_once("\r\n\r\n").unwrap();
    serde_json::from_str::<serde_json::Value>(body).unwrap()["total"]
        .as_u64()
        .unwrap()
}

#[test]
fn write_with_a_lost_response_takes_effect_or_not_as_configured() {
    for (scenario, done) in [("ambiguous-post", 1), ("lost-post", 0)] {
        let server = WireServer::with(&format!("scenario = '{scenario}'"));
        let before = orders(&server);
        let body =
            r#"{"title": "t", "features": ["CONTACTS"], "companies": [{"company_name": "A"}]}"#;
        let request = format!(
            "POST /api/v1/orders HTTP/1.1\r\nHost: localhost:8000\r\nAuthorization: Bearer {KEY}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let lost = read(&mut stream);
        assert_eq!(
            (lost.text.as_str(), lost.end),
            ("", End::Reset),
            "{scenario}"
        );
        assert_eq!(orders(&server), before + done, "{scenario}");
    }
}
