//! Malformed requests: each gets an error in the format of all other errors.

use schemas::ErrorCode::{
    HeadersTooLarge, InvalidRequest, NotFound, NotImplemented, PayloadTooLarge,
};

use super::{KEY, WireServer, head};
use crate::test_app::order;

#[test]
fn malformed_request_is_rejected_and_closes_the_connection() {
    let server = WireServer::start();
    let none: [&[u8]; 12] = [
        b"\r\n\r\n\r\nnonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is TLS\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        b"GET / SMTP/1.1\r\nHost: a\r\n\r\n",
        b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nx: \0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nx: 1\r\n 2\r\n\r\n",
    ];
    for bytes in none {
        let mut connection = server.connect();
        let refused = connection.send(bytes).answer();
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused, @r#"
            400 Bad Request
            {"code":"INVALID_REQUEST","message":"this is not an HTTP request"}
            "#);
        }
        assert!(
            connection.is_ended(),
            "{:?}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn request_without_host_is_rejected_and_the_next_is_served() {
    let server = WireServer::start();
    let mut connection = server.connect();
    let without = "GET /api/v1/orders HTTP/1.1\r\n\r\n";
    connection.send(without).answer().refused(InvalidRequest);
    connection.send(head("GET /api/v1/orders") + "\r\n");
    connection.answer_to("GET", "/api/v1/orders").ok();
}

#[test]
fn rejects_too_large_heads() {
    let server = WireServer::start();
    for large in [
        head("GET /api/v1/orders") + "x: " + &"x".repeat(300_000) + "\r\n\r\n",
        head(&format!("GET /api/v1/orders?{}", "x".repeat(300_000))) + "\r\n",
    ] {
        let refused = server.connect().send(large).answer();
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused, @r#"
            431 Request Header Fields Too Large
            {"code":"HEADERS_TOO_LARGE","message":"the header section is too large or has too many headers"}
            "#);
        }
    }
}

#[test]
fn request_has_at_most_100_headers() {
    let server = WireServer::start();
    let with =
        |headers: usize| head("GET /api/v1/orders") + &"x: 1\r\n".repeat(headers - 2) + "\r\n";
    let mut connection = server.connect();
    connection
        .send(with(100))
        .answer_to("GET", "/api/v1/orders")
        .ok();
    connection.send(with(101)).answer().refused(HeadersTooLarge);
    assert!(connection.is_ended());
}

#[test]
fn rejects_ambiguous_body_lengths() {
    let server = WireServer::start();
    for length in [
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: x\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +2\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
    ] {
        let mut connection = server.connect();
        connection.send(head("POST /api/v1/orders") + length + "\r\n{}");
        connection.answer().refused(InvalidRequest);
        assert!(connection.is_ended(), "{length}");
    }
}

#[test]
fn accepts_chunked_bodies() {
    let server = WireServer::start();
    let post = head("POST /api/v1/orders")
        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let order = order(1).to_string();
    let (one, two) = order.split_at(20);
    let mut connection = server.connect();
    connection
        .send(post)
        .send(format!("{:x}\r\n{one}\r\n", one.len()));
    connection.send(format!("{:X};a=b\r\n{two}\r\n0\r\n\r\n", two.len()));
    connection.answer_to("POST", "/api/v1/orders").ok();
}

#[test]
fn unknown_transfer_coding_is_501_at_every_path() {
    let server = WireServer::start();
    for target in [
        "POST /api/v1/orders",
        "GET /api/v1/orders",
        "POST /_mock/organizations",
        "GET /openapi.json",
        "GET /nowhere",
    ] {
        for codings in [
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: x;a=\"b\", CHUNKED\r\n",
        ] {
            let mut connection = server.connect();
            let json = "Content-Type: application/json\r\n";
            connection.send(head(target) + json + codings + "\r\n2\r\n{}\r\n0\r\n\r\n");
            let refused = connection.answer().refused(NotImplemented);
            let message = refused["message"].as_str().unwrap();
            assert!(message.contains("transfer coding"), "{target}: {message}");
        }
    }
}

#[test]
fn rejects_repeated_transfer_codings() {
    let server = WireServer::start();
    for target in [
        "POST /api/v1/orders",
        "POST /_mock/organizations",
        "GET /openapi.json",
    ] {
        for codings in [
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            "Transfer-Encoding: chunked, Chunked\r\nTransfer-Encoding: chunked\r\n",
        ] {
            let mut connection = server.connect();
            let json = "Content-Type: application/json\r\n";
            connection.send(head(target) + json + codings + "\r\n2\r\n{}\r\n0\r\n\r\n");
            let refused = connection.answer().refused(InvalidRequest);
            assert_eq!(
                refused["message"], "the transfer coding chunked is there more than once",
                "{target}, {codings}"
            );
        }
    }
}

#[test]
fn rejects_lines_without_carriage_return() {
    let server = WireServer::start();
    for lines in [
        "GET /_mock/health HTTP/1.1\nHost: localhost\n\n",
        "GET /_mock/health HTTP/1.1\r\nHost: localhost\n\r\n",
        "GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nX-One: 1\nX-Two: 2\r\n\r\n",
        "GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\n",
    ] {
        // All at once, and byte by byte.
        for size in [lines.len(), 1] {
            let mut connection = server.connect();
            for part in lines.as_bytes().chunks(size) {
                connection.send(part);
            }
            connection.answer().refused(InvalidRequest);
            assert!(connection.is_ended(), "{lines:?}");
        }
    }
    let body = r#"{"title":"t","features":["CONTACTS"],"companies":[{"company_name":"A"}]}"#;
    let body = body.replace(',', ",\n");
    let post = head("POST /api/v1/orders") + "Content-Type: application/json\r\n";
    let mut connection = server.connect();
    for _ in 0..2 {
        let length = format!("Content-Length: {}\r\n\r\n", body.len());
        connection.send(post.clone() + &length + &body);
        connection.answer_to("POST", "/api/v1/orders").ok();
    }
}

/// Also if the request comes together with the one before it.
#[test]
fn rejects_lines_of_a_later_head_without_carriage_return() {
    const ORDERS: &str = "/api/v1/orders";
    const LISTS: &str = "/api/v1/blacklists";
    let server = WireServer::start();
    let get = head(&format!("GET {ORDERS}")) + "\r\n";
    let wrong = get.replacen("\r\n", "\n", 1);
    let post = head(&format!("POST {LISTS}")) + "Content-Type: application/json\r\n";
    let body = "{\"name\":\n\"a\"}";
    let length = body.len();
    let whole = format!("Content-Length: {length}\r\n\r\n{body}");
    let chunk = format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n");
    for (first, method, path) in [
        (get.clone(), "GET", ORDERS),
        (post.clone() + &whole, "POST", LISTS),
        (post.clone() + &chunk, "POST", LISTS),
    ] {
        let mut connection = server.connect();
        connection.send(format!("{first}{get}"));
        connection.answer_to(method, path).ok();
        connection.answer_to("GET", ORDERS).ok();
        connection.send(format!("{first}{wrong}"));
        connection.answer_to(method, path).ok();
        connection.answer().refused(InvalidRequest);
        assert!(connection.is_ended());
    }
}

#[test]
fn control_request_has_exactly_one_host() {
    let server = WireServer::start();
    let mut connection = server.connect();
    connection.send(head("GET /_mock/organizations") + "Host: localhost\r\n\r\n");
    connection.answer().refused(InvalidRequest);
}

#[test]
fn host_has_a_maximum_length() {
    let server = WireServer::start();
    for path in ["/api/v1/orders", "/_mock/health", "/oauth/jwks.json"] {
        for (length, status) in [(260, "200"), (261, "400")] {
            let host = "a".repeat(length);
            for request in [
                format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n"),
                format!("GET http://{host}{path} HTTP/1.1\r\nHost: a\r\n"),
                format!("GET http://{host}{path} HTTP/1.0\r\n"),
            ] {
                let mut connection = server.connect();
                connection.send(format!("{request}Authorization: Bearer {KEY}\r\n\r\n"));
                let head = connection.head();
                assert_eq!(&head[9..12], status, "{length}: {request}");
            }
        }
    }
}

#[test]
fn other_spellings_of_a_path_get_wire_faults() {
    let server = WireServer::start();
    for path in ["/api/v1/%6Frders", "/%61pi/v1/orders"] {
        let mut connection = server.connect();
        let fault = "X-Mock-Fault: close;after=20\r\n\r\n";
        let begin = connection
            .send(head(&format!("GET {path}")) + fault)
            .take(20);
        assert!(begin.starts_with(b"HTTP/1.1 200 OK\r\n"), "{path}");
        assert!(connection.is_ended(), "{path}");
    }
}

#[test]
fn rejects_truncated_bodies() {
    let server = WireServer::start();
    let post = head("POST /api/v1/orders")
        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut connection = server.connect();
    let refused = connection
        .send(post)
        .send("5\r\n{\"a\":\r\nnonsense\r\n")
        .answer();
    assert_eq!(refused.json()["message"], "the body is incomplete");
    refused.refused(InvalidRequest);
    assert!(connection.is_ended());
}

#[test]
fn limits_chunked_bodies() {
    let server = WireServer::start();
    let post = head("POST /api/v1/orders")
        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut connection = server.connect();
    connection.send(post);
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, " ".repeat(1 << 20));
    for _ in 0..9 {
        connection.send(&chunk);
    }
    connection.answer().refused(PayloadTooLarge);
}

#[test]
fn accepts_other_forms_of_a_target() {
    let server = WireServer::start();
    let mut connection = server.connect();
    let absolute = head(&format!("GET http://{}/api/v1/orders", server.address)) + "\r\n";
    connection
        .send(absolute)
        .answer_to("GET", "/api/v1/orders")
        .ok();
    connection
        .send(head("OPTIONS *") + "\r\n")
        .answer()
        .refused(NotFound);
    connection
        .send(head("CONNECT localhost:80") + "\r\n")
        .answer()
        .refused(NotFound);
}

#[test]
fn http_1_0_needs_no_host_and_closes_the_connection() {
    let server = WireServer::start();
    let mut connection = server.connect();
    connection.send(format!(
        "GET /api/v1/orders HTTP/1.0\r\nAuthorization: Bearer {KEY}\r\n\r\n"
    ));
    connection.answer_to("GET", "/api/v1/orders").ok();
    assert!(connection.is_ended());
}

#[test]
fn chunks_override_a_length_and_nothing_is_read_after_them() {
    let server = WireServer::start();
    let (chunks, length) = ("Transfer-Encoding: chunked\r\n", "Content-Length: 3\r\n");
    for lengths in [format!("{chunks}{length}"), format!("{length}{chunks}")] {
        let post = head("POST /api/v1/orders") + "Content-Type: application/json\r\n" + &lengths;
        let order = order(1).to_string();
        let mut connection = server.connect();
        let hidden = head("POST /hidden") + "\r\n";
        connection.send(format!(
            "{post}\r\n{:x}\r\n{order}\r\n0\r\n\r\n{hidden}",
            order.len()
        ));
        connection.answer_to("POST", "/api/v1/orders").ok();
        assert!(connection.is_ended());
    }
    let journal = "/_mock/organizations/self/journal";
    let mut connection = server.connect();
    let journal = connection
        .send(head(&format!("GET {journal}")) + "\r\n")
        .answer_to("GET", journal);
    assert!(!journal.text().contains("hidden"));
    assert_eq!(journal.ok()["recorded"], 2);
}
