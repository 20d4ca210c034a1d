//! Access tokens at the API: the same steps as for keys, and the same 401 for every invalid token.

mod forgeries;

use http::{Method, header};
use schemas::{
    ErrorCode::{AuthenticationError, AuthorizationError, RateLimitExceeded},
    Operation, Scope, ScopeSet, operations,
};
use serde_json::{Value, json};
use strum::VariantArray;

use self::forgeries::{forgeries, misfits};
use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp, order},
};

/// The 401 for an unknown key, which all other 401 responses must equal.
fn of_a_key(app: &TestApp) -> Response {
    app.caller("lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9")
        .get("/orders")
}

#[test]
fn invalid_token_gets_the_same_401_as_an_invalid_key() {
    let (organization, _) = Organization::new();
    let valid = organization.admin().key;
    let expired = organization.token(json!({"expires_in": "1h"})).key;
    let mut tokens = forgeries(&organization, &valid);
    tokens.extend(misfits(&organization));
    let expected = of_a_key(&organization.app);
    let expected = expected.without(&["date", "x-request-id"]);
    organization.app.caller(&valid).get("/orders").ok();
    for (what, token) in tokens {
        let answer = organization.app.caller(token).get("/orders");
        let shown = answer.without(&["date", "x-request-id"]);
        assert_eq!(shown, expected, "{what}");
    }
    organization.app.caller(&expired).get("/orders").ok();
    organization.advance("1h");
    let answer = organization.app.caller(&expired).get("/orders");
    assert_eq!(answer.without(&["date", "x-request-id"]), expected);
}

#[test]
fn token_of_another_server_is_invalid() {
    let other = TestApp::with("seed = 7").organization();
    let (organization, _) = Organization::new();
    let forged = organization.app.caller(other.admin().key);
    forged.get("/orders").refused(AuthenticationError);
}

#[test]
fn token_expires_exactly_by_the_clock_of_its_organization() {
    let (organization, _) = Organization::new();
    let admin = organization.admin();
    let short = organization.token(json!({"expires_in": "90s"}));
    let later = organization.token(json!({"claims": {"nbf": 1_768_467_690}}));
    later.get("/orders").refused(AuthenticationError);
    organization.advance("89s");
    short.get("/orders").ok();
    later.get("/orders").refused(AuthenticationError);
    organization.advance("1s");
    short.get("/orders").refused(AuthenticationError);
    later.get("/orders").ok();
    organization.advance_to("2026-01-15T09:59:59.999Z".parse().unwrap());
    admin.get("/orders").ok();
    organization.advance("1ms");
    admin.get("/orders").refused(AuthenticationError);
}

#[test]
fn token_is_valid_for_its_organization_only() {
    let (organization, key) = Organization::new();
    let stranger = organization.app.organization();
    let id = key.create(&order(1));
    let own = organization.admin().get(&format!("/orders/{id}"));
    assert_eq!(own.ok()["id"], id.as_str());
    let foreign = stranger.admin().get(&format!("/orders/{id}"));
    assert_eq!(foreign.status.as_u16(), 404);
    // The claim names another organization: the signature does not make the token valid there.
    let claims = json!({"claims": {"organization": stranger.name}});
    let confused = organization.token(claims);
    confused.get("/orders").refused(AuthenticationError);
}

#[test]
fn token_opens_exactly_the_operations_of_its_scopes() {
    let (organization, _) = Organization::new();
    let opens = |caller: &Caller, operation: &'static Operation| {
        let answer = organization.sample(operation, caller).send();
        if answer.status == operation.success {
            return true;
        }
        let refused = answer.refused(AuthorizationError);
        assert_eq!(
            refused["detail"]["required_scopes"],
            json!(operation.scopes)
        );
        false
    };
    for scope in Scope::VARIANTS {
        let caller = organization.token(json!({"scopes": [scope]}));
        for operation in operations::all() {
            let enough = ScopeSet::of(&[*scope]).contains_all(operation.scopes);
            assert_eq!(
                opens(&caller, operation),
                enough,
                "{scope} at {}",
                operation.id
            );
        }
    }
}

#[test]
fn forbidden_lists_the_scopes_of_the_token() {
    let (organization, _) = Organization::new();
    let caller = organization.token(json!({"scopes": ["orders:read", "admin:read"]}));
    let refused = caller.post("/orders", &order(1));
    insta::assert_snapshot!(refused, @r#"
    403 Forbidden
    {"code":"AUTHORIZATION_ERROR","message":"Insufficient permissions. Required scopes: orders:write","detail":{"required_scopes":["orders:write"],"user_scopes":["orders:read","admin:read"]}}
    "#);
}

#[test]
fn tokens_of_one_subject_share_a_separate_quota() {
    // Tokens have the tier with the largest quota.
    let app = TestApp::with("tiers = {free = '1/1h', pro = '3/1h', enterprise = '2/1h'}");
    let organization = app.organization();
    let (one, two) = (organization.admin(), organization.admin());
    let member = organization.token(json!({"user": "member"}));
    let other = app.organization().admin();
    let remaining = |caller: &Caller| caller.get("/orders").number("x-ratelimit-remaining");
    assert_eq!(
        [remaining(&one), remaining(&two), remaining(&one)],
        [2, 1, 0]
    );
    let refused = two.get("/orders");
    assert_eq!(refused.header("retry-after"), Some("3600"));
    refused.refused(RateLimitExceeded);
    assert_eq!([remaining(&member), remaining(&other)], [2, 2]);
    // An invalid token does not use up any quota.
    organization
        .token(json!({"user": "member", "claims": {"aud": "x"}}))
        .get("/orders");
    assert_eq!(remaining(&member), 1);
    organization.advance("1h");
    one.get("/orders").refused(AuthenticationError);
    assert_eq!(remaining(&organization.admin()), 2);
}

#[test]
fn accepts_the_bearer_scheme_in_the_authorization_header_only() {
    let (organization, _) = Organization::new();
    let admin = organization.admin();
    let with = |name: &'static str, value: String| {
        let call = organization.app.call(Method::GET, "/api/v1/orders");
        call.header(name, value).send().status.as_u16()
    };
    let authorization = header::AUTHORIZATION.as_str();
    assert_eq!(with("authorization", format!("bearer {}", admin.key)), 200);
    for (name, value) in [
        (authorization, format!("DPoP {}", admin.key)),
        (authorization, admin.key.clone()),
        ("x-access-token", admin.key.clone()),
        ("cookie", format!("access_token={}", admin.key)),
    ] {
        assert_eq!(with(name, value), 401, "{name}");
    }
    let query = organization
        .app
        .call(Method::GET, "/api/v1/orders")
        .query(&format!("access_token={}", admin.key));
    query.send().refused(AuthenticationError);
}

#[test]
fn journal_and_reports_name_the_subject_of_a_token() {
    let (organization, _) = Organization::new();
    let admin = organization.token(json!({"scopes": ["orders:read", "orders:write"]}));
    let answer = admin.get("/orders");
    let expired = json!({"scopes": ["orders:read", "orders:write"], "claims": {"exp": 1}});
    let expired = organization.token(expired);
    let rejected = expired.get("/orders");
    let subject = format!("admin@{}", organization.name);
    let path = format!("/journal?key={subject}");
    let entries = organization.control(Method::GET, &path, ()).ok();
    let entries = entries["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    for entry in entries {
        assert_eq!(
            (&entry["credential"], &entry["subject"], &entry["key"]),
            (&json!("oauth"), &json!(subject), &Value::Null)
        );
    }
    let explained = |answer: &Response| {
        let id = answer.header("x-request-id").unwrap();
        let path = format!("/explain/{id}");
        organization.app.control(Method::GET, &path, ()).ok()
    };
    let token = explained(&answer);
    assert_eq!(token["credential"], "oauth");
    assert_eq!(token["token"]["subject"], subject.as_str());
    assert_eq!(
        (&token["token"]["state"], &token["token"]["tier"]),
        (&json!("active"), &json!("enterprise"))
    );
    assert_eq!(
        token["scopes"]["held"],
        json!(["orders:read", "orders:write"])
    );
    assert_eq!(
        token["rate_limit"]["policies"][0]["after"]["remaining"],
        9_999
    );
    let token = explained(&rejected);
    assert_eq!(
        (&token["token"]["state"], &token["token"]["since"]),
        (&json!("expired"), &json!("1970-01-01T00:00:01.000Z"))
    );
    let report = organization
        .control(Method::GET, "/report/least-privilege", ())
        .ok();
    let needs = &report["subjects"][0];
    assert_eq!(
        (&needs["subject"], &needs["requests"]),
        (&json!(subject), &json!(2))
    );
    assert_eq!(needs["scopes"]["unused"], json!(["orders:write"]));
    assert_eq!(
        (&needs["smallest_preset"], &needs["smallest_tier"]),
        (&json!("orders"), &json!("free"))
    );
    let metrics = organization.app.call(Method::GET, "/_mock/metrics").raw();
    let counted = r#"{operation="list_orders",status="200",code="none",credential="oauth"} 1"#;
    assert!(metrics.body().contains(counted));
}
