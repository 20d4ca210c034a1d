//! `/_mock/explain`: the whole decision on a request.

use http::Method;
use schemas::ErrorCode;
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp},
};

/// The explanation of a response.
#[track_caller]
fn explained(app: &TestApp, answer: &Response) -> Value {
    let id = answer.header("x-request-id").unwrap();
    app.control(Method::GET, &format!("/explain/{id}"), ()).ok()
}

fn free(organization: &Organization) -> Caller {
    organization.key(json!({"scopes": ["orders:read"], "tier": "free"}))
}

#[test]
fn explains_a_refusal_to_the_last_step() {
    let organization = TestApp::new().organization_like(
        json!({"name": "acme01", "clock": format!("frozen={}", crate::test_app::START)}),
    );
    let answer = organization.spelled("OrdersFree").get("/companies?limit=1");
    insta::assert_json_snapshot!(explained(&organization.app, &answer));
}

#[test]
fn explains_a_request_without_a_known_key() {
    let app = TestApp::new();
    let explained = explained(&app, &app.call(Method::GET, "/api/v1/orders").send());
    assert_eq!(explained["organization"], Value::Null);
    assert_eq!(explained["key"], Value::Null);
    assert_eq!(
        explained["answer"]["reason"],
        "there is no Authorization header"
    );
}

#[test]
fn later_requests_do_not_change_an_explanation() {
    let (organization, _) = Organization::new();
    let caller = organization.key(json!({"preset": "orders", "expires_in": "90s"}));
    let answer = caller.get("/orders");
    let before = explained(&organization.app, &answer);
    assert_eq!(before["key"]["state"], "active");
    organization.advance("2h");
    organization
        .control(Method::POST, "/keys/key_2/revoke", ())
        .ok();
    caller.get("/orders");
    assert_eq!(explained(&organization.app, &answer), before);
}

#[test]
fn invalid_key_is_explained_with_the_time() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let state = |caller: &Caller| {
        let key = explained(app, &caller.get("/orders"))["key"].take();
        format!("{} {} {}", key["state"], key["since"], key["reason"])
    };
    let expiring = organization.key(json!({"preset": "orders", "expires_in": "90s"}));
    organization.advance("90s");
    let revoked = organization.key(json!({"preset": "orders"}));
    organization
        .control(Method::POST, "/keys/key_3/revoke", ())
        .ok();
    let used_up = organization.spelled("OrdersRevokedAfter1");
    used_up.get("/orders").ok();
    let told = [
        expiring,
        revoked,
        used_up,
        organization.spelled("OrdersExpired"),
    ]
    .map(|caller| state(&caller))
    .join("\n");
    insta::assert_snapshot!(told, @r#"
    "expired" "2026-01-15T09:01:30.000Z" "the key expired at 2026-01-15T09:01:30.000Z"
    "revoked" "2026-01-15T09:01:30.000Z" "the key was revoked at 2026-01-15T09:01:30.000Z"
    "revoked" null "the key was revoked after 1 requests, as it describes itself"
    "expired" null "the key is expired"
    "#);
}

#[test]
fn shows_every_policy_before_and_after() {
    let (organization, _) = Organization::with("tiers.free = '2/1s,3/1h'");
    let caller = free(&organization);
    let told = |answer: &Response| {
        let rate = explained(&organization.app, answer)["rate_limit"].take();
        let policy = |policy: &Value| {
            format!(
                "{}/{}s: {} -> {}",
                policy["limit"], policy["window_seconds"], policy["before"], policy["after"]
            )
        };
        let policies = rate["policies"].as_array().unwrap();
        policies.iter().map(policy).collect::<Vec<_>>().join("\n")
    };
    let first = caller.get("/orders");
    insta::assert_snapshot!(told(&first), @r#"
    2/1s: {"remaining":2,"reset":null} -> {"remaining":1,"reset":"2026-01-15T09:00:01.000Z"}
    3/3600s: {"remaining":3,"reset":null} -> {"remaining":2,"reset":"2026-01-15T10:00:00.000Z"}
    "#);
    caller.get("/orders");
    let refused = caller.get("/orders");
    refused.number("retry-after");
    insta::assert_snapshot!(told(&refused), @r#"
    2/1s: {"remaining":0,"reset":"2026-01-15T09:00:01.000Z"} -> {"remaining":0,"reset":"2026-01-15T09:00:01.000Z"}
    3/3600s: {"remaining":1,"reset":"2026-01-15T10:00:00.000Z"} -> {"remaining":1,"reset":"2026-01-15T10:00:00.000Z"}
    "#);
}

#[test]
fn lists_and_counts_validation_errors() {
    let (organization, caller) = Organization::new();
    let answer = caller.post("/orders", &json!({"title": 7, "features": vec!["FAX"; 9]}));
    let explained = explained(&organization.app, &answer);
    let errors = explained["validation_errors"].as_array().unwrap();
    assert_eq!(errors.len(), 5);
    assert!(
        explained["validation_errors_total"].as_u64().unwrap() >= 10,
        "{explained}"
    );
    assert_eq!(errors[0], answer.json()["detail"]["validation_errors"][0]);
}

#[test]
fn unknown_operation_is_explained_with_the_nearest_one() {
    let (organization, caller) = Organization::new();
    let near = |answer: &Response| explained(&organization.app, answer)["near_misses"].take();
    let nearest = near(&caller.get("/order?limit=1"))[0].take();
    assert_eq!(
        nearest,
        json!({"operation": "list_orders", "method": "GET", "path": "/api/v1/orders"})
    );
    let wrong_method = caller.call(Method::PUT, "/orders").send();
    assert_eq!(near(&wrong_method)[0]["path"], "/api/v1/orders");
    assert_eq!(near(&caller.get("/orders")), json!([]));
}

#[test]
fn no_explanation_contains_a_key() {
    let (organization, caller) = Organization::new();
    let key = &caller.key;
    for answer in [
        caller.get(&format!("/orders/{key}")),
        caller.get(&format!("/{key}")),
        caller.get(&format!("/orders?limit={key}")),
        caller.post("/orders", &json!({"title": [key], key.as_str(): key})),
    ] {
        let explained = explained(&organization.app, &answer).to_string();
        assert!(!explained.contains(key.as_str()), "{explained}");
    }
}

#[test]
fn unexplainable_requests_have_a_reason() {
    let (organization, caller) = Organization::new();
    let app = &organization.app;
    let refusal = |id: &str| {
        let answer = app.control(Method::GET, &format!("/explain/{id}"), ());
        answer.refused(ErrorCode::NotFound)["message"].take()
    };
    let id = |answer: Response| answer.header("x-request-id").unwrap().to_owned();
    assert_eq!(
        refusal("mine"),
        "no request has the id mine; use the X-Request-Id of a response"
    );
    let first = id(caller.get("/nothing"));
    for _ in 0..1_000 {
        caller.get("/nothing");
    }
    assert_eq!(
        refusal(&first),
        "request 1 is not in the journal, which keeps the last 1000 (`--max-journal`)"
    );
    let last = id(caller.get("/orders"));
    organization.control(Method::DELETE, "", ());
    assert!(refusal(&last).as_str().unwrap().contains("was deleted"));
}

#[test]
fn long_refusals_are_truncated() {
    let (organization, caller) = Organization::new();
    let long = "x".repeat(100_000);
    let answer = caller.post(
        "/orders",
        &json!({"title": [long.clone()], long.clone(): long}),
    );
    let explained = explained(&organization.app, &answer).to_string();
    assert!(explained.len() < 8_000, "{}", explained.len());
}
