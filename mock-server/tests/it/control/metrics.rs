//! `/_mock/metrics`: counts of responses.

use http::Method;
use serde_json::json;

use crate::test_app::{Organization, TestApp, order};

/// The lines that are not comments.
fn samples(app: &TestApp) -> Vec<String> {
    let answer = app.call(Method::GET, "/_mock/metrics").raw();
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let lines = answer.body().lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn counts_everything_that_happens() {
    let (organization, caller) = Organization::with("tiers.free = '1/1h'");
    let free = organization.key(json!({"scopes": ["orders:read"], "tier": "free"}));
    caller.get("/orders").ok();
    caller.get("/orders").ok();
    caller.post("/orders", &order(1)).ok();
    caller.get("/nothing");
    free.get("/orders").ok();
    free.get("/orders");
    organization.app.call(Method::GET, "/nothing").send();
    let mut samples = samples(&organization.app);
    // The memory use depends on the compiler.
    let depends = ["mock_server_memory_bytes ", "mock_server_capture_bytes "];
    samples.retain(|line| !depends.iter().any(|name| line.starts_with(name)));
    insta::assert_snapshot!(samples.join("\n"), @r#"
    mock_server_requests_total{operation="create_order",status="201",code="none",credential="api_key"} 1
    mock_server_requests_total{operation="list_orders",status="200",code="none",credential="api_key"} 3
    mock_server_requests_total{operation="list_orders",status="429",code="rate_limit_exceeded",credential="api_key"} 1
    mock_server_requests_total{operation="none",status="404",code="NOT_FOUND",credential="api_key"} 1
    mock_server_requests_total{operation="none",status="404",code="NOT_FOUND",credential="none"} 1
    mock_server_rate_limited_total{tier="free"} 1
    mock_server_rate_limited_total{tier="pro"} 0
    mock_server_rate_limited_total{tier="enterprise"} 0
    mock_server_aborted_total 0
    mock_server_evicted_organizations_total 0
    mock_server_connections_closed_total{reason="first_byte"} 0
    mock_server_connections_closed_total{reason="head"} 0
    mock_server_connections_closed_total{reason="idle"} 0
    mock_server_connections_closed_total{reason="write"} 0
    mock_server_connections_closed_total{reason="places"} 0
    mock_server_connections_closed_total{reason="client"} 0
    mock_server_connections_closed_total{reason="flood"} 0
    mock_server_connections_closed_total{reason="memory"} 0
    mock_server_organizations 1
    mock_server_keys 2
    mock_server_connections 0
    mock_server_journal_entries 7
    mock_server_journal_watchers 0
    mock_server_memory_max_bytes 1073741824
    mock_server_capture_max_bytes 67108864
    "#);
}

#[test]
fn every_metric_family_has_a_description() {
    let app = TestApp::new();
    let answer = app.call(Method::GET, "/_mock/metrics").raw();
    let mut lines = answer.body().lines().peekable();
    while let Some(help) = lines.next() {
        let name = help.strip_prefix("# HELP ").unwrap();
        let name = name.split(' ').next().unwrap();
        let kind = lines.next().unwrap();
        assert!(
            kind.starts_with(&format!("# TYPE {name} ")),
            "{help}\n{kind}"
        );
        while lines.next_if(|line| !line.starts_with('#')).is_some() {}
    }
}

#[test]
fn caller_defined_values_create_no_series() {
    let (organization, caller) = Organization::new();
    caller.get("/nothing");
    let before = samples(&organization.app).len();
    for number in 0..50 {
        caller.get(&format!("/nothing/{number}"));
        let method = Method::from_bytes(format!("M{number}").as_bytes()).unwrap();
        caller.call(method, "/nothing").send();
    }
    assert_eq!(samples(&organization.app).len(), before);
}

#[test]
fn control_requests_are_not_counted() {
    let app = TestApp::new();
    let before = samples(&app);
    app.control(Method::GET, "/organizations", ()).ok();
    assert_eq!(samples(&app), before);
}
