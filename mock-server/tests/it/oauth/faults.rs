//! What the scenario of an organization does to requests to the authorization server.

use http::Method;
use serde_json::{Value, json};

use super::{authorize, get, post, redeem, redemption, refresh, request};
use crate::test_app::Organization;

/// An organization in which something goes wrong.
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
fn a_rule_meets_the_requests_to_its_endpoint_that_are_those_of_its_organization() {
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
    // No fault elsewhere: another organization, other endpoints, the API, and requests that name no organization.
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
    // The request did not come so far that its code was spent.
    organization.control(Method::DELETE, "/scenario", ());
    redeem(app, &redemption(&code)).ok();
}

#[test]
fn every_endpoint_knows_whose_request_it_is() {
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
fn an_authorization_response_is_forged_and_a_page_is_not() {
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
fn steps_happen_before_requests_to_either_server_and_count_those_to_the_api() {
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
