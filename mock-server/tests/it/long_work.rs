//! Long work keeps no other request waiting. The server has one thread here, so whoever works on it would.

use std::{pin::pin, sync::mpsc};

use futures_util::future::{Either, select};
use http::{Method, StatusCode};
use serde_json::json;
use tokio::runtime::Builder;

use crate::test_app::{Call, Caller, Organization, order};

/// Sends a long request and then a short one of this caller, which must not wait for it. Returns the status of the long one.
#[track_caller]
fn does_not_wait(long: Call, caller: &Caller) -> StatusCode {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().max_blocking_threads(1).build();
    let runtime = runtime.unwrap();
    // The only thread for long work is busy until the short request has its response.
    let (release, released) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || released.recv());
    let short = caller.call(Method::GET, "/organization").answered();
    let (long, short) = (pin!(long.opened()), pin!(short));
    // The long one is polled first.
    match runtime.block_on(select(long, short)) {
        Either::Left((long, _)) => panic!("it was done where requests are served: {long:?}"),
        Either::Right((short, long)) => {
            short.ok();
            drop(release);
            runtime.block_on(long).status()
        }
    }
}

fn control(organization: &Organization, method: Method, path: &str) -> Call {
    let path = format!("/_mock/organizations/{}{path}", organization.name);
    organization.app.call(method, &path)
}

#[test]
fn reading_a_long_body_keeps_nobody_waiting() {
    let (organization, caller) = Organization::new();
    let wrong = |field: &str| format!(r#"{{"{field}":[{}0]}}"#, "[],".repeat(100_000));
    let invalid = caller.call(Method::POST, "/orders");
    let invalid = invalid.header("content-type", "application/json");
    let status = does_not_wait(invalid.body(wrong("companies")), &caller);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for (method, path, field) in [
        (Method::POST, "/keys", "scopes"),
        (Method::POST, "/journal/verify", "expect"),
        (Method::PUT, "/snapshot", "keys"),
    ] {
        let call = control(&organization, method, path).body(wrong(field));
        let status = does_not_wait(call, &caller);
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}

#[test]
fn writing_a_long_response_keeps_nobody_waiting() {
    let (organization, caller) = Organization::new();
    for _ in 0..10 {
        caller.post("/orders", &json!({"title": "x".repeat(60_000)}));
    }
    for path in ["/snapshot", "/journal/har", "/journal/ndjson"] {
        let call = control(&organization, Method::GET, path);
        assert_eq!(does_not_wait(call, &caller), StatusCode::OK, "{path}");
    }
}

#[test]
fn changing_a_long_response_keeps_nobody_waiting() {
    let (_, caller) = Organization::new();
    let many = ["numbers;are=text"; 10].join(",");
    for fault in [
        "texts;are=long",
        r#"json;patch=[{"op":"copy","from":"","path":"/a"}]"#,
        &many,
    ] {
        let list = caller.call(Method::GET, "/companies?limit=100");
        let call = list.header("x-mock-fault", fault);
        assert_eq!(does_not_wait(call, &caller), StatusCode::OK, "{fault}");
    }
}

#[test]
fn delivering_a_large_order_keeps_nobody_waiting() {
    let (organization, caller) = Organization::new();
    caller.create(&order(2_000));
    organization.advance("1h");
    // Any request of this organization needs the order to be delivered, so the short one is that of another.
    let other = organization.app.organization();
    let other = other.key(json!({"preset": "full_access"}));
    let list = caller.call(Method::GET, "/companies?limit=1");
    assert_eq!(does_not_wait(list, &other), StatusCode::OK);
}
