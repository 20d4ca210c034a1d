//! Faults of responses, bodies and values, through the whole server as a client on a socket sees them.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::{KEY, WireServer};

/// A response, read to its end.
struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    /// All values of a header, in order.
    fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, says)| says)
            .collect()
    }
}

/// Sends a request on its own connection.
#[track_caller]
fn call(server: &WireServer, line: &str, fault: &str, body: &str) -> Answer {
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {KEY}\r\nX-Mock-Fault: {fault}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        server.address,
        body.len()
    );
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let body = bytes.split_off(end + 4);
    // A header may be in Latin-1, where each byte is a character.
    let head = bytes.into_iter().map(char::from).collect();
    Answer { head, body }
}

/// A list of two companies, with a fault.
#[track_caller]
fn companies(server: &WireServer, fault: &str) -> Answer {
    call(server, "GET /api/v1/companies?limit=2", fault, "")
}

#[test]
fn values_names_and_lists_deviate() {
    let server = WireServer::start();
    let whole = companies(&server, "").json();
    let (first, second) = (&whole["items"][0], &whole["items"][1]);
    let total = whole["total"].as_i64().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for (fault, path, expected) in [
        (
            "numbers;are=text;field=total",
            "/total",
            json!(total.to_string()),
        ),
        (
            "numbers;are=beyond_double;field=total",
            "/total",
            json!(9_007_199_254_740_993_u64),
        ),
        ("numbers;are=null", "/limit", Value::Null),
        (
            "texts;are=emoji;field=name",
            "/items/0/name",
            json!(text(&first["name"]) + " 👩‍👩‍👧‍👦"),
        ),
        ("texts;are=number", "/items/0/city", json!(17)),
        ("texts;are=empty", "/items/1/id", second["id"].clone()),
        (
            "dates;are=date_only",
            "/items/0/created_at",
            json!(text(&first["created_at"])[..10]),
        ),
        (
            "dates;are=year_one",
            "/items/0/updated_at",
            json!("0001-01-01T00:00:00Z"),
        ),
        (
            "ids;are=upper",
            "/items/1/id",
            json!(text(&second["id"]).to_uppercase()),
        ),
        (
            "names;are=camel",
            "/items/0/createdAt",
            first["created_at"].clone(),
        ),
        ("list;is=empty", "/items", json!([])),
        ("list;is=partial", "/items", json!([first])),
        ("list;is=null", "/items", Value::Null),
        ("list;is=total_too_high", "/total", json!(total + 1)),
        (
            r#"json;patch=[{"op":"move","from":"/items","path":"/rows"}]"#,
            "/rows",
            json!([first, second]),
        ),
        (
            r#"json;remove=["/items/*/name"]"#,
            "/items/1/city",
            second["city"].clone(),
        ),
    ] {
        let drifted = companies(&server, fault);
        assert_eq!(drifted.status(), 200, "{fault}");
        assert_eq!(drifted.json().pointer(path), Some(&expected), "{fault}");
    }
}

#[test]
fn bodies_are_malformed_or_contain_huge_numbers() {
    let server = WireServer::start();
    for (fault, has) in [
        ("body;is=infinity", "\"x\":Infinity"),
        ("body;is=lone_surrogate", "\"x\":\"\\ud800\""),
        ("numbers;are=overflow", "\"total\":1e400"),
    ] {
        let body = String::from_utf8(companies(&server, fault).body).unwrap();
        assert!(body.contains(has), "{fault}: {body}");
        assert!(serde_json::from_str::<Value>(&body).is_err(), "{fault}");
    }
}

#[test]
fn errors_have_other_shapes_including_those_of_the_server() {
    let server = WireServer::start();
    let missing = "GET /api/v1/companies/7f3e8c90-1234-4678-9abc-def012345678";
    let whole = call(&server, missing, "", "").json();
    for (is, path, expected) in [
        ("no_code", "/code", None),
        ("wrong_code", "/code", Some(json!("E_4711"))),
        ("nested", "/error", Some(whole.clone())),
        ("problem", "/title", Some(whole["message"].clone())),
    ] {
        let answer = call(&server, missing, &format!("error_shape;is={is}"), "");
        assert_eq!(answer.status(), 404, "{is}");
        assert_eq!(answer.json().pointer(path), expected.as_ref(), "{is}");
    }
    let details = "error;status=403, error_shape;is=details";
    let answer = companies(&server, details).json();
    assert!(answer["details"]["required_scopes"].is_array() && answer["detail"].is_null());
}

/// A fault, its status, a header, and all values of that header.
type Said = (&'static str, u16, &'static str, &'static [&'static str]);

const SAID: &[Said] = &[
    ("rate_limit;retry_after=0", 429, "retry-after", &["0"]),
    (
        "rate_limit;retry_after=decimal;status=403",
        403,
        "retry-after",
        &["2.0"],
    ),
    (
        "rate_limit;retry_after=duplicate",
        429,
        "retry-after",
        &["1", "60"],
    ),
    (
        "rate_headers;are=used_up",
        200,
        "x-ratelimit-remaining",
        &["0"],
    ),
    ("rate_headers;are=missing", 200, "x-ratelimit-reset", &[]),
    ("headers;latin1=true", 200, "x-latin1", &["Zürich"]),
    ("cache;is=stale", 200, "age", &["86400"]),
    ("cache;is=same_etag", 200, "etag", &["\"1\""]),
    (
        "content_type;is=twice",
        200,
        "content-type",
        &["application/json"; 2],
    ),
    ("encoding;is=brotli", 200, "content-encoding", &["br"]),
    (
        "redirect;to=relative;status=302",
        302,
        "location",
        &["/api/v1/companies?limit=2"],
    ),
    (
        "redirect;to=slash;status=301",
        301,
        "location",
        &["/api/v1/companies/?limit=2"],
    ),
    (
        r#"error;status=401, headers;remove=["www-authenticate"]"#,
        401,
        "www-authenticate",
        &[],
    ),
    (
        "error;status=417",
        417,
        "content-type",
        &["application/json"],
    ),
    ("empty;status=304", 304, "content-type", &[]),
];

#[test]
fn headers_are_as_configured() {
    let server = WireServer::start();
    for &(fault, status, header, says) in SAID {
        let answer = companies(&server, fault);
        let seen = (answer.status(), answer.all(header));
        assert_eq!(seen, (status, says.to_vec()), "{fault}");
    }
    // The path with a slash is not redirected.
    let there = call(&server, "GET /api/v1/companies/", "redirect;to=slash", "");
    assert_eq!(there.status(), 200);
}

#[test]
fn large_body_has_its_length_or_is_chunked() {
    let server = WireServer::start();
    let whole = companies(&server, "").json();
    let large = companies(&server, "big;mib=3");
    assert_eq!(large.all("content-length"), [large.body.len().to_string()]);
    assert!(large.body.len() > 3 << 20);
    assert_eq!(large.json(), whole);
    let chunked = companies(&server, "big;mib=1;chunked=true");
    assert_eq!(chunked.all("transfer-encoding"), ["chunked"]);
    assert!(chunked.body.len() > 1 << 20 && chunked.body.ends_with(b"0\r\n\r\n"));
    let bomb = companies(&server, "encoding;is=bomb;mib=10");
    assert!(bomb.body.len() < 20_000, "{}", bomb.body.len());
}
