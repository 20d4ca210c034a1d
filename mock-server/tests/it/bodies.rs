//! `Host`, and the size, type and encoding of request bodies.

use std::sync::{Arc, Mutex};

use http::Method;
use schemas::ErrorCode::{InvalidJson, InvalidRequest, PayloadTooLarge, UnsupportedMediaType};

use crate::{
    response::Response,
    test_app::{Call, Caller, Organization, order},
};

/// Maximum size of a body in bytes.
const LARGEST: usize = 8 * 1024 * 1024;

fn post(caller: &Caller) -> Call {
    caller
        .call(Method::POST, "/orders")
        .body(order(1).to_string())
}

/// Sends a body that is declared as JSON.
#[track_caller]
fn json(caller: &Caller, body: impl Into<Vec<u8>>) -> Response {
    post(caller)
        .header("content-type", "application/json")
        .body(body.into())
        .send()
}

/// The order, padded with spaces to `length` bytes.
fn filled_up_to(length: usize) -> Vec<u8> {
    let mut body = order(1).to_string().into_bytes();
    body.resize(length, b' ');
    body
}

#[test]
fn large_body_does_not_delay_other_requests() {
    let (_, caller) = Organization::new();
    let runtime = Arc::clone(&caller.app.runtime);
    let order = Mutex::new(Vec::new());
    let note = |name| order.lock().unwrap().push(name);
    let large = async {
        let large = post(&caller).header("content-type", "application/json");
        large.body(filled_up_to(LARGEST)).answered().await.ok();
        note("large");
    };
    let small = async {
        caller
            .call(Method::GET, "/organization")
            .answered()
            .await
            .ok();
        note("small");
    };
    runtime.block_on(async { tokio::join!(large, small) });
    assert_eq!(*order.lock().unwrap(), ["small", "large"]);
}

#[test]
fn requires_a_json_media_type() {
    let (_, caller) = Organization::new();
    post(&caller).send().refused(UnsupportedMediaType);
    for kind in [
        "",
        "text/plain",
        "text/json",
        "application/jsonx",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "*/*",
    ] {
        post(&caller)
            .header("content-type", kind)
            .send()
            .refused(UnsupportedMediaType);
    }
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON",
    ] {
        post(&caller).header("content-type", kind).send().ok();
    }
}

#[test]
fn names_a_byte_order_mark() {
    let (organization, caller) = Organization::new();
    let order = order(1).to_string();
    for (mark, encoding) in [
        (&b"\xef\xbb\xbf"[..], "UTF-8"),
        (b"\xff\xfe", "UTF-16"),
        (b"\xfe\xff", "UTF-16"),
    ] {
        let marked = [mark, order.as_bytes()].concat();
        let expected = format!(
            "the body begins with a byte order mark of {encoding}; send JSON as UTF-8 without one"
        );
        let refused = json(&caller, marked.clone()).refused(InvalidJson);
        assert_eq!(refused["message"], expected);
        for path in ["organizations", "organizations/self/scenario"] {
            let call = organization
                .app
                .call(Method::POST, &format!("/_mock/{path}"));
            let bearer = format!("Bearer {}", caller.key);
            let call = call.header("authorization", bearer);
            let refused = call.body(marked.clone()).send().refused(InvalidJson);
            assert_eq!(refused["message"], expected, "{path}");
        }
        let snapshot = format!("/_mock/organizations/{}/snapshot", organization.name);
        let call = organization.app.call(Method::PUT, &snapshot).body(marked);
        assert_eq!(call.send().refused(InvalidJson)["message"], expected);
    }
}

#[test]
fn rejects_encoded_bodies() {
    let (_, caller) = Organization::new();
    let coded = |coding: &str| {
        post(&caller)
            .header("content-type", "application/json")
            .header("content-encoding", coding)
            .send()
    };
    for coding in ["gzip", "br", "gzip, identity", "identity, gzip", ""] {
        coded(coding).refused(UnsupportedMediaType);
    }
    coded("identity").ok();
}

#[test]
fn get_may_declare_and_have_a_body() {
    let (_, caller) = Organization::new();
    for body in ["", "{}", "not json", "{"] {
        let call = caller.call(Method::GET, "/orders");
        call.header("content-type", "application/json")
            .body(body)
            .send()
            .ok();
    }
    let call = caller.call(Method::GET, "/orders");
    call.header("content-type", "text/plain")
        .header("content-encoding", "gzip")
        .body("x")
        .send()
        .ok();
}

#[test]
fn malformed_json_is_rejected_without_echoing_it() {
    let (_, caller) = Organization::new();
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let broken: [&[u8]; 9] = [
        b"",
        b" ",
        b"{",
        b"{\"title\": }",
        b"{} {}",
        b"{'title': 1}",
        b"NaN",
        b"{\"title\": \"\xff\"}",
        deep.as_bytes(),
    ];
    for body in broken {
        let refused = json(&caller, body).refused(InvalidJson);
        assert!(
            refused["message"]
                .as_str()
                .unwrap()
                .starts_with("the body is not JSON: ")
        );
    }
    let secret = json(&caller, "{\"a-secret\": a-secret}");
    assert!(!secret.text().contains("a-secret"));
    secret.refused(InvalidJson);
}

#[test]
fn body_has_at_most_8_mib() {
    let (_, caller) = Organization::new();
    json(&caller, filled_up_to(LARGEST)).ok();
    let refused = json(&caller, filled_up_to(LARGEST + 1));
    insta::assert_snapshot!(refused, @r#"
    413 Payload Too Large
    {"code":"PAYLOAD_TOO_LARGE","message":"the body is larger than 8388608 bytes"}
    "#);
}

#[test]
fn does_not_wait_for_a_body_declared_too_large() {
    let (_, caller) = Organization::new();
    let declared = |length: usize| {
        let call = post(&caller).header("content-type", "application/json");
        call.header("content-length", length.to_string()).send()
    };
    declared(LARGEST + 1).refused(PayloadTooLarge);
    declared(LARGEST).ok();
}

#[test]
fn requires_exactly_one_host() {
    let (organization, caller) = Organization::new();
    let without = || caller.call(Method::GET, "/orders").without("host");
    without().send().refused(InvalidRequest);
    without()
        .header("host", "a")
        .header("host", "a")
        .send()
        .refused(InvalidRequest);
    for wrong in ["", " ", "a b", "user@a", "a/b", "http://a", "a:b:c", "[::1"] {
        without()
            .header("host", wrong)
            .send()
            .refused(InvalidRequest);
    }
    for right in [
        "a",
        "example.com",
        "example.com:8000",
        "127.0.0.1:8000",
        "[::1]:8000",
    ] {
        without().header("host", right).send().ok();
    }
    organization
        .app
        .call(Method::GET, "/nothing")
        .without("host")
        .send()
        .refused(InvalidRequest);
}
