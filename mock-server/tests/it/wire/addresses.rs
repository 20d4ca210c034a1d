//! Addresses with connection faults.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use http::Method;
use schemas::ErrorCode::{Conflict, EntityNotFound};
use serde_json::{Value, json};

use super::{
    WireServer,
    connection::Connection,
    faults::{End, read},
    head,
};
use crate::response::Response;

const ADDRESSES: &str = "/_mock/addresses";
const REQUEST: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

fn call(control: &mut Connection, method: &Method, target: &str, body: &str) -> Response {
    let line = head(&format!("{method} {target}"));
    let length = format!("Content-Length: {}\r\n\r\n", body.len());
    control.send(line + &length + body);
    control.answer_to(method.as_str(), target)
}

fn open(control: &mut Connection, fault: &str) -> Response {
    let body = json!({"fault": fault}).to_string();
    call(control, &Method::POST, ADDRESSES, &body)
}

fn place(address: &Value) -> SocketAddr {
    let url = address["url"].as_str().unwrap();
    url.strip_prefix("http://").unwrap().parse().unwrap()
}

/// An address of a server with this fault.
pub(super) fn open_at(server: &WireServer, fault: &str) -> SocketAddr {
    place(&open(&mut server.connect(), fault).ok())
}

/// The result of connecting, within a time limit.
fn connect(at: SocketAddr) -> Result<TcpStream, ErrorKind> {
    TcpStream::connect_timeout(&at, Duration::from_millis(300)).map_err(|error| error.kind())
}

#[test]
fn address_is_broken_as_configured() {
    let server = WireServer::start();
    let mut control = server.connect();
    let mut opened = |fault| place(&open(&mut control, fault).ok());
    let refused = opened("refused");
    assert!(refused.ip().is_loopback() && refused.port() != server.address.port());
    assert_eq!(connect(refused).unwrap_err(), ErrorKind::ConnectionRefused);
    let full = opened("backlog_full");
    for _ in 0..2 {
        assert_eq!(connect(full).unwrap_err(), ErrorKind::TimedOut);
    }
    let reset = opened("reset_on_accept");
    // The reset may come so early that connecting fails.
    match connect(reset) {
        Ok(mut stream) => assert_eq!(read(&mut stream).end, End::Reset),
        Err(error) => assert_eq!(error, ErrorKind::ConnectionReset),
    }
    let silent = opened("silent");
    let empty = opened("empty_reply");
    for (at, end) in [(silent, End::Silent), (empty, End::Closed)] {
        // Nothing happens before the request arrives.
        let mut stream = connect(at).unwrap();
        assert_eq!(read(&mut stream).end, End::Silent);
        stream.write_all(REQUEST).unwrap();
        let seen = read(&mut stream);
        assert_eq!((seen.text.as_str(), seen.end), ("", end), "{at}");
    }
}

#[test]
fn address_serves_one_connection_at_a_time() {
    let server = WireServer::start();
    let at = open_at(&server, "one_connection");
    let request = head("GET /api/v1/orders") + "\r\n";
    let [mut first, mut second] = [(); 2].map(|()| connect(at).unwrap());
    for _ in 0..2 {
        first.write_all(request.as_bytes()).unwrap();
        assert!(read(&mut first).text.starts_with("HTTP/1.1 200"));
    }
    second.write_all(request.as_bytes()).unwrap();
    let seen = read(&mut second);
    assert_eq!((seen.text.as_str(), seen.end), ("", End::Silent));
    drop(first);
    let mut begin = [0; 12];
    second.set_read_timeout(None).unwrap();
    second.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
}

#[test]
fn addresses_are_listed_and_removed() {
    let server = WireServer::start();
    let mut control = server.connect();
    let silent = open(&mut control, "silent").ok();
    let refused = open(&mut control, "refused").ok();
    assert_eq!(
        (&silent["id"], &silent["fault"]),
        (&json!("address_1"), &json!("silent"))
    );
    let listed = call(&mut control, &Method::GET, ADDRESSES, "").ok();
    assert_eq!(listed, json!({"total": 2, "addresses": [silent, refused]}));
    let mut stream = connect(place(&silent)).unwrap();
    stream.write_all(REQUEST).unwrap();
    let one = format!("{ADDRESSES}/address_1");
    let closed = call(&mut control, &Method::DELETE, &one, "");
    assert_eq!(closed.status.as_u16(), 204);
    assert_ne!(read(&mut stream).end, End::Silent);
    assert_eq!(
        connect(place(&silent)).unwrap_err(),
        ErrorKind::ConnectionRefused
    );
    call(&mut control, &Method::DELETE, &one, "").refused(EntityNotFound);
    // A number is not used twice.
    assert_eq!(open(&mut control, "refused").ok()["id"], "address_3");
}

#[test]
fn limits_the_number_of_addresses() {
    let server = WireServer::start();
    let mut control = server.connect();
    for _ in 0..20 {
        open(&mut control, "refused").ok();
    }
    let full = open(&mut control, "silent").refused(Conflict);
    assert!(full["message"].as_str().unwrap().contains("the maximum"));
    let one = format!("{ADDRESSES}/address_7");
    call(&mut control, &Method::DELETE, &one, "");
    open(&mut control, "silent").ok();
}

#[test]
fn silent_address_holds_a_limited_number_of_connections() {
    let server = WireServer::start();
    let at = place(&open(&mut server.connect(), "silent").ok());
    let mut first = connect(at).unwrap();
    let mut last: Vec<_> = (0..100).map(|_| connect(at).unwrap()).collect();
    assert_eq!(read(&mut first).end, End::Closed);
    assert_eq!(read(&mut last[0]).end, End::Silent);
}
