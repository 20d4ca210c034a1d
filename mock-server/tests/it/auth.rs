//! Authentication: the same response for every invalid key, and keys that expire.

use http::Method;
use schemas::{
    ErrorCode::{AuthenticationError, RateLimitExceeded},
    operations,
};
use serde_json::json;

use crate::{
    response::Response,
    test_app::{Organization, TestApp, order},
};

/// The sample on the vendor's page: one character shorter than the page requires.
const SAMPLE: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF";
const UNKNOWN: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
const LIVE: &str = "lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";

/// Sends these `Authorization` headers.
#[track_caller]
fn with(app: &TestApp, credentials: &[&[u8]]) -> Response {
    let call = app.call(Method::GET, "/api/v1/orders");
    credentials
        .iter()
        .fold(call, |call, value| call.header("authorization", value))
        .send()
}

/// The responses to requests without a bearer token.
#[track_caller]
fn without_a_token(organization: &Organization) -> Vec<Response> {
    let app = &organization.app;
    vec![
        with(app, &[]),
        with(app, &[b"Basic dXNlcjpwYXNz"]),
        with(app, &[UNKNOWN.as_bytes()]),
        with(app, &[b""]),
    ]
}

/// The responses to every kind of invalid key.
#[track_caller]
fn with_a_token_that_does_not_work(organization: &Organization) -> Vec<Response> {
    let app = &organization.app;
    let works = organization.key(json!({"preset": "full_access"}));
    let expired = json!({"preset": "full_access", "expires_at": "2026-01-15T09:00:00Z"});
    let expired = organization.key(expired);
    let revoked = organization.key(json!({"preset": "full_access"}));
    revoked.get("/orders").ok();
    organization
        .control(Method::POST, "/keys/key_3/revoke", ())
        .ok();
    let (spelled_expired, spelled_revoked) = (
        organization.spelled("FullAccessExpired"),
        organization.spelled("FullAccessRevoked"),
    );
    let tokens = [
        "",
        " ",
        "secret",
        SAMPLE,
        UNKNOWN,
        "lnc_test_OrdersGoldxxxxxxxxxxxxxxxxdemo01",
        "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0d-9",
        LIVE,
        &format!("{} {}", works.key, works.key),
        &expired.key,
        &revoked.key,
        &spelled_expired.key,
        &spelled_revoked.key,
    ];
    let header = |token: &str| format!("Bearer {token}").into_bytes();
    let mut answers: Vec<_> = tokens
        .iter()
        .map(|token| with(app, &[&header(token)]))
        .collect();
    answers.push(with(app, &[b"Bearer"]));
    answers.push(with(app, &[b"Bearer \xc3\xa4"]));
    answers.push(with(app, &[&header(&works.key), &header(&works.key)]));
    answers.push(with(app, &[&header(&works.key), b"Basic dXNlcjpwYXNz"]));
    answers
}

#[test]
fn unauthorized_has_the_same_body_for_every_cause() {
    let organization = TestApp::new().organization();
    let mut answers = without_a_token(&organization);
    answers.extend(with_a_token_that_does_not_work(&organization));
    for answer in answers {
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer, @r#"
            401 Unauthorized
            {"code":"AUTHENTICATION_ERROR","message":"Authentication failed"}
            "#);
        }
    }
}

#[test]
fn every_invalid_credential_gets_the_same_headers() {
    for answer in with_a_token_that_does_not_work(&TestApp::new().organization()) {
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.without(&["date", "x-request-id"]), @r#"
            401 Unauthorized
            content-length: "65"
            content-type: "application/json"
            www-authenticate: "Bearer realm=\"openprospect\", error=\"invalid_token\", error_description=\"Authentication failed\""
            {"code":"AUTHENTICATION_ERROR","message":"Authentication failed"}
            "#);
        }
    }
}

#[test]
fn challenge_omits_the_error_only_without_credential() {
    for answer in without_a_token(&TestApp::new().organization()) {
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.without(&["date", "x-request-id"]), @r#"
            401 Unauthorized
            content-length: "65"
            content-type: "application/json"
            www-authenticate: "Bearer realm=\"openprospect\""
            {"code":"AUTHENTICATION_ERROR","message":"Authentication failed"}
            "#);
        }
    }
}

#[test]
fn challenges_can_be_switched_off() {
    let organization = TestApp::with("challenges = false").organization();
    let mut answers = without_a_token(&organization);
    answers.extend(with_a_token_that_does_not_work(&organization));
    answers.push(organization.spelled("Orders").get("/orders"));
    assert!(
        answers
            .iter()
            .all(|answer| answer.header("www-authenticate").is_none())
    );
    let refused = organization.spelled("ReadOnly").post("/orders", &order(1));
    assert_eq!(
        (refused.status.as_u16(), refused.header("www-authenticate")),
        (403, None)
    );
}

#[test]
fn every_operation_requires_a_valid_key() {
    let organization = TestApp::new().organization();
    for operation in operations::all() {
        let path = format!("{}{}", schemas::API_PREFIX, operation.path_with("1"));
        let call = organization.app.call(operation.method.clone(), &path);
        call.send().refused(AuthenticationError);
        let unknown = organization.app.caller(UNKNOWN);
        organization
            .sample(operation, &unknown)
            .send()
            .refused(AuthenticationError);
    }
}

#[test]
fn scheme_is_case_insensitive() {
    let (organization, caller) = Organization::new();
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let header = format!("{scheme} {}", caller.key);
        with(&organization.app, &[header.as_bytes()]).ok();
    }
}

#[test]
fn every_character_of_a_key_counts() {
    let (organization, caller) = Organization::new();
    let swapped = if caller.key.as_bytes()[20].is_ascii_lowercase() {
        caller.key[20..21].to_uppercase()
    } else {
        "z".to_owned()
    };
    let mut other = caller.key.clone();
    other.replace_range(20..21, &swapped);
    organization
        .app
        .caller(other)
        .get("/orders")
        .refused(AuthenticationError);
    caller.get("/orders").ok();
}

#[test]
fn self_describing_key_works_on_a_new_server_without_setup() {
    let caller = TestApp::new().caller("lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01");
    assert!(caller.get("/orders").ok()["total"].as_u64() > Some(0));
}

#[test]
fn self_revoking_key_admits_exactly_its_number_of_requests() {
    let organization = TestApp::new().organization();
    let caller = organization.spelled("OrdersRevokedAfter3");
    for _ in 0..3 {
        caller.get("/orders").ok();
    }
    caller.get("/orders").refused(AuthenticationError);
    organization.spelled("Orders").get("/orders").ok();
}

#[test]
fn refused_requests_do_not_count_towards_self_revocation() {
    let app = TestApp::with("tiers.free = '1/1h'");
    let organization = app.organization();
    let caller = organization.spelled("OrdersFreeRevokedAfter2");
    caller.get("/orders").ok();
    caller.get("/orders").refused(RateLimitExceeded);
    organization.advance("1h");
    caller.get("/orders").ok();
    caller.get("/orders").refused(AuthenticationError);
}

#[test]
fn self_describing_expiry_counts_from_the_first_use_and_is_exact() {
    let organization = TestApp::new().organization();
    let caller = organization.spelled("OrdersExpiresIn90s");
    organization.advance("1h");
    caller.get("/orders").ok();
    organization.advance("89s");
    caller.get("/orders").ok();
    organization.advance("999ms");
    caller.get("/orders").ok();
    organization.advance("1ms");
    caller.get("/orders").refused(AuthenticationError);
}

#[test]
fn registered_expiry_counts_from_creation() {
    let organization = TestApp::new().organization();
    let caller = organization.key(json!({"preset": "orders", "expires_in": "90s"}));
    organization.advance("89s");
    caller.get("/orders").ok();
    organization.advance("1s");
    caller.get("/orders").refused(AuthenticationError);
}

#[test]
fn revocation_takes_effect_at_once_for_that_key_only() {
    let (organization, caller) = Organization::new();
    let other = organization.key(json!({"preset": "orders"}));
    caller.get("/orders").ok();
    let revoked = organization.control(Method::POST, "/keys/key_1/revoke", ());
    assert_eq!(revoked.ok()["active"], false);
    caller.get("/orders").refused(AuthenticationError);
    other.get("/orders").ok();
}

#[test]
fn rotated_keys_overlap_and_see_the_same_orders() {
    let (organization, old) = Organization::new();
    let id = old.create(&order(1));
    let new = organization.key(json!({"preset": "full_access"}));
    assert_eq!(old.get("/orders").text(), new.get("/orders").text());
    organization
        .control(Method::POST, "/keys/key_1/revoke", ())
        .ok();
    old.get("/orders").refused(AuthenticationError);
    assert_eq!(new.get(&format!("/orders/{id}")).ok()["id"], id.as_str());
}

#[test]
fn configured_key_works_from_the_start_whatever_it_spells() {
    let app = TestApp::with(&format!(
        "[[keys]]\nkey = '{UNKNOWN}'\norganization = 'acme01'\nscopes = ['orders:read']"
    ));
    let caller = app.caller(UNKNOWN);
    caller.get("/orders").ok();
    assert_eq!(caller.post("/orders", &order(1)).status.as_u16(), 403);
    let spelled = app.caller("lnc_test_Ordersxxxxxxxxxxxxxxxxxxxxacme01");
    let id = spelled.create(&order(1));
    caller.get(&format!("/orders/{id}")).ok();
}
