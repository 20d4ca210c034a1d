//! Whether a request without a credential was sent without one, or lost it in the recording.

use contract_tests::{finding::Verdict, traffic::TrafficResult};
use serde_json::{Value, json};

use crate::{
    recordings::{judged, list},
    traffic_reports::exchange,
};

/// The entry with other request headers.
fn sent_with(mut entry: Value, headers: Value) -> Value {
    entry["request"]["headers"] = headers;
    entry
}

fn without_key(entry: Value) -> Value {
    sent_with(entry, json!([{"name": "Accept", "value": "*/*"}]))
}

fn failed(traffic: &TrafficResult) -> Vec<&str> {
    let findings = traffic.findings.iter();
    let failed = findings.filter(|finding| finding.verdict == Verdict::Fail);
    failed.map(|finding| finding.id).collect()
}

fn unauthorized() -> Value {
    let body = json!({"code": "AUTHENTICATION_ERROR", "message": "no"});
    exchange(1, "GET", "/orders", 401, &body)
}

#[test]
fn request_without_a_key_beside_whole_keys_was_sent_without_one() {
    let traffic = judged(&[list(), without_key(list())]);
    assert_eq!(failed(&traffic), ["CLI-AUTH-6", "PRV-401-MISSING"]);
    assert_eq!(traffic.counts.redacted, 0);
    let traffic = judged(&[list(), without_key(unauthorized())]);
    assert_eq!(failed(&traffic), ["CLI-AUTH-6"], "the server is right");
    // Another header does not authenticate.
    let other =
        json!([{"name": "X-API-Key", "value": "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9"}]);
    let traffic = judged(&[list(), sent_with(list(), other)]);
    assert_eq!(failed(&traffic), ["CLI-AUTH-6", "PRV-401-MISSING"]);
}

#[test]
fn rejection_by_what_is_in_front_of_the_api_is_not_the_apis() {
    for status in [403, 404] {
        let mut blocked = without_key(exchange(1, "GET", "/orders", status, &json!({})));
        blocked["response"]["content"] = json!({"mimeType": "text/html", "text": "<html>blocked"});
        let ids = failed(&judged(&[list(), blocked])).join(" ");
        assert!(!ids.contains("PRV-401-MISSING"), "{ids}");
        let code = if status == 403 {
            "AUTHORIZATION_ERROR"
        } else {
            "ENTITY_NOT_FOUND"
        };
        let body = json!({"code": code, "message": "no"});
        let rejected = without_key(exchange(1, "GET", "/orders/1", status, &body));
        let ids = failed(&judged(&[list(), rejected])).join(" ");
        assert!(ids.contains("PRV-401-MISSING"), "{ids}");
    }
}

#[test]
fn recording_without_any_key_has_lost_them() {
    let traffic = judged(&[without_key(list()), without_key(unauthorized())]);
    assert_eq!(failed(&traffic), [""; 0]);
    assert_eq!(traffic.counts.redacted, 1);
    let lost = exchange(1, "GET", "/orders/1", 404, &json!({}));
    let traffic = judged(&[without_key(lost)]);
    assert_eq!(
        traffic.counts.redacted, 1,
        "only a request with a key gets 404"
    );
}

/// A browser records few headers of a request that its cache has answered.
#[test]
fn request_to_the_cache_of_a_browser_needs_no_key() {
    let mut cached = without_key(list());
    cached["_fromCache"] = json!("disk");
    assert_eq!(failed(&judged(&[list(), cached])), [""; 0]);
}

#[test]
fn names_of_variables_are_placeholders() {
    for value in [
        "Bearer $OPENPROSPECT_API_KEY",
        "Bearer ${KEY}",
        "Bearer $env:KEY",
        "Bearer %KEY%",
        "Bearer {{key}}",
        "Bearer <key>",
        "Bearer process.env.KEY",
        "$KEY",
        "Bearer ",
        "",
    ] {
        let headers = || json!([{"name": "Authorization", "value": value}]);
        let missing = json!({"code": "ENTITY_NOT_FOUND", "message": "no", "entity_type": "order", "identifier": "1"});
        let missing = exchange(1, "GET", "/orders/1", 404, &missing);
        let entries = [list(), missing].map(|entry| sent_with(entry, headers()));
        let traffic = judged(&entries);
        assert_eq!(failed(&traffic), [""; 0], "{value}");
        assert_eq!(traffic.counts.redacted, 2, "{value}");
    }
}
