//! `/_mock/judge-report`: what is kept of a report of `contract-tests`.

use http::{Method, StatusCode};
use schemas::ErrorCode;
use serde_json::{Value, json};

use super::wrong;
use crate::{
    response::Response,
    test_app::TestApp,
    ui::{Browser, HOSTILE},
};

fn report(target: &str) -> Value {
    json!({
        "tool": "contract-tests",
        "mode": "client",
        "target": target,
        "about": "a client tested under 1 scenario",
        "verdict": "fail",
        "counts": {"pass": 2, "fail": 1},
        "checks": [{
            "id": "CLI-WAIT", "verdict": "FAIL", "operation": null, "scenario": "rate-limit-once",
            "message": HOSTILE, "fix": "Wait.", "replay": "contract-tests client -- ./client",
        }, {
            "id": "CLI-AUTH-1", "verdict": "PASS", "message": "Each request has one header.",
        }, {
            "id": "CLI-EXIT-2", "verdict": "INCONCLUSIVE", "message": "It ends when it is asked to.",
            "reason": format!("the trial was stopped {HOSTILE}"),
        }],
        "trials": [{
            "scenario": "rate-limit-once",
            "summary": "The first request gets `429`.",
            "calls": [
                {"at_ms": 5, "answered_ms": 15, "connection": 0, "method": "GET", "target": HOSTILE, "status": 429,
                    "whole": true, "asked_ms": 1_000},
                {"at_ms": 1_005, "answered_ms": null, "connection": 1, "method": "GET", "target": "/", "status": null,
                    "whole": false, "asked_ms": null},
            ],
        }],
        "unknown": "ignored",
    })
}

fn keep(app: &TestApp, report: &Value) -> Response {
    app.control(Method::PUT, "/judge-report", report.clone())
}

fn page(app: &TestApp) -> String {
    Browser::new(app).page("/unclaimed/contract")
}

#[test]
fn last_report_is_shown_with_findings_and_timelines() {
    let app = TestApp::new();
    let how_to = "contract-tests client --report mock=http://127.0.0.1:8000 -- ./your-client";
    assert!(page(&app).contains(how_to));
    for target in ["./first", "./client"] {
        assert_eq!(keep(&app, &report(target)).status, StatusCode::NO_CONTENT);
    }
    let page = page(&app);
    for shown in [
        "<code>./client</code> is a client tested under 1 scenario.",
        "2 pass, 1 fail",
        "<code>CLI-WAIT</code>",
        "<strong>Fix: </strong>Wait.",
        "<strong>rate-limit-once</strong>: The first request gets <code>429</code>. ",
        "It ends when it is asked to.<br><strong>Reason: </strong>the trial was stopped &lt;script&gt;",
        "aria-label=\"2 requests on 2 connections in 1.000 s\"",
        "✗ 429, wait 1.000 s",
        "○ no response",
        // The clock of an organization does not change when it was sent.
        "data-relative=\"machine\">",
        // The last request had no response, and is seen nevertheless.
        "<rect class=\"lost\" x=\"99.40%\" y=\"24\" width=\"0.60%\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("./first") && !page.contains(how_to));
}

#[test]
fn texts_of_a_report_are_escaped_and_keys_in_it_masked() {
    let app = TestApp::new();
    let key = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
    let text = report("./client").to_string();
    // A key is found whatever way JSON spells it.
    let text = text.replace(
        "./client",
        &format!("{key} {}", key.replace('_', "\\u005f")),
    );
    let call = app.call(Method::PUT, "/_mock/judge-report").body(text);
    assert_eq!(call.send().status, StatusCode::NO_CONTENT);
    let page = page(&app);
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(!page.contains("<img") && !page.contains("<script>alert"));
    assert!(page.contains("lnc_test_A3mK…") && !page.contains(&key[..20]));
}

#[test]
fn other_documents_are_refused_and_leave_the_last_report_alone() {
    let app = TestApp::new();
    keep(&app, &report("./client"));
    let mut other = report("./other");
    other["tool"] = json!("another");
    assert_eq!(
        wrong("tool", keep(&app, &other)),
        "must be `contract-tests`"
    );
    other["checks"] = json!(1);
    wrong("", keep(&app, &other));
    for (body, code) in [
        ("{".to_owned(), ErrorCode::InvalidJson),
        (" ".repeat(8 * 1024 * 1024 + 1), ErrorCode::PayloadTooLarge),
    ] {
        let call = app.call(Method::PUT, "/_mock/judge-report").body(body);
        call.send().refused(code);
    }
    assert!(page(&app).contains("<code>./client</code>"));
}

#[test]
fn times_that_make_no_sense_are_drawn_within_the_picture() {
    let app = TestApp::new();
    let mut report = report("./client");
    report["trials"][0]["calls"][0]["at_ms"] = json!(u64::MAX);
    report["trials"][0]["calls"][0]["asked_ms"] = json!(u64::MAX);
    assert_eq!(keep(&app, &report).status, StatusCode::NO_CONTENT);
    page(&app);
}
