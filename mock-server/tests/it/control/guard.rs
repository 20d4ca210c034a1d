//! Access to the control API.

use http::Method;
use schemas::ErrorCode::{AuthenticationError, InvalidRequest, NotFound};

use crate::{
    response::Response,
    test_app::{Call, TestApp},
};

/// Every kind of control request.
fn calls(app: &TestApp) -> Vec<Call> {
    [
        (Method::GET, "/journal"),
        (Method::GET, "/organizations"),
        (Method::POST, "/organizations"),
        (Method::DELETE, "/organizations/demo01"),
        (Method::POST, "/organizations/self/clock/freeze"),
        (Method::POST, "/shutdown"),
        (Method::POST, "/addresses"),
        (Method::DELETE, "/addresses/address_1"),
        (Method::GET, "/nothing"),
        (Method::PUT, "/journal"),
        (Method::OPTIONS, "/organizations"),
        (Method::GET, ""),
    ]
    .map(|(method, path)| app.call(method, &format!("/_mock{path}")))
    .into()
}

#[track_caller]
fn refused(answer: Response) -> String {
    answer.refused(AuthenticationError)["message"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn without_a_token_only_loopback_hosts_are_served() {
    let app = TestApp::new();
    for host in [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "10.0.0.1:8000",
        "0.0.0.0",
    ] {
        for call in calls(&app) {
            assert_eq!(
                refused(call.without("host").header("host", host).send()),
                "without a control token, the control API accepts only a loopback address as Host"
            );
        }
    }
    for call in calls(&app) {
        let nowhere = call.without("host").header("host", "").send();
        nowhere.refused(InvalidRequest);
    }
    for host in ["localhost:8000", "127.0.0.1", "[::1]:8000"] {
        app.call(Method::GET, "/_mock/organizations")
            .without("host")
            .header("host", host)
            .send()
            .ok();
    }
}

#[test]
fn rejects_pages_of_another_origin() {
    let app = TestApp::new();
    for origin in [
        "http://evil.example",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:9000",
        "http://localhost:8000",
        "null",
        "",
    ] {
        for call in calls(&app) {
            assert_eq!(
                refused(call.header("origin", origin).send()),
                "the control API rejects requests from other origins"
            );
        }
    }
    let own = app
        .call(Method::GET, "/_mock/organizations")
        .header("origin", "http://127.0.0.1:8000");
    own.send().ok();
}

#[test]
fn rejects_pages_without_origin() {
    let app = TestApp::new();
    for site in ["cross-site", "same-site", "CROSS-SITE", "", "nonsense"] {
        for call in calls(&app) {
            assert_eq!(
                refused(call.header("sec-fetch-site", site).send()),
                "the control API rejects requests from other origins"
            );
        }
    }
    let call = || app.call(Method::GET, "/_mock/organizations");
    for site in ["same-origin", "none"] {
        call().header("sec-fetch-site", site).send().ok();
    }
    let own = "http://127.0.0.1:8000";
    refused(call().header("origin", own).header("origin", own).send());
    let twice = call().header("sec-fetch-site", "none");
    refused(twice.header("sec-fetch-site", "none").send());
}

#[test]
fn with_a_token_only_the_token_is_required() {
    let app = TestApp::with("control_token = 'open sesame'");
    for call in calls(&app) {
        assert_eq!(
            refused(call.send()),
            "send the control token in X-Control-Token"
        );
    }
    for wrong in ["", "open", "open sesame!", "OPEN SESAME"] {
        refused(
            app.call(Method::GET, "/_mock/organizations")
                .header("x-control-token", wrong)
                .send(),
        );
    }
    let call = app
        .call(Method::GET, "/_mock/organizations")
        .header("x-control-token", "open sesame");
    call.without("host")
        .header("host", "sandbox.example")
        .header("origin", "http://a")
        .send()
        .ok();
}

#[test]
fn non_loopback_addresses_have_no_control_api_without_a_token() {
    let app = TestApp::with("host = '0.0.0.0'");
    for call in calls(&app) {
        assert!(
            refused(call.send())
                .contains("start it with --control-token or MOCK_SERVER_CONTROL_TOKEN")
        );
    }
}

#[test]
fn control_api_can_be_off() {
    let app = TestApp::with("no_control = true\ncontrol_token = 'x'");
    for call in calls(&app) {
        let refused = call.header("x-control-token", "x").send().refused(NotFound);
        assert_eq!(
            refused["message"],
            "the control API is disabled (--no-control)"
        );
    }
}

#[test]
fn health_checks_need_no_token() {
    for settings in [
        "",
        "no_control = true",
        "host = '0.0.0.0'",
        "control_token = 'x'",
    ] {
        let app = TestApp::with(settings);
        for path in ["/_mock/health", "/_mock/ready"] {
            let call = app
                .call(Method::GET, path)
                .without("host")
                .header("host", "sandbox.example");
            call.header("origin", "http://evil.example").send().ok();
        }
    }
}
