//! Redeeming a code for tokens.

use http::Method;
use serde_json::json;

use super::{
    CHALLENGE, CLIENT, CONFIDENTIAL, ISSUER, encoded, part, redeem, redemption, refresh, reply,
    with,
};
use crate::test_app::{Organization, TestApp};

/// The epoch seconds of the clocks of organizations.
const START: i64 = 1_768_467_600;

#[test]
fn code_yields_an_access_token_of_one_hour_with_every_claim() {
    let (organization, _) = Organization::new();
    let tokens = organization.tokens();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3_600);
    let header = part(&tokens["access_token"], 0);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("ES256"), &json!("at+jwt"))
    );
    let claims = part(&tokens["access_token"], 1);
    assert_eq!(
        claims,
        json!({
            "iss": ISSUER,
            "sub": organization.user("admin"),
            "aud": format!("{ISSUER}/api/v1"),
            "exp": START + 3_600,
            "iat": START,
            "jti": claims["jti"],
            "client_id": CLIENT,
            "scope": tokens["scope"],
            "organization": organization.name,
        })
    );
    assert!(
        tokens["refresh_token"]
            .as_str()
            .unwrap()
            .starts_with("ort_")
    );
    assert!(organization.knows(&tokens["access_token"]));
    assert!(organization.knows(&tokens["refresh_token"]));
    organization.advance("59m 59s");
    assert!(organization.knows(&tokens["access_token"]));
    organization.advance("1s");
    assert!(!organization.knows(&tokens["access_token"]));
    assert!(organization.knows(&tokens["refresh_token"]));
}

#[test]
fn every_error_of_the_token_endpoint_has_its_code() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let code = organization.code();
    let right = redemption(&code);
    let short = "a".repeat(42);
    let long = "a".repeat(129);
    let other = CHALLENGE;
    for (name, value, status, error) in [
        ("grant_type", "", 400, "invalid_request"),
        ("grant_type", "password", 400, "unsupported_grant_type"),
        (
            "grant_type",
            "client_credentials",
            400,
            "unsupported_grant_type",
        ),
        ("client_id", "", 401, "invalid_client"),
        ("client_id", "unknown", 401, "invalid_client"),
        ("client_secret", "made up", 401, "invalid_client"),
        ("code", "", 400, "invalid_request"),
        ("code", "oac_unknown", 400, "invalid_grant"),
        ("redirect_uri", "", 400, "invalid_request"),
        (
            "redirect_uri",
            "http://127.0.0.1:5001/callback",
            400,
            "invalid_grant",
        ),
        ("code_verifier", "", 400, "invalid_request"),
        ("code_verifier", &short, 400, "invalid_request"),
        ("code_verifier", &long, 400, "invalid_request"),
        (
            "code_verifier",
            "dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk",
            400,
            "invalid_request",
        ),
        ("code_verifier", other, 400, "invalid_grant"),
    ] {
        redeem(app, &with(&right, name, value)).refused(status, error);
    }
    for name in [
        "grant_type",
        "code",
        "code_verifier",
        "client_id",
        "unknown",
    ] {
        let twice = [right.clone(), vec![(name, "a"), (name, "a")]].concat();
        redeem(app, &twice).refused(400, "invalid_request");
    }
    // None of these requests has used up the code.
    redeem(app, &right).ok();
}

#[test]
fn token_endpoint_accepts_only_forms() {
    let (organization, _) = Organization::new();
    let code = organization.code();
    let form = encoded(&redemption(&code));
    let call = |kind: Option<&str>, body: String| {
        let call = organization
            .app
            .call(Method::POST, "/oauth/token")
            .body(body);
        let call = match kind {
            Some(kind) => call.header("content-type", kind),
            None => call,
        };
        reply(call.raw())
    };
    for kind in [
        None,
        Some("application/json"),
        Some("multipart/form-data; boundary=x"),
    ] {
        call(kind, form.clone()).refused(400, "invalid_request");
    }
    let json = json!({"grant_type": "authorization_code"}).to_string();
    call(Some("application/json"), json).refused(400, "invalid_request");
    let large = format!("{form}&x={}", "y".repeat(64 * 1024));
    call(Some("application/x-www-form-urlencoded"), large).refused(413, "invalid_request");
    // The query is not read: queries appear in logs.
    let target = format!("/oauth/token?{form}");
    let call_by_query = organization.app.call(Method::POST, &target);
    let by_query = call_by_query.header("content-type", "application/x-www-form-urlencoded");
    reply(by_query.raw()).refused(400, "invalid_request");
    call(
        Some("Application/X-WWW-Form-Urlencoded; charset=utf-8"),
        form,
    )
    .ok();
}

#[test]
fn form_endpoints_accept_only_post() {
    let app = TestApp::new();
    for path in ["/oauth/token", "/oauth/revoke", "/oauth/introspect"] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let refused = reply(app.call(method, path).raw());
            assert_eq!(refused.header("allow"), "POST");
            refused.refused(405, "invalid_request");
        }
    }
}

#[test]
fn code_is_valid_for_one_minute() {
    let (organization, _) = Organization::new();
    let [in_time, too_late] = [organization.code(), organization.code()];
    organization.advance("59s");
    redeem(&organization.app, &redemption(&in_time)).ok();
    organization.advance("1s");
    let refused = redeem(&organization.app, &redemption(&too_late));
    assert_eq!(refused.refused(400, "invalid_grant"), "the code is expired");
}

#[test]
fn replayed_code_revokes_its_tokens() {
    let (organization, _) = Organization::new();
    let code = organization.code();
    let tokens = redeem(&organization.app, &redemption(&code)).ok();
    let others = organization.tokens();
    // An attacker who replays the code does not have the verifier.
    let wrong = with(&redemption(&code), "code_verifier", CHALLENGE);
    redeem(&organization.app, &wrong).refused(400, "invalid_grant");
    assert!(!organization.knows(&tokens["access_token"]));
    assert!(!organization.knows(&tokens["refresh_token"]));
    refresh(&organization.app, &tokens["refresh_token"]).refused(400, "invalid_grant");
    assert!(organization.knows(&others["access_token"]));
}

#[test]
fn code_of_another_client_is_refused_and_stays_valid() {
    let organization = TestApp::with(CONFIDENTIAL).organization();
    let code = organization.code();
    let mut other = with(&redemption(&code), "client_id", "server");
    other.push(("client_secret", "s:cret &"));
    redeem(&organization.app, &other).refused(400, "invalid_grant");
    redeem(&organization.app, &redemption(&code)).ok();
}

#[test]
fn same_requests_get_the_same_bytes() {
    let run = || {
        let organization = TestApp::with("seed = 7").organization();
        let code = organization.code();
        let first = redeem(&organization.app, &redemption(&code));
        let second = refresh(&organization.app, &first.ok()["refresh_token"]);
        (code, first.body, second.body)
    };
    assert_eq!(run(), run());
    let other = TestApp::with("seed = 8").organization();
    assert_ne!(other.code(), run().0);
}
