//! The effect of an organization's scenario on requests to the authorization server.

use http::Method;
use serde_json::{Value, json};

use super::{
    Reply, authorize, encoded, get, post, redeem, redemption, refresh, refreshing, reply, request,
};
use crate::test_app::{Organization, TestApp};

/// An organization with this scenario.
fn with_scenario(parts: Value) -> Organization {
    let (organization, _) = Organization::new();
    activate(&organization, parts);
    organization
}

fn activate(organization: &Organization, mut scenario: Value) {
    (scenario["name"], scenario["summary"]) = (json!("a"), json!("b"));
    let scenario = json!({ "scenario": scenario });
    let activated = organization.control(Method::POST, "/scenario", scenario);
    activated.ok();
}

fn looked_at(organization: &Organization) -> Value {
    let scenario = organization.control(Method::GET, "/scenario", ()).ok();
    scenario["rules"][0]["looked_at"].clone()
}

#[test]
fn rule_applies_to_requests_of_its_organization_to_its_endpoint() {
    let down = json!({"when": {"endpoint": ["token"]}, "do": [{"error": {"status": 503}}]});
    let organization = with_scenario(json!({"rules": [down]}));
    let app = &organization.app;
    let minted = organization
        .control(Method::POST, "/tokens", json!({}))
        .ok();
    let failed = refresh(app, &minted["refresh_token"]);
    assert_eq!(failed.status.as_u16(), 503);
    assert_eq!(failed.json()["error"], "temporarily_unavailable");
    let code = organization.code();
    assert_eq!(redeem(app, &redemption(&code)).status.as_u16(), 503);
    assert_eq!(looked_at(&organization), 2);
    // No faults for another organization, other endpoints, the API, and requests that name no organization.
    app.organization().tokens();
    let token = minted["access_token"].as_str().unwrap();
    let revoked = post(
        app,
        "/oauth/revoke",
        &[("token", token), ("client_id", super::CLIENT)],
    );
    assert_eq!(revoked.status.as_u16(), 200);
    organization.spelled("FullAccess").get("/orders").ok();
    redeem(app, &[("grant_type", "refresh_token")]).refused(401, "invalid_client");
    get(app, "/oauth/jwks.json").json();
    assert_eq!(looked_at(&organization), 2);
    // The request did not use up its code.
    organization.control(Method::DELETE, "/scenario", ());
    redeem(app, &redemption(&code)).ok();
}

#[test]
fn every_endpoint_attributes_requests_to_an_organization() {
    let all = ["authorize", "token", "revoke", "introspect"];
    let rule = json!({"when": {"endpoint": all}, "do": [{"headers": {"set": {"x-met": "yes"}}}]});
    let organization = with_scenario(json!({"rules": [rule]}));
    let app = &organization.app;
    let hint = organization.user("admin");
    let asked = authorize(app, &request(&hint));
    assert_eq!(asked.header("x-met"), "yes");
    let form = post(app, "/oauth/authorize", &request(&hint));
    assert_eq!(form.header("x-met"), "yes");
    let tokens = redeem(app, &redemption(&asked.field("code").unwrap()));
    assert_eq!(tokens.header("x-met"), "yes");
    let tokens = tokens.ok();
    for name in ["access_token", "refresh_token"] {
        let token = tokens[name].as_str().unwrap();
        for path in ["/oauth/introspect", "/oauth/revoke"] {
            let reply = post(app, path, &[("token", token)]);
            assert_eq!(reply.header("x-met"), "yes", "{path} {name}");
        }
    }
    assert_eq!(looked_at(&organization), 7);
}

#[test]
fn forges_authorization_responses_but_not_pages() {
    let forges =
        json!({"authorization_response": {"state": "forged", "issuer": "http://{other_host}"}});
    let rule = json!({"when": {"endpoint": ["authorize"]}, "do": [forges]});
    let organization = with_scenario(json!({"rules": [rule]}));
    let app = &organization.app;
    let hint = organization.user("admin");
    let forged = authorize(app, &request(&hint));
    assert_eq!(forged.field("state").as_deref(), Some("forged"));
    assert_eq!(
        forged.field("iss").as_deref(),
        Some("http://127.0.0.2:8000")
    );
    redeem(app, &redemption(&forged.field("code").unwrap())).ok();
    let page = authorize(app, &super::with(&request(&hint), "prompt", ""));
    page.page(200);
}

#[test]
fn steps_happen_before_requests_to_both_servers_and_count_those_to_the_api() {
    let (organization, _) = Organization::new();
    let caller = organization.admin();
    let step = |action: &str| json!({"after": {"requests": 1}, "do": [{action: {}}]});
    activate(&organization, json!({"steps": [step("revoke_grants")]}));
    let tokens = organization.tokens();
    refresh(&organization.app, &tokens["refresh_token"]).ok();
    caller.get("/orders").ok();
    let refused = refresh(&organization.app, &tokens["refresh_token"]);
    refused.refused(400, "invalid_grant");
    assert_eq!(caller.get("/orders").status.as_u16(), 401);
    // Another signing key leaves refresh tokens valid.
    let (organization, _) = Organization::new();
    let caller = organization.admin();
    let tokens = organization.tokens();
    activate(
        &organization,
        json!({"steps": [step("rotate_signing_key")]}),
    );
    caller.get("/orders").ok();
    assert_eq!(caller.get("/orders").status.as_u16(), 401);
    let renewed = refresh(&organization.app, &tokens["refresh_token"]).ok();
    assert!(organization.knows(&renewed["access_token"]));
}

#[test]
fn step_limits_scopes_of_access_tokens_until_the_scenario_ends() {
    let (organization, _) = Organization::new();
    let early = organization.admin();
    let set = |scopes: &[&str]| json!({"steps": [{"after": {"requests": 0}, "do": [{"set_scopes": {"scopes": scopes}}]}]});
    activate(&organization, set(&["companies:read", "orders:read"]));
    let tokens = organization.tokens();
    let late = organization
        .app
        .caller(tokens["access_token"].as_str().unwrap());
    let member = organization.token(json!({"user": "member", "scopes": ["orders:read"]}));
    for caller in [&early, &late] {
        caller.get("/companies").ok();
        let refused = caller.post("/orders", &crate::test_app::order(1));
        let refused: Value = serde_json::from_slice(&refused.body).unwrap();
        assert_eq!(
            refused["detail"]["required_scopes"],
            json!(["orders:write"])
        );
        assert_eq!(
            refused["detail"]["user_scopes"],
            json!(["companies:read", "orders:read"])
        );
    }
    // It does not extend the scopes of the token, either.
    member.get("/orders").ok();
    assert_eq!(member.get("/companies").status.as_u16(), 403);
    // A refresh does not add scopes.
    let renewed = refresh(&organization.app, &tokens["refresh_token"]).ok();
    let renewed = organization
        .app
        .caller(renewed["access_token"].as_str().unwrap());
    assert_eq!(renewed.get("/prospects").status.as_u16(), 403);
    // A step that names a key affects only that key.
    let (own, _) = Organization::new();
    let admin = own.admin();
    let named =
        json!({"after": {"requests": 0}, "do": [{"set_scopes": {"key": "key_1", "scopes": []}}]});
    activate(&own, json!({"steps": [named]}));
    admin.get("/companies").ok();
    organization.control(Method::DELETE, "/scenario", ());
    early.get("/prospects").ok();
    renewed.get("/prospects").ok();
}

/// Requests a fault from `path`.
fn asking(app: &TestApp, path: &str, fields: &[(&str, &str)], fault: &'static str) -> Reply {
    let call = app.call(Method::POST, path).body(encoded(fields));
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    reply(call.header("x-mock-fault", fault).raw())
}

#[test]
fn request_to_any_endpoint_can_ask_for_a_fault() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let tokens = organization.tokens();
    let token = tokens["refresh_token"].as_str().unwrap();
    let hint = organization.user("admin");
    let down = "error;status=503";
    for (path, fields) in [
        ("/oauth/authorize", request(&hint)),
        ("/oauth/token", refreshing(token)),
        ("/oauth/revoke", vec![("token", token)]),
        ("/oauth/introspect", vec![("token", token)]),
        // Of no organization.
        ("/oauth/authorize", vec![]),
        ("/oauth/token", vec![]),
    ] {
        let failed = asking(app, path, &fields, down);
        assert_eq!(failed.status.as_u16(), 503, "{path}");
        assert_eq!(failed.json()["error"], "temporarily_unavailable");
    }
    // The requests above did not use up the token; one with a fault after the handler does.
    let lost = asking(
        app,
        "/oauth/token",
        &refreshing(token),
        "headers;set={\"x-met\": \"yes\"}",
    );
    assert_eq!(lost.header("x-met"), "yes");
    lost.ok();
    let forged = "authorization_response;state=forged";
    let forged = asking(app, "/oauth/authorize", &request(&hint), forged);
    assert_eq!(forged.field("state").as_deref(), Some("forged"));
    // In the syntax of other mock servers.
    let call = app
        .call(Method::POST, "/oauth/token")
        .header("prefer", "code=502");
    assert_eq!(call.raw().status().as_u16(), 502);
}

#[test]
fn rejects_faults_without_effect() {
    let app = TestApp::new();
    for (path, fault, why) in [
        ("/oauth/token", "nonsense", "unknown fault"),
        (
            "/oauth/token",
            "stale",
            "`stale` applies to reads, not to the endpoint token",
        ),
        (
            "/oauth/revoke",
            "authorization_response;state=x",
            "not to the endpoint revoke",
        ),
        (
            "/oauth/jwks.json",
            "latency",
            "faults apply to /oauth/authorize, /oauth/token",
        ),
        (
            "/.well-known/openid-configuration",
            "latency",
            "faults apply to /oauth/authorize",
        ),
    ] {
        let refused = asking(&app, path, &[], fault).refused(400, "invalid_request");
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn responses_have_the_date_of_their_organizations_clock() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let code = organization.code();
    let minted = organization
        .control(Method::POST, "/tokens", json!({}))
        .ok();
    let [access, refresh] =
        ["access_token", "refresh_token"].map(|name| minted[name].as_str().unwrap());
    organization.advance("1h");
    let ten = "Thu, 15 Jan 2026 10:00:00 GMT";
    let hint = organization.user("admin");
    let down = asking(
        app,
        "/oauth/token",
        &refreshing(refresh),
        "error;status=503",
    );
    let nonsense = asking(app, "/oauth/token", &refreshing(refresh), "nonsense");
    for reply in [
        authorize(app, &request(&hint)),
        authorize(app, &super::with(&request(&hint), "prompt", "")),
        redeem(app, &redemption(&code)),
        post(app, "/oauth/introspect", &[("token", access)]),
        post(app, "/oauth/revoke", &[("token", refresh)]),
        down,
        nonsense,
    ] {
        assert_eq!(reply.header("date"), ten, "{reply:?}");
    }
    let call = app.call(Method::POST, "/oauth/introspect");
    let key = organization.spelled("FullAccess").key;
    let by_key = reply(call.header("authorization", format!("Bearer {key}")).raw());
    assert_eq!(by_key.header("date"), ten);
    // The first sign-in creates the organization; its clock starts at the server's setting.
    let frozen = TestApp::with("clock = 'frozen=2026-01-15T10:00:00Z'");
    let first = authorize(&frozen, &request("admin@newone"));
    assert_eq!(
        (first.header("date"), first.field("code").is_some()),
        (ten, true)
    );
    for path in [
        "/oauth/jwks.json",
        "/.well-known/openid-configuration",
        "/oauth/authorize",
    ] {
        let reply = get(app, path);
        assert!(
            reply.header("date").ends_with(" GMT") && reply.header("date") != ten,
            "{path}"
        );
    }
}
