//! Heads, bodies and framing that violate HTTP/1.1.

use std::{io::Write, net::TcpStream};

use super::{
    WireServer,
    faults::{End, ask_with, read, seen},
    head,
};

#[test]
fn sends_unsolicited_informational_responses() {
    let server = WireServer::start();
    for (fault, line, count) in [
        ("early_hints;status=100", "HTTP/1.1 100 Continue\r\n\r\n", 1),
        (
            "early_hints;status=102",
            "HTTP/1.1 102 Processing\r\n\r\n",
            1,
        ),
        (
            "early_hints;status=150",
            "HTTP/1.1 150 Nobody Knows\r\n\r\n",
            1,
        ),
        ("early_hints;count=500", "HTTP/1.1 103 Early Hints\r\n", 500),
    ] {
        let seen = seen(&server, fault).text;
        assert_eq!(seen.matches(line).count(), count, "{fault}");
        assert!(seen.starts_with(line) && seen.contains("\r\n\r\nHTTP/1.1 200 OK\r\n"));
    }
    let refused = seen(&server, "early_hints;status=101").text;
    assert!(
        refused.contains("status must be 100 to 199 but not 101"),
        "{refused}"
    );
}

#[test]
fn sends_a_body_where_none_is_allowed() {
    let server = WireServer::start();
    for (method, fault, status) in [
        ("GET", "body_where_none", "204 No Content"),
        ("GET", "body_where_none;status=304", "304 Not Modified"),
        ("HEAD", "body_where_none;status=200", "200 OK"),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        ask_with(&mut stream, method, fault, "");
        let first = read(&mut stream);
        let (lines, body) = first.text.split_once("\r\n\r\n").unwrap();
        assert!(
            lines.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{lines}"
        );
        assert!(lines.ends_with(&format!("content-length: {}", body.len())));
        assert_eq!(lines.matches("content-length").count(), 1, "{lines}");
        assert!(body.starts_with('{') && body.ends_with('}'), "{body}");
        // A client reads the rest of it as its next response.
        assert_eq!(first.end, End::Silent);
    }
    let journal = "/_mock/organizations/self/journal";
    let mut connection = server.connect();
    connection.send(head(&format!("GET {journal}")) + "\r\n");
    let journal = connection.answer_to("GET", journal).ok();
    let entries = journal["entries"].as_array().unwrap();
    let statuses = entries.iter().map(|entry| entry["status"].as_u64());
    assert_eq!(statuses.collect::<Vec<_>>(), [204, 304, 200].map(Some));
}

#[test]
fn ignores_or_rejects_expect_continue() {
    let server = WireServer::start();
    let body = r#"{"title": "t", "features": ["CONTACTS"], "companies": [{"company_name": "A"}]}"#;
    let lines = format!(
        "Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n",
        body.len()
    );
    for (fault, first, then) in [
        (
            "latency;of=0s",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 201",
        ),
        ("expect;is=ignored", "", "HTTP/1.1 201"),
        (
            "expect;is=refused",
            "HTTP/1.1 417 Expectation Failed\r\n",
            "",
        ),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        ask_with(&mut stream, "POST", fault, &lines);
        let seen = read(&mut stream);
        let text = &seen.text;
        assert!(
            text.starts_with(first) && text.is_empty() == first.is_empty(),
            "{fault}: {text}"
        );
        if then.is_empty() {
            assert_eq!(seen.end, End::Closed, "{fault}");
        } else {
            stream.write_all(body.as_bytes()).unwrap();
            let seen = read(&mut stream).text;
            assert!(seen.starts_with(then), "{fault}: {seen}");
        }
    }
}

#[test]
fn sends_malformed_header_lines() {
    let server = WireServer::start();
    let whole = seen(&server, "latency;of=0s").text;
    let (_, body) = whole.split_once("\r\n\r\n").unwrap();
    for (fault, has) in [
        ("header_lines;are=folded", "\r\nx-folded: one\r\n two\r\n"),
        ("header_lines;are=nul", "\r\nx-nul: one\0two\r\n"),
    ] {
        let seen = seen(&server, fault).text;
        assert!(seen.contains(has) && seen.ends_with(body), "{seen}");
    }
    let seen = seen(&server, "header_lines;are=lf_only").text;
    assert!(seen.starts_with("HTTP/1.1 200 OK\n") && seen.ends_with(&format!("\n\n{body}")));
    assert!(!seen.contains('\r'));
}

#[test]
fn sends_trailers() {
    let server = WireServer::start();
    let announced = "\r\ntrailer: x-checksum\r\n";
    for (are, says, fields) in [
        ("announced", true, "x-checksum: 1"),
        ("unannounced", false, "x-checksum: 1"),
        (
            "illegal",
            false,
            "content-length: 7\r\ntransfer-encoding: gzip\r\nwww-authenticate: Basic",
        ),
    ] {
        let seen = seen(&server, &format!("trailers;are={are}")).text;
        assert_eq!(seen.contains(announced), says, "{seen}");
        assert!(
            seen.ends_with(&format!("}}\r\n0\r\n{fields}\r\n\r\n")),
            "{seen}"
        );
    }
}
