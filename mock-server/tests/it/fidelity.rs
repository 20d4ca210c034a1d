//! What the server states about its own behaviour is true.

use http::Method;
use schemas::{
    ErrorCode::{AuthenticationError, AuthorizationError, MethodNotAllowed, NotFound},
    Profile,
    fidelity::{self, BEHAVIOURS, Nearness},
};

use serde_json::json;

use crate::test_app::{Caller, Organization, TestApp, order};

#[test]
fn report_matches_the_contract() {
    for (settings, profile) in [
        ("", Profile::Everything),
        ("documented_only = true", Profile::Documented),
    ] {
        let report = TestApp::with(settings).control(Method::GET, "/fidelity", ());
        assert_eq!(report.ok(), fidelity::report(profile));
    }
}

#[test]
fn absent_operations_are_not_served() {
    let (_, caller) = Organization::new();
    let absent = BEHAVIOURS
        .iter()
        .filter(|row| matches!(row.nearness, Nearness::Absent(_)))
        .flat_map(|row| row.statement.split('`').skip(1).step_by(2))
        .filter_map(|quoted| quoted.split_once(" /"));
    let mut asked = 0;
    for (method, path) in absent {
        let path = format!("/{}", path.replace(['{', '}'], ""));
        let call = caller.call(method.parse().unwrap(), &path);
        call.send().refused(NotFound);
        asked += 1;
    }
    assert!(asked > 2);
}

/// Asserts that the statement that a test is about still exists.
#[track_caller]
fn said(statement: &str) {
    let found = BEHAVIOURS.iter().any(|row| row.statement == statement);
    assert!(found, "nothing says so any more: {statement}");
}

#[test]
fn repeated_order_creates_two_orders() {
    said("`Idempotency-Key` is ignored: the same request twice creates two orders");
    let (_, caller) = Organization::new();
    let create = || {
        let call = caller.call(Method::POST, "/orders").json(&order(1));
        call.header("idempotency-key", "profile-1").send().ok()
    };
    assert_ne!(create()["id"], create()["id"]);
}

#[test]
fn organization_has_five_prospect_searches() {
    said("An organization has five from the start and cannot create more");
    let (_, caller) = Organization::new();
    assert_eq!(caller.get("/prospect-searches").ok()["total"], 5);
    let made = caller.call(Method::POST, "/prospect-searches").send();
    made.refused(MethodNotAllowed);
}

#[test]
fn order_is_completed_after_ten_seconds() {
    said("An order is completed ten seconds after it was created");
    let (organization, caller) = Organization::new();
    let path = format!("/orders/{}", caller.create(&order(1)));
    let status = |by| {
        organization.advance(by);
        caller.get(&path).ok()["status"].take()
    };
    assert_eq!(status("9s"), "IN_PROGRESS");
    assert_eq!(status("1s"), "COMPLETED");
}

#[test]
fn discovery_finds_5_to_25_companies() {
    said(
        "A discovery order finds companies of its search's industries, 5 to 25 without a `quantity`",
    );
    let (organization, caller) = Organization::new();
    let discovery = json!({"title": "t", "features": ["CONTACTS"], "order_type": "DISCOVERY"});
    let ids: Vec<_> = (0..20).map(|_| caller.create(&discovery)).collect();
    organization.advance("10s");
    for id in ids {
        let results = caller.get(&format!("/orders/{id}/results?limit=1")).ok();
        let total = results["total"].as_u64().unwrap();
        assert!((5..=25).contains(&total), "{total}");
    }
}

#[test]
fn token_can_revoke_a_key_and_a_key_cannot() {
    said("`DELETE /api-keys/{id}` is for a JWT with `admin:write`; an API key gets 403");
    let (organization, caller) = Organization::new();
    let revoke = |caller: &Caller| caller.call(Method::DELETE, "/api-keys/key_1").send();
    revoke(&caller).refused(AuthorizationError);
    let jwt = organization
        .app
        .caller("eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl");
    revoke(&jwt).refused(AuthenticationError);
    assert_eq!(revoke(&organization.admin()).status.as_u16(), 204);
}
