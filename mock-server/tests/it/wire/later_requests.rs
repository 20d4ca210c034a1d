//! A fault on the wire ends with its response: it does not affect later requests on the connection.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use super::{WireServer, faults::ask, head};

/// Faults that leave the connection open. The last two would delay whatever follows the response.
const FAULTS: [&str; 8] = [
    "body_where_none",
    "header_lines;are=nul",
    "content_length;is=too_short",
    "content_length;is=conflict",
    "header_lines;are=folded",
    "early_hints",
    "drip;bytes=1000000;every=1h",
    "stall;after=1000000",
];

/// Reads up to the end of a JSON body.
#[track_caller]
fn body(stream: &mut TcpStream) -> String {
    let patience = Some(Duration::from_secs(5));
    stream.set_read_timeout(patience).unwrap();
    let (mut text, mut part) = (String::new(), [0; 16 * 1024]);
    while !text.trim_end().ends_with('}') {
        let read = stream.read(&mut part);
        let read = read.unwrap_or_else(|error| panic!("{error} after {text:?}"));
        assert!(read > 0, "closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    text
}

#[test]
fn fault_does_not_affect_a_later_request() {
    let server = WireServer::start();
    for fault in FAULTS {
        for (later, status) in [
            (head("GET /_mock/health") + "\r\n", "200"),
            (head("GET /_mock/organizations") + "\r\n", "200"),
            (head("GET /_mock/nothing") + "\r\n", "404"),
            (head("GET /openapi.json") + "\r\n", "200"),
            (
                head("GET /.well-known/oauth-authorization-server") + "\r\n",
                "200",
            ),
            (head("GET /api/v1/orders") + "\r\n", "200"),
            // A request that the HTTP library itself rejects.
            ("nonsense\r\n\r\n".to_owned(), "400"),
        ] {
            let mut stream = TcpStream::connect(server.address).unwrap();
            ask(&mut stream, fault);
            body(&mut stream);
            stream.write_all(later.as_bytes()).unwrap();
            let seen = body(&mut stream);
            let status = format!("HTTP/1.1 {status} ");
            assert!(seen.starts_with(&status), "{fault}, {later}: {seen}");
            assert_eq!(seen.matches("HTTP/1.1 ").count(), 1, "{fault}: {seen}");
        }
    }
}

#[test]
fn slowly_read_request_is_the_only_one() {
    let server = WireServer::start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    ask(&mut stream, "slow_read;bytes=1;every=1h");
    body(&mut stream);
    let next = head("GET /_mock/health") + "\r\n";
    stream.write_all(next.as_bytes()).unwrap();
    assert!(body(&mut stream).starts_with("HTTP/1.1 200 "));
}

#[test]
fn pause_of_an_earlier_fault_does_not_delay_the_end_of_the_connection() {
    let server = WireServer::start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    ask(&mut stream, "drip;bytes=1000000;every=1h");
    body(&mut stream);
    let last = head("GET /_mock/health") + "Connection: close\r\n\r\n";
    stream.write_all(last.as_bytes()).unwrap();
    assert!(body(&mut stream).starts_with("HTTP/1.1 200 "));
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
}
