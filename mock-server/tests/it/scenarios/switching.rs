//! Scenarios and faults that are switched on by a request for itself and by the control API, and every built-in scenario.

use http::Method;
use schemas::ErrorCode::{
    AuthenticationError, EntityNotFound, InvalidJson, InvalidRequest, ValidationError,
};
use serde_json::{Value, json};

use super::{named, statuses};
use crate::test_app::{Organization, order};

#[test]
fn request_can_ask_for_a_fault() {
    let (organization, caller) = Organization::new();
    let ask = |fault: &str| {
        caller
            .call(Method::GET, "/orders")
            .header("x-mock-fault", fault)
            .spoiled()
    };
    let limited = ask("rate_limit;retry_after=duplicate");
    let values: Vec<_> = limited.headers.get_all("retry-after").iter().collect();
    assert_eq!(values, ["1", "60"]);
    let redirected = ask("redirect;to=other_host;status=302");
    assert_eq!(
        redirected.header("location"),
        Some("http://127.0.0.2:8000/api/v1/orders")
    );
    assert_eq!(
        ask("rate_headers;are=missing").header("x-ratelimit-limit"),
        None
    );
    assert_eq!(
        ask("clock_skew;by=1h").header("date"),
        Some("Thu, 15 Jan 2026 10:00:00 GMT")
    );
    let both = ask("content_type;is=html, truncate;after=3");
    assert_eq!(
        (both.header("content-type"), both.body.len()),
        (Some("text/html"), 3)
    );
    let preferred = caller
        .call(Method::GET, "/orders")
        .header("prefer", "code=503")
        .spoiled();
    assert_eq!(preferred.status.as_u16(), 503);
    let refused = caller
        .call(Method::GET, "/orders")
        .header("x-mock-fault", "nonsense")
        .send();
    let message = refused.refused(InvalidRequest)["message"].take();
    assert!(
        message
            .as_str()
            .unwrap()
            .starts_with("X-Mock-Fault: unknown fault `nonsense`; use one of latency, hang")
    );
    let journal = organization.journal();
    assert_eq!(
        journal[0]["faults"],
        json!([{"id": "rate_limit", "rule": null, "count": null}])
    );
    // A caller without a valid key gets the usual 401, even if it requests an unknown fault.
    let stranger = organization
        .app
        .caller("lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe");
    let call = stranger
        .call(Method::GET, "/orders")
        .header("x-mock-fault", "nonsense");
    call.send().refused(AuthenticationError);
}

#[test]
fn control_api_starts_shows_and_stops_scenarios() {
    let (organization, caller) = named("flapping");
    statuses(&caller, 3);
    let shown = organization.control(Method::GET, "/scenario", ()).ok();
    assert_eq!(
        (&shown["name"], &shown["requests"]),
        (&json!("flapping"), &json!(3))
    );
    assert_eq!(
        shown["rules"],
        json!([{"when": {"every": 2}, "faults": ["gateway"], "looked_at": 3, "met": 1}])
    );
    assert_eq!(shown["steps"], json!([]));
    organization.control(Method::DELETE, "/scenario", ());
    assert_eq!(statuses(&caller, 4), [200; 4]);
    assert_eq!(
        organization.control(Method::GET, "/scenario", ()).ok()["name"],
        Value::Null
    );
    for (field, body) in [
        ("", json!({})),
        ("", json!({"name": "flapping", "yaml": "x"})),
        ("name", json!({"name": null})),
        (
            "yaml",
            json!({"yaml": "name: a\nsummary: b\nrules: [{do: [{latncy: {}}]}]"}),
        ),
        (
            "scenario",
            json!({"scenario": {"name": "a", "summary": "b"}}),
        ),
    ] {
        let refused = organization.control(Method::POST, "/scenario", body);
        let refused = refused.refused(ValidationError);
        assert_eq!(refused["detail"]["validation_errors"][0]["field"], field);
    }
    let unknown = organization.control(Method::POST, "/scenario", json!({"name": "nonsense"}));
    unknown.refused(EntityNotFound);
    let unknown = organization.control(Method::POST, "/scenario", json!({"name": "flaping"}));
    assert_eq!(
        unknown.refused(EntityNotFound)["message"],
        "Scenario with identifier flaping not found; did you mean flapping?"
    );
    let all = organization.app.control(Method::GET, "/scenarios", ()).ok();
    assert!(all["scenarios"].as_array().unwrap().len() >= 30);
}

#[test]
fn error_has_a_place_only_if_the_text_is_known() {
    let (organization, _) = Organization::new();
    let why = |wanted: Value| {
        let refused = organization.control(Method::POST, "/scenario", wanted);
        let body = refused.refused(ValidationError);
        let why = &body["detail"]["validation_errors"][0]["error"];
        why.as_str().unwrap().to_owned()
    };
    let right = "rules[0].do[0]: unknown name `latncy`; did you mean `latency`? use one of ";
    let yaml = "name: a\nsummary: b\nrules: [{do: [{latncy: {}}]}]";
    let placed = why(json!({ "yaml": yaml }));
    assert!(
        placed.starts_with(&format!("line 3, column 16: {right}")),
        "{placed}"
    );
    let rules = json!([{"do": [{"latncy": {}}]}]);
    let scenario = json!({"name": "a", "summary": "b", "rules": rules});
    let bare = why(json!({ "scenario": scenario }));
    assert!(bare.starts_with(right), "{bare}");
    let rules = json!([{"do": [{"error": {"status": [503]}}]}]);
    let scenario = json!({"name": "a", "summary": "b", "rules": rules});
    assert_eq!(
        why(json!({ "scenario": scenario })),
        "rules[0].do[0].error.status: must be a whole number from 0 to 65535, not a list"
    );
    let data = json!([{"operation": "create_order", "body": {}}]);
    let scenario = json!({"name": "a", "summary": "b", "data": data});
    let placed = why(json!({ "yaml": serde_json::to_string_pretty(&scenario).unwrap() }));
    assert!(
        placed.starts_with("line 3, column 5: a: data 1: "),
        "{placed}"
    );
}

/// Sends a request to the authorization server, which attributes it to the organization even if it fails.
fn signs_in(organization: &Organization) {
    let (app, name) = (&organization.app, &organization.name);
    let target = format!("/oauth/authorize?login_hint=admin@{name}");
    app.call(Method::GET, &target).raw();
    let form = format!(
        "grant_type=refresh_token&refresh_token=ort_{:x<26}{name}",
        ""
    );
    let call = app.call(Method::POST, "/oauth/token").body(form);
    call.header("content-type", "application/x-www-form-urlencoded")
        .raw();
}

#[test]
fn every_built_in_scenario_runs_without_a_defect() {
    for scenario in scenarios::library::all() {
        let waits = scenario.rules.iter().flat_map(|rule| &rule.faults);
        // These need real time and sockets.
        if waits
            .clone()
            .any(|fault| matches!(fault.id(), "hang" | "latency"))
        {
            continue;
        }
        let (organization, caller) = Organization::new();
        let order_path = format!("/orders/{}", caller.first("/orders"));
        let blacklist = format!("/blacklists/{}", caller.create_blacklist());
        let name = json!({"name": scenario.name});
        organization.control(Method::POST, "/scenario", name).ok();
        for _ in 0..12 {
            organization.advance("2s");
            let answer = caller.call(Method::GET, "/orders").spoiled();
            assert_ne!(
                (answer.status.as_u16(), &*answer.body),
                (
                    500,
                    &br#"{"code":"INTERNAL_ERROR","message":"Internal error"}"#[..]
                ),
                "{}",
                scenario.name
            );
            for (method, path, body) in [
                (Method::GET, "/orders?offset=1", Value::Null),
                (Method::POST, "/orders", order(1)),
                (Method::GET, &order_path, Value::Null),
                (Method::GET, &format!("{order_path}/results"), Value::Null),
                (Method::PATCH, &blacklist, json!({"name": "New"})),
                (Method::DELETE, &blacklist, Value::Null),
            ] {
                let call = caller.call(method, path);
                let call = if body.is_null() {
                    call
                } else {
                    call.json(&body)
                };
                call.spoiled();
            }
            signs_in(&organization);
        }
        organization.advance("1h");
        caller.call(Method::GET, "/orders").spoiled();
        let met = organization.control(Method::GET, "/scenario", ()).ok();
        let rules = met["rules"].as_array().unwrap();
        let any = rules.is_empty() || rules.iter().any(|rule| rule["met"] != 0);
        assert!(any, "{}", scenario.name);
    }
}

#[test]
fn scenario_numbers_keep_every_digit() {
    let (organization, caller) = Organization::new();
    let numbers = [
        "1e2",
        "1.10",
        "-0",
        "123456789012345678901234567890",
        "1E+400",
        "0.1000000000000000055",
    ];
    let served = |number: &str| {
        let response = caller.call(Method::GET, "/orders").spoiled();
        let body = response.text();
        assert!(body.contains(&format!(r#""extra":[{number}]"#)), "{body}");
    };
    let path = format!("/_mock/organizations/{}/scenario", organization.name);
    let arm = |body: String| {
        organization
            .app
            .call(Method::POST, &path)
            .body(body)
            .send()
            .ok()
    };
    for number in numbers {
        let rule = format!(r#"{{"do": [{{"json": {{"set": {{"/extra": [{number}]}}}}}}]}}"#);
        let scenario = format!(r#"{{"name": "a", "summary": "b", "rules": [{rule}]}}"#);
        arm(format!(r#"{{"scenario": {scenario}}}"#));
        served(number);
        arm(json!({ "yaml": scenario }).to_string());
        served(number);
        // A later fault that edits the body does not round it.
        let names = scenario.replace(
            "]}}}]",
            r#"]}}}, {"numbers": {"are": "text", "field": "total"}}]"#,
        );
        arm(json!({ "yaml": names }).to_string());
        served(number);
    }
    organization.control(Method::DELETE, "/scenario", ());
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let deep = format!(r#"{{"scenario": {{"name": {deep}}}}}"#);
    let deep = organization.app.call(Method::POST, &path).body(deep);
    deep.send().refused(InvalidJson);
    let asked = caller.call(Method::GET, "/orders");
    let asked = asked
        .header("x-mock-fault", r#"json;set={"/extra": 1.10}"#)
        .spoiled();
    assert!(asked.text().contains(r#""extra":1.10"#));
}
