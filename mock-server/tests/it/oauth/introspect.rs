//! Token introspection by authorized callers (RFC 7662).

use http::Method;
use serde_json::{Value, json};

use super::{CONFIDENTIAL, Reply, encoded, part, post, reply};
use crate::test_app::{Organization, TestApp};

#[track_caller]
fn by_bearer(app: &TestApp, credential: &str, token: &Value) -> Reply {
    let call = app
        .call(Method::POST, "/oauth/introspect")
        .header("authorization", format!("Bearer {credential}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(&[("token", token.as_str().unwrap())]));
    reply(call.raw())
}

#[test]
fn valid_tokens_are_described() {
    let (organization, caller) = Organization::new();
    let app = &organization.app;
    let tokens = organization.tokens();
    let mut told = by_bearer(app, &caller.key, &tokens["access_token"]).ok();
    let told = told.as_object_mut().unwrap();
    assert_eq!(told.remove("active"), Some(json!(true)));
    assert_eq!(told.remove("token_type"), Some(json!("Bearer")));
    assert_eq!(
        told.remove("username"),
        Some(json!(organization.user("admin")))
    );
    assert_eq!(json!(told), part(&tokens["access_token"], 1));
    let told = by_bearer(app, &caller.key, &tokens["refresh_token"]).ok();
    assert_eq!(told["active"], true);
    assert_eq!(told["scope"], tokens["scope"]);
    assert_eq!(told["sub"], organization.user("admin"));
    assert_eq!(told["token_type"], Value::Null);
    // A token can introspect itself.
    let own = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        by_bearer(app, own, &tokens["access_token"]).ok()["active"],
        true
    );
}

#[test]
fn invalid_and_foreign_tokens_are_only_inactive() {
    let (organization, caller) = Organization::new();
    let app = &organization.app;
    let other = app.organization();
    let foreign = other.tokens();
    let expired = organization
        .control(Method::POST, "/tokens", json!({"expires_in": "0s"}))
        .ok();
    let spoiled = |claims: Value| {
        let minted = organization.control(Method::POST, "/tokens", json!({"claims": claims}));
        minted.ok()["access_token"].take()
    };
    for dead in [
        foreign["access_token"].clone(),
        foreign["refresh_token"].clone(),
        expired["access_token"].clone(),
        spoiled(json!({"iss": "http://other.example"})),
        spoiled(json!({"aud": "http://127.0.0.1:8000"})),
        spoiled(json!({"nbf": 32_503_680_000_i64})),
        spoiled(json!({"exp": 0})),
        spoiled(json!({"exp": null})),
        spoiled(json!({"sub": "member@demo01"})),
        spoiled(json!({"organization": other.name})),
        spoiled(json!({"jti": "0-77-1"})),
        json!(organization.code()),
        json!(caller.key),
        json!("a.b.c"),
        json!("x"),
    ] {
        let told = by_bearer(app, &caller.key, &dead).ok();
        assert_eq!(told, json!({"active": false}), "{dead}");
    }
}

#[test]
fn client_with_a_secret_may_introspect_every_organization() {
    let app = TestApp::with(CONFIDENTIAL);
    let tokens = app.organization().tokens();
    let token = tokens["access_token"].as_str().unwrap();
    let fields = [
        ("client_id", "server"),
        ("client_secret", "s:cret &"),
        ("token", token),
    ];
    assert_eq!(
        post(&app, "/oauth/introspect", &fields).ok()["active"],
        true
    );
}

#[test]
fn unknown_callers_learn_nothing() {
    let (organization, caller) = Organization::new();
    let app = &organization.app;
    let tokens = organization.tokens();
    let token = &tokens["access_token"];
    let fields = [("token", token.as_str().unwrap())];
    post(app, "/oauth/introspect", &fields).refused(401, "invalid_client");
    let public = [fields[0], ("client_id", super::CLIENT)];
    let refused = post(app, "/oauth/introspect", &public);
    assert!(
        refused.header("www-authenticate").contains("Basic"),
        "{refused:?}"
    );
    refused.refused(401, "invalid_client");
    organization
        .control(Method::POST, "/keys/key_1/revoke", ())
        .ok();
    let unknown = organization
        .app
        .caller("lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe");
    for credential in [
        &*caller.key,
        &unknown.key,
        "a.b.c",
        "",
        "lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9",
    ] {
        let refused = by_bearer(app, credential, token);
        assert!(refused.header("www-authenticate").contains("invalid_token"));
        refused.refused(401, "invalid_token");
    }
    organization.advance("1h");
    let expired = token.as_str().unwrap();
    by_bearer(app, expired, token).refused(401, "invalid_token");
}
