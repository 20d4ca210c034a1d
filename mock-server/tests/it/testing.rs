//! The sandbox for tests in Rust.

use std::{
    fs,
    net::SocketAddr,
    panic::{self, AssertUnwindSafe},
    time::Duration,
};

use mock_server::{
    Settings,
    testing::{MockServer, Organization},
};
use schemas::ErrorCode::AuthenticationError;
use serde_json::{Value, json};

use crate::{response::Response, wire::connection::Connection};

/// The response to a request with a key of the organization.
#[track_caller]
fn send(organization: &Organization, method: &str, path: &str) -> Response {
    let url = organization.api_url();
    let address = url
        .strip_prefix("http://")
        .and_then(|rest| rest.strip_suffix("/api/v1"));
    let address: SocketAddr = address.unwrap().parse().unwrap();
    let (target, key) = (format!("/api/v1{path}"), organization.key());
    let head = format!("{method} {target} HTTP/1.1\r\nHost: {address}");
    let head = format!("{head}\r\nAuthorization: Bearer {key}\r\n\r\n");
    Connection::to(address)
        .send(head)
        .answer_to(method, &target)
}

/// The message with which it panics.
#[track_caller]
fn panics(test: impl FnOnce()) -> String {
    let panicked = panic::catch_unwind(AssertUnwindSafe(test)).unwrap_err();
    *panicked.downcast::<String>().unwrap()
}

fn listing() -> Value {
    json!({"operation": "list_orders", "query": {"limit": "2"}, "exactly": 1})
}

#[test]
fn each_test_has_an_organization_of_its_own() {
    let server = MockServer::start_blocking();
    let (first, second) = (server.organization(), server.organization());
    send(&first, "GET", "/orders").ok();
    assert_ne!(first.name(), second.name());
    assert_eq!((first.requests().len(), second.requests().len()), (1, 0));
    drop(server);
    // The organization keeps the server.
    send(&second, "GET", "/orders").ok();
}

#[tokio::test]
async fn starts_in_an_async_test_too() {
    let server = MockServer::start().await;
    let organization = server.organization();
    organization.expect(listing());
    send(&organization, "GET", "/orders?limit=2").ok();
    assert_eq!(
        server.control_url().replace("/_mock", "/api/v1"),
        server.api_url()
    );
}

#[test]
fn drop_fails_the_test_if_something_else_was_sent() {
    let organization = MockServer::start_blocking().organization();
    organization.expect(listing());
    send(&organization, "GET", "/orders?limit=3").ok();
    insta::assert_snapshot!(panics(|| drop(organization)), @r#"
    the client did not send what was expected
    - expected exactly 1 request, found 0 among 1: operation list_orders, query limit
      closest: GET /api/v1/orders?limit=3
        query limit: expected "2", was "3"
    "#);
}

#[test]
fn failed_test_is_not_verified() {
    let organization = MockServer::start_blocking().organization();
    organization.expect(listing());
    let message = panics(move || {
        let _organization = organization;
        panic!("{}", "the test has failed".to_owned());
    });
    assert_eq!(message, "the test has failed");
}

#[test]
fn verified_expectations_are_not_verified_again() {
    let organization = MockServer::start_blocking().organization();
    organization.expect(listing());
    send(&organization, "GET", "/orders?limit=2").ok();
    organization.verify();
    send(&organization, "GET", "/orders?limit=2").ok();
}

#[test]
fn organization_is_set_up_through_the_control_api() {
    let settings: Settings = toml::from_str("control_token = 'sesame'").unwrap();
    let organization = MockServer::blocking_with(settings).organization();
    let key = organization.new_key(&json!({"preset": "orders"}));
    assert!(key.starts_with("lnc_test_"));
    organization.scenario("rate-limit-storm");
    organization.advance(Duration::from_millis(1_500));
    let message = panics(|| organization.scenario("nothing"));
    assert!(
        message.contains("the sandbox refuses: ") && message.contains("nothing"),
        "{message}"
    );
    let message = panics(|| organization.expect(json!({"operation": "list_order"})));
    assert!(message.contains("expect[0].operation: "), "{message}");
}

#[test]
fn keys_are_revoked_by_their_text() {
    let organization = MockServer::start_blocking().organization();
    let other = organization.new_key(&json!({"preset": "orders"}));
    organization.revoke(&other);
    send(&organization, "GET", "/orders").ok();
    organization.revoke(organization.key());
    send(&organization, "GET", "/orders").refused(AuthenticationError);
    let message = panics(|| organization.revoke("lnc_test_another"));
    assert!(
        message.starts_with("only the key of the organization"),
        "{message}"
    );
}

#[test]
fn scenario_is_read_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("busy.yaml");
    let busy = "name: busy\nsummary: Busy.\nrules: [{do: [{error: {status: 503}}]}]";
    fs::write(&file, busy).unwrap();
    let organization = MockServer::start_blocking().organization();
    organization.scenario_file(&file);
    assert_eq!(send(&organization, "GET", "/orders").status, 503);
}

#[test]
fn settings_that_cannot_be_used_are_reported() {
    let settings: Settings = toml::from_str("tls_cert = '/nowhere.pem'").unwrap();
    let message = panics(|| drop(MockServer::blocking_with(settings)));
    let expected = "the sandbox cannot start: cannot read /nowhere.pem";
    assert!(message.starts_with(expected), "{message}");
}
