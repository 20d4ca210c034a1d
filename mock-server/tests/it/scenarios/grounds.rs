//! The keys and data of a scenario, and what it does with them.

use http::Method;
use schemas::ErrorCode::{
    AuthenticationError, AuthorizationError, Conflict, RateLimitExceeded, ValidationError,
};
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization, TestApp, order};

/// A scenario as the body of a control request.
fn scenario(mut parts: Value) -> Value {
    parts["name"] = json!("a");
    parts["summary"] = json!("b");
    json!({ "scenario": parts })
}

/// Switches a scenario on; returns its keys, in order.
#[track_caller]
fn arm(organization: &Organization, wanted: Value) -> Vec<Caller> {
    let armed = organization.control(Method::POST, "/scenario", wanted).ok();
    let keys = armed["keys"].as_array().cloned().unwrap_or_default();
    let text = |key: &Value| key["key"].as_str().unwrap().to_owned();
    keys.iter()
        .map(|key| organization.app.caller(text(key)))
        .collect()
}

#[test]
fn key_is_replaced_by_another() {
    let (organization, _) = Organization::new();
    let keys = arm(&organization, json!({"name": "key-handover"}));
    let [old, new] = &keys[..] else {
        panic!("two keys come along");
    };
    new.get("/orders").refused(AuthenticationError);
    for _ in 0..4 {
        old.get("/orders").ok();
    }
    new.get("/orders").ok();
    organization.advance("59s");
    old.get("/orders").ok();
    organization.advance("1s");
    old.get("/orders").refused(AuthenticationError);
    new.get("/orders").ok();
}

#[test]
fn keys_of_a_scenario_are_new_for_each_activation() {
    let (organization, caller) = Organization::with("tiers.free = '2/1h'");
    let wanted = scenario(json!({
        "keys": [
            {"name": "reader", "scopes": ["orders:read"], "tier": "free"},
            {"name": "short", "preset": "orders", "expires_in": "90s"},
        ],
        "steps": [{"after": {"requests": 3}, "do": [{"set_scopes": {"key": "reader", "scopes": []}}]}],
        "rules": [{"when": {"key": "short"}, "do": [{"error": {"status": 503}}]}],
    }));
    for _ in 0..2 {
        let keys = arm(&organization, wanted.clone());
        let [reader, short] = &keys[..] else {
            panic!("two keys come along");
        };
        reader.get("/orders").ok();
        reader
            .post("/orders", &order(1))
            .refused(AuthorizationError);
        assert_eq!(short.call(Method::GET, "/orders").spoiled().status, 503);
        reader.get("/orders").refused(RateLimitExceeded);
        organization.advance("1h");
        reader.get("/orders").refused(AuthorizationError);
        assert_eq!(short.call(Method::GET, "/orders").spoiled().status, 401);
        caller.get("/orders").ok();
    }
    let list = organization.control(Method::GET, "/keys", ()).ok();
    assert_eq!(list["total"], 3, "{list}");
    let shown = organization.control(Method::GET, "/scenario", ()).ok();
    assert_eq!(shown["keys"], Value::Null);
}

#[test]
fn data_exists_from_the_start_and_orders_are_moved() {
    let (organization, caller) = Organization::new();
    let before = caller.get("/orders").ok()["orders"]
        .as_array()
        .unwrap()
        .len();
    arm(&organization, json!({"name": "order-cancelled"}));
    let list = caller.get("/orders").ok();
    assert_eq!(list["total"], before + 1);
    let listed = &list["orders"][before];
    assert_eq!(listed["status"], "RECEIVED");
    let path = format!("/orders/{}", listed["id"].as_str().unwrap());
    let statuses = [(); 2].map(|()| caller.get(&path).ok()["status"].clone());
    assert_eq!(statuses, ["RECEIVED", "CANCELLED"]);
}

#[test]
fn step_for_a_state_follows_the_request_that_leads_to_it() {
    let (organization, caller) = Organization::new();
    arm(&organization, json!({"name": "order-cancelled"}));
    let created = caller.post("/orders", &order(1)).ok();
    assert_eq!(created["status"], "RECEIVED");
    // However late it is read: it would be completed otherwise.
    organization.advance("1d");
    let path = format!("/orders/{}", created["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).ok()["status"], "CANCELLED");
}

#[test]
fn impossible_data_is_rejected_without_changes() {
    let (organization, caller) = Organization::new();
    arm(&organization, json!({"name": "revoked-mid-run"}));
    let data = json!([
        {"operation": "create_order", "body": order(1)},
        {"operation": "create_order", "body": {"title": "t", "features": ["NOTHING"]}},
    ]);
    let refused = organization
        .control(Method::POST, "/scenario", scenario(json!({"data": data})))
        .refused(ValidationError);
    let error = refused["detail"]["validation_errors"][0]["error"]
        .as_str()
        .unwrap();
    assert!(error.starts_with("a: data 2: features[0]: "), "{error}");
    let shown = organization.control(Method::GET, "/scenario", ()).ok();
    assert_eq!(shown["name"], "revoked-mid-run");
    caller.get("/orders").ok();
}

#[test]
fn organization_starts_with_keys_and_data_of_the_servers_scenario() {
    let app = TestApp::with("scenario = 'key-handover'");
    let made = app.control(Method::POST, "/organizations", json!({})).ok();
    let name = made["name"].as_str().unwrap();
    let [old, new] = [0, 1].map(|index| {
        let key = made["scenario_keys"][index]["key"].as_str().unwrap();
        assert!(key.ends_with(name));
        app.caller(key)
    });
    let pair = || {
        let status = |caller: &Caller| {
            let answer = caller.call(Method::GET, "/orders").spoiled();
            answer.status.as_u16()
        };
        (status(&old), status(&new))
    };
    assert_eq!(pair(), (200, 401));
    app.control(Method::POST, &format!("/organizations/{name}/reset"), ())
        .ok();
    assert_eq!(pair(), (200, 401));
    assert_eq!([pair(), pair()], [(200, 401), (200, 200)]);
}

#[test]
fn limits_the_number_of_keys() {
    let (organization, _) = Organization::new();
    let many = |name: &str| {
        let keys: Vec<_> = (0..100)
            .map(|number| json!({"name": format!("{name}-{number}"), "preset": "orders"}))
            .collect();
        scenario(json!({"keys": keys}))
    };
    for number in 0..9 {
        arm(&organization, many(&number.to_string()));
    }
    organization
        .control(Method::POST, "/scenario", many("more"))
        .refused(Conflict);
    arm(&organization, many("0"));
}
