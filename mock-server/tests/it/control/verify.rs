//! Verification of what a client sent.

use http::Method;
use serde_json::{Value, json};

use super::wrong;
use crate::test_app::{Caller, Organization, order};

/// The result of a verification.
#[track_caller]
fn verify(organization: &Organization, wanted: Value) -> Value {
    organization
        .control(Method::POST, "/journal/verify", wanted)
        .ok()
}

#[track_caller]
fn verified(organization: &Organization, wanted: &Value) {
    let result = verify(organization, wanted.clone());
    assert_eq!(result["verified"], true, "{wanted}: {result:#}");
    assert_eq!(result["failures"], json!([]));
}

/// The only failure.
#[track_caller]
fn failure(organization: &Organization, wanted: &Value) -> Value {
    let result = verify(organization, wanted.clone());
    assert_eq!(result["verified"], false, "{wanted}: {result:#}");
    let failures = result["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 1, "{result:#}");
    failures[0].clone()
}

/// An organization whose client has listed orders and created one.
fn with_history(settings: &str) -> (Organization, Caller) {
    let (organization, caller) = Organization::with(settings);
    caller.get("/orders?limit=10&offset=0").ok();
    let create = caller.call(Method::POST, "/orders").json(&order(2));
    create.header("x-trace", "a-b").send();
    (organization, caller)
}

#[test]
fn every_condition_selects_requests() {
    let (organization, caller) = with_history("");
    let title = order(2)["title"].clone();
    let bearer = format!("Bearer {}", caller.key);
    for (condition, holds, differs) in [
        ("operation", json!("create_order"), json!("get_order")),
        ("method", json!("POST"), json!("PUT")),
        ("path", json!("/api/v1/orders"), json!("/api/v1")),
        ("path", json!("/api/*/orders"), json!("/api/*")),
        ("query", json!({"limit": "10"}), json!({"limit": "1"})),
        (
            "query",
            json!({"limit": true, "x": false}),
            json!({"limit": true, "x": true}),
        ),
        (
            "headers",
            json!({"X-Trace": "a-b"}),
            json!({"x-trace": "a"}),
        ),
        (
            "headers",
            json!({"content-type": true}),
            json!({"accept": false, "x": true}),
        ),
        (
            "headers",
            json!({"authorization": bearer}),
            json!({"authorization": "Bearer x"}),
        ),
        ("json", json!({"title": title}), json!({"title": "x"})),
        (
            "json",
            json!({"companies": [{}, {}]}),
            json!({"companies": [{}]}),
        ),
        (
            "pointers",
            json!({"/title": title, "/companies/1": order(2)["companies"][1]}),
            json!({"/title": null}),
        ),
        (
            "schema",
            json!({"required": ["title"]}),
            json!({"properties": {"title": false}}),
        ),
        ("key", json!(caller.key), json!("key_7")),
        ("status", json!("2xx"), json!("4xx")),
        ("status", json!(201), json!(404)),
        ("text", json!("a-b"), json!("a-c")),
    ] {
        verified(&organization, &json!({"expect": [{condition: holds}]}));
        let failed = failure(&organization, &json!({"expect": [{condition: differs}]}));
        let differences = failed["closest"]["differences"].as_array().unwrap();
        assert!(!differences.is_empty(), "{failed:#}");
    }
}

#[test]
fn counts_have_bounds() {
    let (organization, caller) = with_history("");
    caller.get("/orders").ok();
    for (count, holds) in [
        (json!({}), true),
        (json!({"exactly": 2}), true),
        (json!({"exactly": 1}), false),
        (json!({"exactly": 0}), false),
        (json!({"at_least": 2, "at_most": 2}), true),
        (json!({"exactly": 2.0}), true),
        (json!({"at_least": 3}), false),
        (json!({"at_most": 1}), false),
    ] {
        let mut expected = count.clone();
        expected["operation"] = "list_orders".into();
        let result = verify(&organization, json!({"expect": [expected]}));
        assert_eq!(result["verified"], holds, "{count}: {result:#}");
        assert_eq!(result["expectations"][0]["matched"], 2);
    }
    verified(
        &organization,
        &json!({"expect": [{"operation": "get_order", "exactly": 0}, {"operation": "get_order", "at_most": 3}]}),
    );
}

#[test]
fn failure_shows_the_closest_request_and_what_differs() {
    let (organization, _) = with_history("clock = 'frozen=2026-01-15T09:00:00Z'");
    let expected = json!({
        "operation": "create_order",
        "headers": {"x-trace": "other"},
        "json": {"title": "Hotels", "companies": [{}, {"city": "Celle"}]},
        "exactly": 1,
    });
    let mut failed = failure(&organization, &json!({"expect": [expected]}));
    failed["closest"]["id"] = "…".into();
    insta::assert_json_snapshot!(failed);
}

#[test]
fn closest_request_has_most_of_what_is_expected() {
    let (organization, caller) = Organization::with("");
    let post = || caller.call(Method::POST, "/orders");
    let near = post().header("x-trace", "abc").json(&order(2)).send();
    caller
        .call(Method::POST, "/companies/import")
        .json(&json!({}))
        .send();
    post().body("{bad").send();
    caller.get("/orders?limit=11");
    caller.get("/companies");
    assert_eq!(near.status, 201);
    let mut title = order(2)["title"].as_str().unwrap().to_owned();
    title.pop();
    for (expected, sequence) in [
        (
            json!({"method": "POST", "json": {"title": title, "features": ["X"]}}),
            1,
        ),
        (json!({"json": {"title": title}}), 1),
        (json!({"pointers": {"/title": title}}), 1),
        (
            json!({"schema": {"required": ["name"]}, "path": "/api/v1/orders"}),
            1,
        ),
        (json!({"headers": {"x-trace": "abd"}}), 1),
        (json!({"query": {"limit": "10"}}), 4),
        (json!({"path": "/orders"}), 4),
        // Equally close.
        (json!({"method": "PUT"}), 5),
    ] {
        let failed = failure(&organization, &json!({"expect": [expected]}));
        assert_eq!(
            failed["closest"]["sequence"], sequence,
            "{expected}: {failed:#}"
        );
    }
}

#[test]
fn failure_names_what_was_too_much() {
    let (organization, _) = with_history("");
    let failed = failure(
        &organization,
        &json!({"expect": [{"operation": "create_order", "exactly": 0}]}),
    );
    assert_eq!(
        failed["reason"],
        "expected no request, found 1 among 2: operation create_order"
    );
    assert_eq!(failed["found"][0]["sequence"], 2);
}

#[test]
fn order_and_nothing_else_can_be_expected() {
    let (organization, _) = with_history("");
    let (list, create) = (
        json!({"operation": "list_orders"}),
        json!({"operation": "create_order"}),
    );
    let ordered = |expect: Value| json!({"expect": expect, "in_order": true, "nothing_else": true});
    verified(&organization, &ordered(json!([list, create])));
    let failed = failure(&organization, &ordered(json!([create, list])));
    assert_eq!(failed["expectation"], 1);
    assert_eq!(failed["found"][0]["operation"], "list_orders");
    let failed = failure(
        &organization,
        &json!({"expect": [create], "nothing_else": true}),
    );
    assert_eq!(
        failed["reason"],
        "expected nothing else, found 1 other requests"
    );
    assert_eq!(failed["found"][0]["operation"], "list_orders");
    verified(
        &organization,
        &json!({"expect": [create], "nothing_else": true, "after": 1}),
    );
    organization.control(Method::DELETE, "/journal", ());
    verified(&organization, &json!({"nothing_else": true}));
}

/// What is not kept is neither a match nor a mismatch.
#[test]
fn request_without_a_capture_is_undecided() {
    let (organization, _) = with_history("capture = 'off'");
    let expected = json!({"operation": "create_order", "json": {}});
    let failed = failure(&organization, &json!({"expect": [expected]}));
    assert!(
        failed["reason"].as_str().unwrap().contains("found 0"),
        "{failed:#}"
    );
    let expected = json!({"operation": "create_order", "json": {}, "exactly": 0});
    let failed = failure(&organization, &json!({"expect": [expected]}));
    insta::assert_snapshot!(
        failed["reason"].as_str().unwrap(),
        @"expected no request, found 0 among 2, and 1 that cannot be compared: headers and bodies are not captured: operation create_order, json"
    );
    verified(
        &organization,
        &json!({"expect": [{"operation": "create_order", "exactly": 1}]}),
    );
}

#[test]
fn journal_that_is_full_cannot_prove_that_nothing_came() {
    let (organization, caller) = Organization::new();
    for _ in 0..1_001 {
        caller.get("/orders/nothing");
    }
    let failed = failure(
        &organization,
        &json!({"expect": [{"operation": "create_order", "exactly": 0}]}),
    );
    assert!(
        failed["reason"]
            .as_str()
            .unwrap()
            .contains("no longer has 1 earlier request"),
        "{failed:#}"
    );
    verified(
        &organization,
        &json!({"expect": [{"operation": "get_order"}]}),
    );
    verified(
        &organization,
        &json!({"expect": [{"operation": "create_order", "exactly": 0}], "after": 1}),
    );
}

#[test]
fn invalid_schemas_are_rejected() {
    let (organization, _) = with_history("");
    for schema in [
        json!({"type": "colour"}),
        json!({"$ref": "#"}),
        json!({"$ref": "https://example.com/schema"}),
        json!({"properties": {"a": {"$dynamicRef": "#x"}}}),
        json!({"pattern": "("}),
    ] {
        let wanted = json!({"expect": [{"schema": schema}]});
        let refused = organization.control(Method::POST, "/journal/verify", wanted);
        assert!(wrong("expect[0]", refused).starts_with("`schema` is not a JSON Schema: "));
    }
    let long = json!({"expect": [{"schema": {"title": "x".repeat(20_000)}}]});
    let refused = organization.control(Method::POST, "/journal/verify", long);
    assert_eq!(
        wrong("expect", refused),
        "the schemas have more than 16384 bytes together"
    );
}

#[test]
fn schema_may_refer_to_its_own_parts() {
    let (organization, _) = with_history("");
    let schema = |kind| {
        json!({
            "$defs": {"title": {"type": kind}},
            "properties": {"title": {"$ref": "#/$defs/title"}},
            "required": ["title"],
        })
    };
    verified(
        &organization,
        &json!({"expect": [{"schema": schema("string")}]}),
    );
    let failed = failure(
        &organization,
        &json!({"expect": [{"schema": schema("number")}]}),
    );
    assert_eq!(failed["closest"]["differences"][0]["at"], "schema /title");
}

#[test]
fn result_has_no_key() {
    let (organization, caller) = with_history("");
    let wanted = json!({"expect": [{
        "headers": {"authorization": format!("Bearer {}", caller.key.replace("lnc_test_F", "lnc_test_G"))},
        "json": {"title": caller.key},
        "pointers": {"/title": caller.key},
    }]});
    let result = verify(&organization, wanted).to_string();
    assert!(!result.contains(&caller.key[13..37]), "{result}");
}

#[test]
fn journal_is_filtered_by_header_and_body() {
    let (organization, caller) = with_history("");
    let count = |filter: &str| {
        let path = format!("/journal/count?{filter}");
        organization.control(Method::GET, &path, ()).ok()["count"].clone()
    };
    for (filter, expected) in [
        ("header=x-trace", 1),
        ("header=X-Trace:%20a-b", 1),
        ("header=x-trace:a", 0),
        ("header=authorization", 2),
        ("json=/title", 1),
        ("json=/title=Hotels", 1),
        ("json=/title=%22Hotels%22", 1),
        ("json=/title=Hotel", 0),
        ("json=/companies/1/company_name=Hotel%201", 1),
        ("json=/companies/2", 0),
        ("json=/features=[%22CONTACTS%22]&operation=create_order", 1),
        ("json=/title&operation=list_orders", 0),
    ] {
        assert_eq!(count(filter), expected, "{filter}");
    }
    let key: String = form_urlencoded::byte_serialize(caller.key.as_bytes()).collect();
    assert_eq!(count(&format!("header=authorization:Bearer%20{key}")), 2);
    for invalid in ["header=a%20b", "header=", "json=title", "json=/a~2"] {
        let path = format!("/journal?{invalid}");
        let refused = organization.control(Method::GET, &path, ());
        assert_eq!(refused.status, 422, "{invalid}");
    }
}
