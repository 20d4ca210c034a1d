//! The control API.

mod calls;
mod clock;
mod explain;
mod guard;
mod journal;
mod judge_report;
mod keys;
mod keys_over_time;
mod metrics;
mod orders;
mod organizations;
mod replay;
mod reports;
mod settings;
mod snapshots;
mod verify;

use http::Method;
use schemas::ErrorCode::{InvalidJson, MethodNotAllowed, NotFound, PayloadTooLarge};
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Organization, TestApp},
};

/// The fields that a 422 of the control API names, each with its error.
#[track_caller]
fn mistakes(refused: Response) -> Vec<(String, String)> {
    let body = refused.refused(schemas::ErrorCode::ValidationError);
    let errors = body["detail"]["validation_errors"].as_array().unwrap();
    let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
    let mistake = |error| (text(error, "field"), text(error, "error"));
    errors.iter().map(mistake).collect()
}

/// The only one of them.
#[track_caller]
fn mistake(refused: Response) -> (String, String) {
    let [mistake] = mistakes(refused).try_into().unwrap();
    mistake
}

/// The error of the only invalid field.
#[track_caller]
fn wrong(field: &str, refused: Response) -> String {
    let (named, error) = mistake(refused);
    assert_eq!(named, field, "{error}");
    error
}

#[test]
fn health_check_succeeds() {
    let app = TestApp::new();
    for path in ["/health", "/ready"] {
        let health = app.control(Method::GET, path, ());
        assert_eq!(
            health.ok(),
            json!({"service": "mock-server", "version": "0.1.0", "status": "ok", "documented_only": false})
        );
    }
}

#[test]
fn unknown_control_requests_are_rejected() {
    let (organization, _) = Organization::new();
    for path in ["", "/", "/nothing", "/journal/1", "/organization"] {
        organization
            .app
            .control(Method::GET, path, ())
            .refused(NotFound);
    }
    organization
        .control(Method::GET, "/clock/stop", ())
        .refused(NotFound);
    for (method, path) in [
        (Method::GET, "/clock/freeze"),
        (Method::POST, "/clock"),
        (Method::DELETE, "/keys"),
        (Method::PUT, "/journal"),
    ] {
        organization
            .control(method, path, ())
            .refused(MethodNotAllowed);
    }
    for path in ["/health", "/ready"] {
        organization
            .app
            .control(Method::POST, path, ())
            .refused(MethodNotAllowed);
    }
    for (method, path) in [(Method::PUT, "/journal"), (Method::GET, "/shutdown")] {
        organization
            .app
            .control(method, path, ())
            .refused(MethodNotAllowed);
    }
}

#[test]
fn control_bodies_are_json_whatever_their_media_type() {
    let app = TestApp::new();
    let post = |body: &'static str| app.call(Method::POST, "/_mock/organizations").body(body);
    post("").send().ok();
    post("{}").header("content-type", "text/plain").send().ok();
    post("{").send().refused(InvalidJson);
    for body in ["7", r#"["acme07", null]"#] {
        let error = wrong("", post(body).send());
        assert_eq!(error, r#"value is not of type "object""#);
    }
    assert_eq!(
        wrong("clok", post(r#"{"clok": "real"}"#).send()),
        "is unknown; use one of `clock`, `keys`, `lease`, `name`"
    );
}

#[test]
fn control_body_can_be_too_large() {
    let app = TestApp::new();
    let body = json!({"name": "x".repeat(3_000_000)});
    app.control(Method::POST, "/organizations", body)
        .refused(PayloadTooLarge);
}

#[test]
fn unknown_organization_is_404_in_every_control_request() {
    let app = TestApp::new();
    for (method, path) in [
        (Method::GET, ""),
        (Method::DELETE, ""),
        (Method::POST, "/reset"),
        (Method::GET, "/journal"),
        (Method::GET, "/keys"),
        (Method::POST, "/keys"),
        (Method::PATCH, "/keys/key_1"),
        (Method::POST, "/keys/key_1/revoke"),
        (Method::POST, "/keys/key_1/rotate"),
        (Method::POST, "/orders/1/transition"),
        (Method::GET, "/snapshot"),
        (Method::PUT, "/snapshot"),
        (Method::GET, "/clock"),
        (Method::POST, "/clock/freeze"),
        (Method::POST, "/clock/advance"),
        (Method::POST, "/clock/set"),
        (Method::POST, "/clock/scale"),
        (Method::POST, "/clock/resume"),
    ] {
        let refused = app.control(method, &format!("/organizations/nobody{path}"), Value::Null);
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused, @r#"
            404 Not Found
            {"code":"ENTITY_NOT_FOUND","message":"Organization with identifier nobody not found","entity_type":"organization","identifier":"nobody"}
            "#);
        }
    }
}

#[test]
fn self_is_the_organization_of_the_presented_key() {
    let (organization, caller) = Organization::new();
    let show = |key: &str| {
        let call = organization
            .app
            .call(Method::GET, "/_mock/organizations/self");
        call.header("authorization", format!("Bearer {key}")).send()
    };
    assert_eq!(show(&caller.key).ok()["name"], organization.name.as_str());
    organization
        .control(Method::POST, "/keys/key_1/revoke", ())
        .ok();
    assert_eq!(show(&caller.key).ok()["name"], organization.name.as_str());
    show("secret").refused(schemas::ErrorCode::AuthenticationError);
    let nobody = organization
        .app
        .control(Method::GET, "/organizations/self", ());
    nobody.refused(schemas::ErrorCode::AuthenticationError);
    let fresh = show("lnc_test_Ordersxxxxxxxxxxxxxxxxxxxxdemo01").ok();
    assert_eq!(fresh["name"], "demo01");
}

#[test]
fn control_requests_consume_no_quota() {
    let (organization, _) = Organization::with("tiers.free = '2/1h'");
    let caller = organization.key(json!({"preset": "orders", "tier": "free"}));
    for _ in 0..5 {
        let call = organization
            .app
            .call(Method::GET, "/_mock/organizations/self/clock");
        call.header("authorization", format!("Bearer {}", caller.key))
            .send()
            .ok();
    }
    assert_eq!(caller.get("/orders").number("x-ratelimit-remaining"), 1);
}
