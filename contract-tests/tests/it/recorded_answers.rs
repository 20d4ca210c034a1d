//! A recorded response is held against its own request: it is as documented, but not what was asked for.

use contract_tests::{
    finding::Verdict,
    traffic::{ExampleExchange, RULES, TrafficResult},
};
use serde_json::{Value, json};

use crate::{
    recordings::{judged, with},
    traffic_reports::{KEY, exchange},
};

/// The violated rules, with their verdicts and places.
fn found(traffic: &TrafficResult) -> Vec<(Verdict, &str, &str)> {
    let findings = traffic.findings.iter();
    findings
        .map(|one| (one.verdict, one.id, &*one.at))
        .collect()
}

fn order(id: &str) -> Value {
    json!({"id": id, "title": "T", "status": "COMPLETED"})
}

/// What is found in the response to a request without a body.
#[track_caller]
fn expect(method: &str, path: &str, status: u16, body: &Value, expected: &[(Verdict, &str, &str)]) {
    let traffic = judged(&[exchange(0, method, path, status, body)]);
    assert_eq!(found(&traffic), expected, "{path} {body}");
}

#[test]
fn rules_for_traffic_only_tell_their_bad_trace_from_their_good_one() {
    for rule in RULES {
        let is_violated = |example: &ExampleExchange| {
            let body = serde_json::from_str(example.body).unwrap();
            let ExampleExchange {
                method,
                target,
                status,
                ..
            } = *example;
            // Where the API is, is known from the other one.
            let page = json!({"orders": [], "total": 0, "limit": 50, "offset": 0});
            let first = exchange(0, "GET", "/orders", 200, &page);
            let traffic = judged(&[first, exchange(1, method, target, status, &body)]);
            found(&traffic)
                .iter()
                .any(|(verdict, id, _)| *verdict == Verdict::Fail && *id == rule.id)
        };
        assert!(!is_violated(&rule.good), "{}", rule.good);
        assert!(is_violated(&rule.bad), "{}", rule.bad);
    }
}

#[test]
fn list_has_the_rows_that_were_requested() {
    let page = |count: usize, total: usize, limit: usize, offset: usize| {
        let rows: Vec<_> = (0..count).map(|row| order(&row.to_string())).collect();
        json!({"orders": rows, "total": total, "limit": limit, "offset": offset})
    };
    let (fail, info) = (Verdict::Fail, Verdict::Info);
    let (limit, own) = ("PRV-LIST-LIMIT", "PRV-LIST-PAGE");
    let rows = "number of rows";
    for (query, body, expected) in [
        ("limit=2&offset=3", page(2, 5, 2, 3), vec![]),
        (
            "limit=2",
            page(3, 3, 2, 0),
            vec![(fail, limit, rows), (info, own, rows)],
        ),
        (
            "",
            page(2, 1, 50, 0),
            vec![(fail, limit, "$.total"), (info, own, rows)],
        ),
        (
            "offset=4",
            page(2, 5, 50, 4),
            vec![(fail, limit, "$.total"), (info, own, rows)],
        ),
        ("limit=2", page(2, 5, 50, 0), vec![(info, own, "$.limit")]),
        (
            "limit=2&offset=1",
            page(2, 5, 2, 0),
            vec![(info, own, "$.offset")],
        ),
        (
            "limit=2&limit=1",
            page(2, 5, 2, 0),
            vec![(fail, "TRF-QUERY", "query limit")],
        ),
    ] {
        expect("GET", &format!("/orders?{query}"), 200, &body, &expected);
    }
}

#[test]
fn object_has_the_id_in_the_path() {
    let other = [(Verdict::Fail, "TRF-OBJECT", "$.id")];
    expect("GET", "/orders/a1", 200, &order("a1"), &[]);
    expect("GET", "/orders/A1", 200, &order("a1"), &[]);
    expect("GET", "/orders/a%31/", 200, &order("a1"), &[]);
    expect("GET", "/orders/a1", 200, &order("a2"), &other);
}

#[test]
fn missing_object_is_the_one_in_the_path() {
    let missing = |entity: &str, id: &str| json!({"code": "ENTITY_NOT_FOUND", "message": "no", "entity_type": entity, "identifier": id});
    let wrong = |at| [(Verdict::Fail, "PRV-404-UNKNOWN", at)];
    expect("GET", "/orders/a1", 404, &missing("order", "a1"), &[]);
    expect(
        "GET",
        "/orders/a1",
        404,
        &missing("order", "a2"),
        &wrong("$.identifier"),
    );
    expect(
        "GET",
        "/orders/a1",
        404,
        &missing("blacklist", "a1"),
        &wrong("$.entity_type"),
    );
    expect("GET", "/orders/A1", 404, &missing("order", "a1"), &[]);
    // Below an object, a part of it may be what is missing.
    let part = |id| missing("webtech_intel", id);
    expect("GET", "/companies/a1/webtech-intel", 404, &part("a1"), &[]);
    expect(
        "GET",
        "/companies/a1/webtech-intel",
        404,
        &part("a2"),
        &wrong("$.identifier"),
    );
    // A body may refer to another object, and one that was not recorded to any.
    let update = exchange(
        0,
        "PATCH",
        "/companies/a1",
        404,
        &missing("prospect_search", "s1"),
    );
    assert_eq!(found(&judged(std::slice::from_ref(&update))), []);
    let referring = json!({"mimeType": "application/json", "text": r#"{"links": ["S1"]}"#});
    let judged = judged(&[with(update, "/request/postData", referring, &[])]);
    let ids: Vec<_> = judged.findings.iter().map(|finding| finding.id).collect();
    assert!(!ids.contains(&"PRV-404-UNKNOWN"), "{ids:?}");
}

/// What is found in the response to an order with this body.
fn created(sent: &Value, returned: &Value) -> Vec<String> {
    let entry = exchange(0, "POST", "/orders", 201, returned);
    let text = sent.to_string();
    let data = json!({"mimeType": "application/json", "text": text});
    let entry = with(
        entry,
        "/request/postData",
        data,
        &[("Location", "/api/v1/orders/a1")],
    );
    let traffic = judged(&[entry]);
    let findings = traffic.findings.iter();
    let written = findings.filter(|one| one.id == "PRV-WRITE-READ");
    written.map(|one| one.at.to_string()).collect()
}

#[test]
fn written_values_come_back() {
    let sent = json!({"title": "T", "order_type": "DISCOVERY", "features": ["COMPANY_DATA"], "quantity": 2,
        "external_id": null});
    let mut same = order("a1");
    same["features"] = json!(["COMPANY_DATA"]);
    assert_eq!(created(&sent, &same), [""; 0]);
    assert_eq!(
        created(&sent, &order("a1")),
        [""; 0],
        "fields may be missing"
    );
    let mut other = same.clone();
    other["title"] = json!("t");
    assert_eq!(created(&sent, &other), ["$.title"]);
    other = same;
    other["features"] = json!([]);
    assert_eq!(created(&sent, &other), ["$.features"]);
}

#[test]
fn fields_that_an_update_does_not_change_need_not_come_back() {
    let search = json!({"id": "s1", "name": "Old", "version": 2, "ideal_customer_profile": "Hotels",
        "geo_locations": ["Berlin"], "search_keywords": []});
    let updated = |sent: &Value, returned: Value| {
        let mut returned = returned;
        let fields = search.as_object().unwrap().iter();
        for (name, value) in fields {
            returned
                .as_object_mut()
                .unwrap()
                .entry(name)
                .or_insert(value.clone());
        }
        let entry = exchange(0, "PATCH", "/prospect-searches/s1", 200, &returned);
        let data = json!({"mimeType": "application/json", "text": sent.to_string()});
        let traffic = judged(&[with(entry, "/request/postData", data, &[])]);
        let findings = found(&traffic).into_iter();
        findings
            .map(|(_, id, at)| format!("{id} {at}"))
            .collect::<Vec<_>>()
    };
    let named = json!({"version": 1, "name": "New", "geo_locations": ["Paris"]});
    assert_eq!(
        updated(&named, json!({"geo_locations": ["Paris"]})),
        ["PRV-WRITE-READ $.name"]
    );
    let stripped = json!({"name": "New", "stripped_fields": ["geo_locations"]});
    assert_eq!(updated(&named, stripped), [""; 0]);
    let mut masked = named;
    masked["update_mask"] = json!(["name"]);
    assert_eq!(updated(&masked, json!({"name": "New"})), [""; 0]);
}

#[test]
fn response_does_not_repeat_the_key() {
    let secret = |verdict, at| [(verdict, "PRV-SECRET", at)];
    let mut body = order("a1");
    body["title"] = json!(format!("Bearer {KEY}"));
    expect(
        "GET",
        "/orders/a1",
        200,
        &body,
        &secret(Verdict::Fail, "$.title"),
    );
    let entry = exchange(0, "GET", "/orders/a1", 200, &order("a1"));
    let text = order("a1").to_string();
    let entry = with(
        entry,
        "/response/content/text",
        json!(text),
        &[("X-Key", KEY)],
    );
    assert_eq!(
        found(&judged(&[entry])),
        secret(Verdict::Fail, "header x-key")
    );
}

#[test]
fn invalid_response_is_one_finding() {
    let body = json!({"id": "a2", "title": null, "status": "COMPLETED"});
    let schema = [(Verdict::Fail, "PRV-SCHEMA", "$.title")];
    expect("GET", "/orders/a1", 200, &body, &schema);
}
