//! Slow responses and requests, and connections that end too late or are half-closed.

use std::{io::Write, net::TcpStream, time::Duration};

use super::{
    WireServer,
    faults::{End, ask, ask_with, read, seen},
    head,
};

#[test]
fn sends_the_response_slowly() {
    let server = WireServer::start();
    let crawls = |fault: &str, least: fn(u32) -> Duration| {
        let seen = seen(&server, fault);
        let length = u32::try_from(seen.text.len()).unwrap();
        assert!(seen.text.ends_with('}'), "{fault}: {}", seen.text);
        assert!(seen.took >= least(length), "{fault}: {:?}", seen.took);
    };
    crawls("drip;bytes=100;every=30ms", |length| {
        Duration::from_millis(30) * (length / 100 - 1)
    });
    // One byte per write, with a pause between writes.
    crawls("drip;bytes=1;every=1ms", |length| {
        Duration::from_millis(1) * (length - 1)
    });
    // The first 200 bytes need no pause before them.
    crawls("drip;per_second=4000", |length| {
        Duration::from_millis(1) * ((length - 200) / 4 - 50)
    });
    crawls("drip;every=0s", |_| Duration::ZERO);
    for wrong in ["drip", "drip;every=1s;per_second=10"] {
        let refused = seen(&server, wrong).text;
        assert!(refused.contains("set exactly one of every and per_second"));
    }
}

#[test]
fn reads_the_request_slowly() {
    let server = WireServer::start();
    let order = r#"{"title": "t", "features": ["CONTACTS"], "companies": [{"company_name": "A"}]}"#;
    let body = order.to_owned() + &" ".repeat(2_000);
    let lines = format!(
        "Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n",
        body.len()
    );
    for (fault, least) in [
        ("latency;of=0s", 0),
        ("slow_read;bytes=500;every=40ms", 4 * 40),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        ask_with(&mut stream, "POST", fault, &lines);
        assert_eq!(read(&mut stream).text, "HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(body.as_bytes()).unwrap();
        let seen = read(&mut stream);
        assert!(seen.text.starts_with("HTTP/1.1 201"), "{}", seen.text);
        assert!(seen.took >= Duration::from_millis(least), "{:?}", seen.took);
    }
}

#[test]
fn keeps_a_connection_open_despite_connection_close() {
    let server = WireServer::start();
    let seen = seen(&server, "linger;by=200ms");
    assert!(seen.text.contains("connection: close\r\n") && seen.text.ends_with('}'));
    assert_eq!(seen.end, End::Closed);
    assert!(seen.took >= Duration::from_millis(200), "{:?}", seen.took);
}

#[test]
fn half_closed_server_still_reads() {
    let server = WireServer::start();
    let whole = seen(&server, "latency;of=0s").text.len();
    for (number, (fault, length)) in [
        ("half_close", whole),
        ("half_close;after=100", 100),
        ("half_close;after=0", 0),
    ]
    .into_iter()
    .enumerate()
    {
        let mut stream = TcpStream::connect(server.address).unwrap();
        ask(&mut stream, fault);
        let first = read(&mut stream);
        assert_eq!(
            (first.end, first.text.len()),
            (End::Closed, length),
            "{fault}"
        );
        ask(&mut stream, "latency;of=0s");
        let journal = "/_mock/organizations/self/journal";
        let wait = format!("{journal}/wait?count={}&timeout=9s", 2 * number + 3);
        let mut control = server.connect();
        control.send(head(&format!("GET {wait}")) + "\r\n");
        // The request was read and handled, but the response is never sent.
        assert_eq!(control.answer_to("GET", &wait).ok()["enough"], true);
        assert_eq!(read(&mut stream).text, "");
    }
}
