//! The page where a user signs in.

use http::{Method, StatusCode};

use super::{
    CALLBACK, Fields, Reply, authorize, encoded, get, post, redeem, redemption, reply, request,
    with,
};
use crate::test_app::TestApp;

/// A request that returns the page.
fn asked() -> Fields<'static> {
    let request = with(&with(&request(""), "prompt", ""), "login_hint", "");
    with(&request, "scope", "orders:read")
}

/// The request with the fields that a user fills in.
fn filled_in<'a>(organization: &'a str, user: &'a str) -> Fields<'a> {
    let filled_in = [
        ("organization", organization),
        ("user", user),
        ("decision", "allow"),
    ];
    [&asked()[..], &filled_in].concat()
}

#[test]
fn page_contains_the_request_and_posts_only_to_this_server() {
    let app = TestApp::new();
    for prompt in ["", "login", "consent", "select_account", "login consent"] {
        let reply = authorize(&app, &with(&asked(), "prompt", prompt));
        let policy = reply.header("content-security-policy");
        assert!(
            policy.ends_with("form-action 'self' http://127.0.0.1:5000"),
            "{policy}"
        );
        assert_eq!(reply.header("referrer-policy"), "same-origin");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let page = reply.page(200);
        for (name, value) in asked() {
            let field = format!(r#"<input type="hidden" name="{name}" value="{value}">"#);
            assert!(page.contains(&field), "{field}: {page}");
        }
        assert!(
            page.contains(r#"<form method="post" action="/oauth/authorize">"#),
            "{page}"
        );
        assert!(
            !page.contains("<script") && !page.contains(r#"name="password""#),
            "{page}"
        );
    }
    let reply = get(&app, "/oauth/sign-in.css");
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "text/css; charset=utf-8");
}

#[test]
fn user_signs_in_and_the_client_gets_its_code() {
    let app = TestApp::new();
    let reply = post(&app, "/oauth/authorize", &filled_in("acme01", "member"));
    let code = reply.field("code").unwrap();
    let tokens = redeem(&app, &redemption(&code)).ok();
    assert_eq!(tokens["scope"], "orders:read");
    assert_eq!(
        super::part(&tokens["access_token"], 1)["sub"],
        "member@acme01"
    );
}

#[test]
fn denial_is_redirected_to_the_client() {
    let app = TestApp::new();
    let denied = [asked(), vec![("decision", "deny")]].concat();
    post(&app, "/oauth/authorize", &denied).sent_back("access_denied");
}

#[test]
fn invalid_input_is_shown_on_the_page_and_can_be_corrected() {
    let app = TestApp::new();
    for (organization, user, problem) in [
        (
            "",
            "admin",
            "The organization must be six letters or digits.",
        ),
        (
            "acme",
            "admin",
            "The organization must be six letters or digits.",
        ),
        ("acme01", "nobody", "The organization has no such user."),
        ("acme01", "", "The organization has no such user."),
    ] {
        let fields = filled_in(organization, user);
        let reply = post(&app, "/oauth/authorize", &fields);
        let page = reply.page(400);
        assert!(page.contains(problem), "{page}");
        assert!(page.contains(&format!(
            r#"name="code_challenge" value="{}""#,
            super::CHALLENGE
        )));
    }
    app.control(Method::GET, "/organizations/acme01", ())
        .refused(schemas::ErrorCode::EntityNotFound);
}

#[test]
fn login_hint_is_filled_in() {
    let reply = authorize(
        &TestApp::new(),
        &with(&asked(), "login_hint", "member@acme01"),
    );
    let page = reply.page(200);
    assert!(
        page.contains(r#"name="organization" value="acme01""#),
        "{page}"
    );
    assert!(page.contains(r#"name="user" value="member""#), "{page}");
}

#[test]
fn parameters_are_escaped_on_the_page() {
    let app = TestApp::new();
    let evil = r#""><script>alert(1)</script><img src=x onerror='alert(1)'>"#;
    for name in [
        "state",
        "login_hint",
        "scope",
        "prompt",
        "response_type",
        "response_mode",
    ] {
        let reply = authorize(&app, &with(&asked(), name, evil));
        assert!(
            !reply.body.contains("<script>alert") && !reply.body.contains("<img"),
            "{name}"
        );
        if reply.status == StatusCode::SEE_OTHER {
            assert_eq!(reply.sent_to().0, CALLBACK);
        }
    }
    for name in ["organization", "user", "password"] {
        let reply = post(
            &app,
            "/oauth/authorize",
            &with(&filled_in("acme01", "admin"), name, evil),
        );
        assert!(
            !reply.body.contains("<script>alert") && !reply.body.contains("<img"),
            "{name}"
        );
    }
    for name in ["client_id", "redirect_uri"] {
        let reply = authorize(&app, &with(&asked(), name, evil));
        assert!(!reply.page(400).contains("alert(1)"), "{name}");
    }
}

/// Sends the form with these headers, as browsers set them for a page of an origin.
#[track_caller]
fn from(app: &TestApp, headers: &[(&'static str, &str)]) -> Reply {
    let call = app
        .call(Method::POST, "/oauth/authorize")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(&filled_in("acme01", "admin")));
    let call = headers
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    reply(call.raw())
}

#[test]
fn rejects_forms_of_other_sites() {
    let app = TestApp::with("issuer = 'https://auth.example'");
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:9000")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[
            ("origin", "http://127.0.0.1:8000"),
            ("sec-fetch-site", "cross-site"),
        ],
    ] {
        assert!(from(&app, headers).page(400).contains("another site"));
    }
    for headers in [
        &[][..],
        &[
            ("origin", "http://127.0.0.1:8000"),
            ("sec-fetch-site", "same-origin"),
        ],
        &[("origin", "https://auth.example")],
    ] {
        assert!(from(&app, headers).field("code").is_some());
    }
}

#[test]
fn malformed_form_shows_a_page() {
    let app = TestApp::new();
    let call = app
        .call(Method::POST, "/oauth/authorize")
        .json(&serde_json::json!({}));
    assert!(reply(call.raw()).page(400).contains("must be a form"));
}
