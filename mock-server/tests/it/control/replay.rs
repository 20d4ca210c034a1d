//! A recorded request is sent again.

use http::Method;
use schemas::ErrorCode::{Conflict, NotFound};
use serde_json::json;

use crate::test_app::{Organization, TestApp, order};

/// Sends the last request of an organization again; returns the response of the control API.
#[track_caller]
fn replay(organization: &Organization) -> crate::response::Response {
    let journal = organization.journal();
    let id = journal.last().unwrap()["id"].as_str().unwrap().to_owned();
    organization
        .app
        .control(Method::POST, &format!("/replay/{id}"), ())
}

#[test]
fn a_request_is_sent_again_with_its_key_and_its_body() {
    let (organization, caller) = Organization::new();
    caller.post("/orders", &order(2)).ok();
    let answer = replay(&organization).ok();
    assert_eq!(answer["status"], 201);
    let journal = organization.journal();
    assert_eq!(journal.len(), 2);
    assert_eq!(journal[1]["id"], answer["id"]);
    assert_eq!(journal[0]["id"], answer["replays"]);
    for same in ["key", "method", "target", "operation", "status"] {
        assert_eq!(journal[0][same], journal[1][same], "{same}");
    }
    assert_eq!(caller.get("/orders").ok()["total"], 7);
}

#[test]
fn a_request_with_a_token_is_sent_again_too() {
    let (organization, _) = Organization::new();
    organization.admin().get("/orders").ok();
    assert_eq!(replay(&organization).ok()["status"], 200);
    assert_eq!(organization.journal()[1]["credential"], "oauth");
}

#[test]
fn what_has_changed_since_then_counts() {
    let (organization, caller) = Organization::new();
    caller.get("/orders").ok();
    organization
        .control(Method::POST, "/keys/key_1/revoke", ())
        .ok();
    assert_eq!(replay(&organization).ok()["status"], 401);
}

#[test]
fn a_refused_request_is_sent_again_with_its_body() {
    let (organization, _) = Organization::new();
    let reader = organization.key(json!({"preset": "read_only"}));
    reader.post("/orders", &order(1));
    assert_eq!(replay(&organization).ok()["status"], 403);
    let path = format!(
        "/journal/{}",
        organization.journal()[1]["id"].as_str().unwrap()
    );
    let again = organization.control(Method::GET, &path, ()).ok();
    assert_eq!(again["request"]["body"]["text"], order(1).to_string());
}

#[test]
fn what_the_journal_lacks_is_not_made_up() {
    let (organization, caller) = Organization::with("capture = 'off'");
    caller.get("/orders").ok();
    replay(&organization).refused(Conflict);
    let (organization, _) = Organization::new();
    let reader = organization.key(json!({"preset": "read_only"}));
    let long = reader.call(Method::POST, "/orders");
    long.body("x".repeat(64 * 1024 + 1)).spoiled();
    let refused = replay(&organization).refused(Conflict);
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("did not read the whole body")
    );
    let caller = organization.key(json!({"preset": "full_access"}));
    caller.get(&format!("/orders?x={}", "y".repeat(600)));
    replay(&organization).refused(Conflict);
}

#[test]
fn unknown_requests_and_those_of_nobody_are_refused() {
    let app = TestApp::new();
    app.control(Method::POST, "/replay/1", ()).refused(NotFound);
    let answer = app.call(Method::GET, "/api/v1/orders").send();
    let id = answer.header("x-request-id").unwrap().to_owned();
    app.control(Method::POST, &format!("/replay/{id}"), ())
        .refused(Conflict);
}
