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
fn without_a_token_only_a_loopback_host_is_answered() {
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
fn a_page_of_another_origin_is_not_answered() {
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
fn a_page_that_sends_no_origin_is_not_answered_either() {
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
fn where_there_is_a_token_it_is_asked_for_and_nothing_else() {
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
fn on_other_addresses_there_is_no_control_without_a_token() {
    let app = TestApp::with("host = '0.0.0.0'");
    for call in calls(&app) {
        assert!(
            refused(call.send())
                .contains("start it with --control-token or MOCK_SERVER_CONTROL_TOKEN")
        );
    }
}

#[test]
fn the_control_api_can_be_off() {
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
fn the_health_checks_are_for_everybody() {
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
