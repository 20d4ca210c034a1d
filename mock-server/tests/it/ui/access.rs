//! Who sees the dashboard, and what protects it.

use http::Method;
use serde_json::json;

use super::{Browser, sign_in, with_browser};
use crate::test_app::{Call, TestApp};

const TOKEN: &str = "control_token = 'open sesame'";

/// The page of the list of an organization, without a session.
fn list(app: &TestApp) -> Call {
    app.call(Method::GET, "/_mock/ui/demo01/requests?q=status:404")
}

#[test]
fn root_shows_the_dashboard_to_browsers_only() {
    let app = TestApp::new();
    let root = || app.call(Method::GET, "/");
    let browser = root().header("accept", "text/html,application/xhtml+xml");
    let answer = browser.raw();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (303, &"/_mock/ui".parse().unwrap())
    );
    for other in [
        root(),
        root().header("accept", "*/*"),
        root().header("accept", "application/json"),
        root()
            .header("accept", "text/html")
            .header("authorization", "Bearer x"),
        app.call(Method::POST, "/").header("accept", "text/html"),
    ] {
        assert_eq!(other.raw().status(), 404);
    }
    let off = TestApp::with("no_control = true").call(Method::GET, "/");
    assert_eq!(off.header("accept", "text/html").raw().status(), 404);
}

#[test]
fn requires_sign_in_and_then_opens_the_requested_page() {
    let app = TestApp::new();
    let answer = list(&app).raw();
    assert_eq!(answer.status(), 303);
    let wanted = "to=%2F_mock%2Fui%2Fdemo01%2Frequests%3Fq%3Dstatus%3A404";
    assert_eq!(
        answer.headers()["location"],
        format!("/_mock/ui/sign-in?{wanted}")
    );
    let answer = sign_in(&app, &format!("{wanted}&how=directly")).raw();
    assert_eq!(
        answer.headers()["location"],
        "/_mock/ui/demo01/requests?q=status:404"
    );
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    let (value, rest) = cookie.split_once(';').unwrap();
    assert_eq!(rest, " Path=/_mock; HttpOnly; SameSite=Strict");
    let id = value.strip_prefix("mock_ui_8000=").unwrap();
    assert!(
        id.len() == 64 && id.bytes().all(|digit| digit.is_ascii_hexdigit()),
        "{id}"
    );
    let elsewhere = sign_in(&app, "how=directly&to=https://evil.example/").raw();
    assert_eq!(elsewhere.headers()["location"], "/_mock/ui");
}

#[test]
fn sign_out_ends_the_session() {
    let app = TestApp::new();
    app.caller("lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01")
        .get("/orders")
        .ok();
    let browser = Browser::new(&app);
    browser.page("/demo01/requests");
    let answer = browser.call(Method::POST, "/_mock/ui/sign-out").raw();
    assert!(
        answer.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(browser.open("/demo01/requests").status(), 303);
}

#[test]
fn rejects_made_up_sessions() {
    let app = TestApp::new();
    let cookie = Browser::new(&app).cookie;
    for wrong in [
        "mock_ui_8000=".to_owned(),
        format!("{}0", &cookie[..cookie.len() - 1]),
        format!("{cookie}; {cookie}"),
        cookie.replace("8000", "8001"),
    ] {
        let answer = list(&app).header("cookie", &wrong).raw();
        // One in sixteen ids does end with 0.
        assert!(answer.status() == 303 || wrong == cookie, "{wrong}");
    }
}

#[test]
fn requires_the_control_token_if_configured() {
    let app = TestApp::with(TOKEN);
    for wrong in ["", "token=", "token=open", "token=open+sesame%21"] {
        let answer = sign_in(&app, wrong).raw();
        assert_eq!(answer.status(), 401, "{wrong}");
        assert!(!answer.headers().contains_key("set-cookie"));
    }
    let browser = Browser::with(&app, "token=open+sesame");
    assert_eq!(browser.open("/unclaimed/requests").status(), 200);
}

#[test]
fn session_replaces_the_token_only_for_requests_of_the_page() {
    let app = TestApp::with(TOKEN);
    let browser = Browser::with(&app, "token=open+sesame");
    let call = || browser.call(Method::GET, "/_mock/organizations");
    call().header("x-mock-ui", "1").send().ok();
    let own = call()
        .header("x-mock-ui", "1")
        .header("origin", "http://127.0.0.1:8000");
    own.header("sec-fetch-site", "same-origin").send().ok();
    let page = || call().header("x-mock-ui", "1");
    for refused in [
        // A form or an image of another page cannot send the header.
        call(),
        page().header("origin", "http://evil.example"),
        page().header("origin", "http://127.0.0.1:9000"),
        page().header("origin", "null"),
        page().header("sec-fetch-site", "same-site"),
        page().header("sec-fetch-site", "cross-site"),
        page().without("cookie"),
    ] {
        assert_eq!(refused.send().status, 401);
    }
}

#[test]
fn an_action_of_a_page_that_is_signed_out_changes_nothing() {
    let (organization, browser) = with_browser();
    let path = format!("/_mock/organizations/{}/clock/resume", organization.name);
    let resume = |app: &TestApp| app.call(Method::POST, &path).json(&json!({}));
    let page = resume(&organization.app).header("x-mock-ui", "1");
    assert_eq!(page.send().status, 401);
    let mode = || organization.control(Method::GET, "/clock", ()).ok()["mode"].take();
    assert_eq!(mode(), "frozen");
    let page = browser.call(Method::POST, &path).json(&json!({}));
    page.header("x-mock-ui", "1").send().ok();
    assert_eq!(mode(), "real");
    resume(&organization.app).send().ok();
}

#[test]
fn rejects_cross_site_sign_in_sign_out_and_host_names() {
    let app = TestApp::new();
    let browser = Browser::new(&app);
    for path in ["sign-in", "sign-out"] {
        let call = || browser.call(Method::POST, &format!("/_mock/ui/{path}"));
        for refused in [
            call().header("origin", "http://evil.example"),
            call().header("sec-fetch-site", "same-site"),
            call().without("host").header("host", "evil.example:8000"),
        ] {
            assert_eq!(refused.raw().status(), 401, "{path}");
        }
    }
    let rebound = list(&app).without("host").header("host", "evil.example");
    assert_eq!(rebound.raw().status(), 401);
    assert_eq!(browser.open("/unclaimed/requests").status(), 200);
}

#[test]
fn dashboard_needs_the_control_api() {
    for (settings, status) in [("no_control = true", 404), ("host = '0.0.0.0'", 401)] {
        let app = TestApp::with(settings);
        for call in [
            list(&app),
            app.call(Method::GET, "/_mock/ui"),
            sign_in(&app, ""),
        ] {
            let answer = call.raw();
            assert_eq!(answer.status(), status);
            assert!(!answer.headers().contains_key("set-cookie"));
        }
    }
}

#[test]
fn every_page_forbids_foreign_scripts_and_framing() {
    let app = TestApp::new();
    let browser = Browser::new(&app);
    for path in [
        "/",
        "/sign-in",
        "/unclaimed/requests",
        "/unclaimed/requests/1",
        "/none01/requests",
        "/a/b/c",
        "/assets/1/main.js",
    ] {
        let answer = browser.open(path);
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        let policy = header("content-security-policy");
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(
                policy.split("; ").any(|one| one == directive),
                "{path}: {policy}"
            );
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(
            [
                header("x-content-type-options"),
                header("x-frame-options"),
                header("referrer-policy"),
                header("cache-control")
            ],
            ["nosniff", "DENY", "same-origin", "no-store"],
            "{path}"
        );
    }
}

#[test]
fn assets_are_cacheable_by_versioned_paths() {
    let app = TestApp::new();
    let page = app.call(Method::GET, "/_mock/ui/sign-in").raw().into_body();
    assert!(
        !page.contains("<style") && !page.contains("style="),
        "{page}"
    );
    let paths: Vec<_> = page
        .split('"')
        .filter(|text| text.starts_with("/_mock/ui/assets/"))
        .collect();
    assert_eq!(paths.len(), 3);
    for path in paths {
        let answer = app.call(Method::GET, path).raw();
        assert_eq!(answer.status(), 200);
        assert_eq!(
            answer.headers()["cache-control"],
            "public, max-age=31536000, immutable"
        );
    }
}

/// Signs in by the authorization server, up to the response with the code: the cookie, and the path with the code.
fn sign_in_by_oauth(app: &TestApp, to: &str) -> (String, String) {
    let answer = sign_in(app, to).raw();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    let (cookie, _) = cookie.split_once(';').unwrap();
    let ask = answer.headers()["location"].to_str().unwrap();
    assert!(
        ask.starts_with("/oauth/authorize?") && ask.contains("&prompt=none"),
        "{ask}"
    );
    let answer = app.call(Method::GET, ask).raw();
    let back = answer.headers()["location"].to_str().unwrap();
    let path = back.strip_prefix("http://127.0.0.1:8000").unwrap();
    (cookie.to_owned(), path.to_owned())
}

#[test]
fn on_loopback_the_authorization_server_signs_in_with_one_click() {
    let app = TestApp::new();
    let (cookie, back) = sign_in_by_oauth(&app, "to=/_mock/ui/demo02/requests");
    let answer = app.call(Method::GET, &back).header("cookie", &cookie).raw();
    assert_eq!(
        answer.headers()["location"],
        "/_mock/ui/demo02/requests",
        "{}",
        answer.body()
    );
    let session = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let page = app
        .call(Method::GET, "/_mock/ui/demo02/requests")
        .header("cookie", session.split(';').next().unwrap());
    assert_eq!(page.raw().status(), 200);
    let replayed = app.call(Method::GET, &back).header("cookie", &cookie).raw();
    assert!(replayed.status() == 400 && replayed.body().contains("the code was used before"));
}

#[test]
fn a_code_of_another_browser_signs_nobody_in() {
    let app = TestApp::new();
    let (_, back) = sign_in_by_oauth(&app, "");
    let (cookie, _) = sign_in_by_oauth(&app, "");
    for call in [
        app.call(Method::GET, &back),
        app.call(Method::GET, &back).header("cookie", &cookie),
    ] {
        let answer = call.raw();
        assert_eq!(answer.status(), 400);
        assert!(!answer.headers().contains_key("set-cookie"));
    }
}

#[test]
fn who_looks_at_an_organization_leaves_its_journal_alone() {
    let app = TestApp::new();
    let organization = app.organization();
    let (cookie, back) = sign_in_by_oauth(&app, &format!("to=/_mock/ui/{}", organization.name));
    app.call(Method::GET, &back).header("cookie", &cookie).raw();
    assert!(organization.journal().is_empty());
}

#[test]
fn where_users_have_passwords_the_page_of_the_authorization_server_asks_for_them() {
    let app = TestApp::with("[oauth]\npassword = 'secret'");
    let answer = sign_in(&app, "").raw();
    let ask = answer.headers()["location"].to_str().unwrap();
    assert!(!ask.contains("prompt"));
    assert!(app.call(Method::GET, ask).raw().body().contains("Password"));
}

#[test]
fn without_an_authorization_server_one_click_is_enough() {
    let app = TestApp::with("documented_only = true");
    assert_eq!(sign_in(&app, "").raw().headers()["location"], "/_mock/ui");
}
