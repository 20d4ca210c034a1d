//! The authorization request: redirects and their parameters.

use super::{CALLBACK, ISSUER, authorize, encoded, get, post, request, with};
use crate::test_app::{Organization, TestApp};

fn admin() -> (Organization, String) {
    let (organization, _) = Organization::new();
    let admin = organization.user("admin");
    (organization, admin)
}

#[test]
fn redirects_with_code_state_and_issuer() {
    let (organization, admin) = admin();
    let reply = authorize(&organization.app, &request(&admin));
    assert_eq!(reply.sent_to().0, CALLBACK);
    assert_eq!(reply.field("state").as_deref(), Some("a state"));
    assert_eq!(reply.field("iss").as_deref(), Some(ISSUER));
    let code = reply.field("code").unwrap();
    assert!(
        code.starts_with("oac_") && code.ends_with(&organization.name),
        "{code}"
    );
    let without = authorize(&organization.app, &with(&request(&admin), "state", ""));
    assert_eq!(without.field("state"), None);
}

#[test]
fn accepts_a_form_like_a_query() {
    let (organization, admin) = admin();
    let reply = post(&organization.app, "/oauth/authorize", &request(&admin));
    assert!(reply.field("code").is_some());
    let wrong = with(&request(&admin), "response_type", "token");
    let refused = post(&organization.app, "/oauth/authorize", &wrong);
    refused.sent_back("unsupported_response_type");
}

#[test]
fn never_redirects_to_an_unknown_client() {
    let (organization, admin) = admin();
    let right = request(&admin);
    for (name, value) in [
        ("client_id", ""),
        ("client_id", "unknown"),
        ("client_id", "Openprospect-dashboard"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "http://127.0.0.1:5000/callback/"),
        ("redirect_uri", "http://127.0.0.1:5000/callback?x"),
        (
            "redirect_uri",
            "http://127.0.0.1:5000@evil.example/callback",
        ),
        ("redirect_uri", "http://127.0.0.1.evil.example/callback"),
        ("redirect_uri", "https://127.0.0.1:5000/callback"),
        ("redirect_uri", "javascript:alert(1)"),
        (
            "redirect_uri",
            "http://127.0.0.1:5000/callback\r\nset-cookie: a=b",
        ),
    ] {
        let reply = authorize(&organization.app, &with(&right, name, value));
        assert!(!reply.page(400).contains("evil"), "{name} {value}");
    }
    for name in ["client_id", "redirect_uri"] {
        let value = right.iter().find(|(own, _)| *own == name).unwrap().1;
        let twice = [right.clone(), vec![(name, value)]].concat();
        authorize(&organization.app, &twice).page(400);
    }
    get(&organization.app, "/oauth/authorize").page(400);
}

#[test]
fn loopback_redirect_may_have_any_port() {
    let (organization, admin) = admin();
    for uri in [
        "http://127.0.0.1/callback",
        "http://127.0.0.1:65535/callback",
        "http://localhost:1/callback",
        "http://[::1]:4711/callback",
        "http://127.0.0.1:8000/_mock/ui/callback",
    ] {
        let reply = authorize(
            &organization.app,
            &with(&request(&admin), "redirect_uri", uri),
        );
        assert_eq!(reply.sent_to().0, uri);
        assert!(reply.field("code").is_some());
    }
}

#[test]
fn other_errors_are_redirected_to_the_client() {
    let (organization, admin) = admin();
    let right = request(&admin);
    for (name, value, code) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        (
            "response_type",
            "code id_token",
            "unsupported_response_type",
        ),
        ("response_mode", "fragment", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
            "invalid_request",
        ),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "s256", "invalid_request"),
        ("scope", "orders:read unknown", "invalid_scope"),
        ("scope", "orders:Read", "invalid_scope"),
        ("scope", " ", "invalid_scope"),
        ("prompt", "never", "invalid_request"),
        ("prompt", "none login", "invalid_request"),
        ("request", "eyJ", "request_not_supported"),
        (
            "request_uri",
            "https://a.example",
            "request_uri_not_supported",
        ),
        ("login_hint", "", "login_required"),
        ("login_hint", "admin", "login_required"),
        ("login_hint", "nobody@demo01", "login_required"),
        ("login_hint", "admin@toolong", "login_required"),
    ] {
        let reply = authorize(&organization.app, &with(&right, name, value));
        let told = reply.sent_back(code);
        assert!(
            !told.contains("never") && !told.contains("plain@"),
            "{told}"
        );
    }
    for name in [
        "response_type",
        "scope",
        "code_challenge",
        "prompt",
        "unknown",
    ] {
        let twice = [right.clone(), vec![(name, "a"), (name, "a")]].concat();
        authorize(&organization.app, &twice).sent_back("invalid_request");
    }
    let states = [right.clone(), vec![("state", "other")]].concat();
    let reply = authorize(&organization.app, &states);
    assert_eq!(reply.field("error").as_deref(), Some("invalid_request"));
    assert_eq!(reply.field("state"), None);
}

#[test]
fn empty_parameters_count_as_absent_and_unknown_ones_are_ignored() {
    let (organization, admin) = admin();
    let query = format!("{}&scope=&nonce=7&ui_locales=de", encoded(&request(&admin)));
    let reply = get(&organization.app, &format!("/oauth/authorize?{query}"));
    assert!(reply.field("code").is_some());
}

#[test]
fn state_is_returned_byte_for_byte_or_not_at_all() {
    let (organization, admin) = admin();
    let right = request(&admin);
    let long = "x".repeat(4_096);
    for state in [
        "a\r\nset-cookie: a=b",
        "&code=1&iss=2#",
        "ä→🙂",
        "\0",
        "\"'<>",
        &*long,
    ] {
        let reply = authorize(&organization.app, &with(&right, "state", state));
        assert_eq!(reply.field("state").as_deref(), Some(state));
        assert_eq!(reply.field("iss").as_deref(), Some(ISSUER));
        assert!(!reply.headers.contains_key("set-cookie"));
    }
    let query = encoded(&with(&right, "state", ""));
    for state in ["%FF", &"x".repeat(4_097)] {
        let reply = get(
            &organization.app,
            &format!("/oauth/authorize?{query}&state={state}"),
        );
        assert_eq!(reply.field("error").as_deref(), Some("invalid_request"));
        assert_eq!(reply.field("state"), None);
    }
}

#[test]
fn member_grants_read_scopes_only() {
    let (organization, _) = admin();
    let member = organization.user("member");
    let scope = |wanted: &str| {
        let reply = authorize(&organization.app, &with(&request(&member), "scope", wanted));
        let Some(code) = reply.field("code") else {
            return reply.sent_back("invalid_scope");
        };
        let tokens = super::redeem(&organization.app, &super::redemption(&code)).ok();
        tokens["scope"].as_str().unwrap().to_owned()
    };
    assert_eq!(scope("orders:read orders:write admin:write"), "orders:read");
    assert!(scope("orders:write admin:write").contains("may not grant"));
    let all = scope("");
    assert!(all.split(' ').all(|name| name.ends_with(":read")), "{all}");
    assert_eq!(all.split(' ').count(), 10);
    assert!(!all.contains("admin:"));
}

#[test]
fn first_sign_in_creates_the_organization() {
    let app = TestApp::new();
    let reply = authorize(&app, &request("admin@newone"));
    assert!(reply.field("code").unwrap().ends_with("newone"));
    app.control(http::Method::GET, "/organizations/newone", ())
        .ok();
}

#[test]
fn responds_with_retry_if_there_is_no_room_for_an_organization() {
    let settings = "max_organizations = 1\n[[keys]]\nkey = 'lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9'\n\
        organization = 'acme01'\npreset = 'orders'";
    let app = TestApp::with(settings);
    authorize(&app, &request("admin@newone")).sent_back("temporarily_unavailable");
    assert!(
        authorize(&app, &request("admin@acme01"))
            .field("code")
            .is_some()
    );
}
