//! Queries on the journal: filters, counts, waiting, following, exports.

use http::{Method, StatusCode};
use schemas::ErrorCode;
use serde_json::{Value, json};

use super::mistake;
use crate::test_app::{Call, Caller, Organization, START, TestApp, entries, order};

/// A control request about a journal.
fn call(organization: &Organization, method: Method, path: &str) -> Call {
    let path = format!("/_mock/organizations/{}/journal{path}", organization.name);
    organization.app.call(method, &path)
}

#[track_caller]
fn get(organization: &Organization, path: &str) -> Value {
    call(organization, Method::GET, path).send().ok()
}

/// The sequence numbers of the matching entries.
#[track_caller]
fn found(organization: &Organization, query: &str) -> Vec<u64> {
    let page = call(organization, Method::GET, &format!("?{query}")).send();
    let number = |entry: &Value| entry["sequence"].as_u64().unwrap();
    entries(page).iter().map(number).collect()
}

/// An organization with entries of every kind in its journal.
fn with_history() -> (Organization, Caller) {
    let (organization, caller) = Organization::new();
    caller.get("/orders").ok();
    organization.advance("1m");
    caller.get("/companies?limit=1").ok();
    caller.post("/orders", &order(0));
    organization.advance("1m");
    organization.spelled("ReadOnly").post("/orders", &order(1));
    caller.get("/orders/nothing");
    caller.get("/nothing");
    (organization, caller)
}

#[test]
fn every_filter_selects_entries() {
    let (organization, caller) = with_history();
    let masked = schemas::key::redact(&caller.key).into_owned();
    for (query, sequences) in [
        ("", vec![1, 2, 3, 4, 5, 6]),
        ("status=200", vec![1, 2]),
        ("status=4xx", vec![3, 4, 5, 6]),
        ("code=ENTITY_NOT_FOUND", vec![5]),
        ("operation=create_order", vec![3, 4]),
        ("key=key_2", vec![4]),
        (
            &format!("key={}", organization.name),
            vec![1, 2, 3, 4, 5, 6],
        ),
        ("key=other1", vec![]),
        (&format!("key={masked}"), vec![1, 2, 3, 5, 6]),
        (&format!("key={}", caller.key), vec![1, 2, 3, 5, 6]),
        ("path=/orders/", vec![5]),
        ("path=limit", vec![]),
        ("method=post", vec![3, 4]),
        ("fault=*", vec![]),
        ("text=nothing", vec![5, 6]),
        ("text=DEMO-AGENT", vec![]),
        ("since=2026-01-15T09:01:00Z", vec![2, 3, 4, 5, 6]),
        ("until=2026-01-15T09:01:00Z", vec![1, 2, 3]),
        ("operation=create_order&status=403", vec![4]),
        ("status=4xx&after=4&limit=1", vec![5]),
    ] {
        assert_eq!(found(&organization, query), sequences, "{query}");
        if !query.contains("limit=1") {
            let count = get(&organization, &format!("/count?{query}"));
            assert_eq!(count, json!({"count": sequences.len()}), "{query}");
        }
    }
}

#[test]
fn rejects_invalid_parameters_and_names_valid_ones() {
    let (organization, caller) = Organization::new();
    let refusal = |path: &str| mistake(call(&organization, Method::GET, path).send());
    assert_eq!(
        refusal("/count?last=3").1,
        "is unknown; use one of `after`, `status`, `code`, `operation`, `endpoint`, `key`, `method`, `path`, `fault`, `text`, `header`, `json`, `since`, `until`"
    );
    for path in [
        "?count=1",
        "/count?limit=3",
        "?status=ok",
        "?code=nothing",
        "?operation=nothing",
        "?since=yesterday",
        "?status=200&status=201",
        "?limit=-1",
        "?limit=9007199254740993",
        "/wait?count=1.5",
        "/wait?timeout=61s",
        "/wait?timeout=soon",
        "/live?limit=1",
        "/har?count=1",
        "/ndjson?x=",
    ] {
        let (_, query) = path.split_once('?').unwrap();
        let (name, _) = query.split_once('=').unwrap();
        assert_eq!(refusal(path).0, name, "{path}");
    }
    let told = refusal(&format!("?{key}=1&status={key}", key = caller.key));
    assert!(!format!("{told:?}").contains(&caller.key), "{told:?}");
}

#[test]
fn filters_the_journal_of_unauthenticated_requests() {
    let app = TestApp::new();
    app.call(Method::GET, "/api/v1/orders").send();
    app.call(Method::GET, "/nothing").send();
    let count = |query| app.control(Method::GET, &format!("/journal/count?{query}"), ());
    assert_eq!(count("status=401").ok(), json!({"count": 1}));
    let cleared = app.control(Method::DELETE, "/journal", ());
    assert_eq!(cleared.status, StatusCode::NO_CONTENT);
    assert_eq!(count("").ok(), json!({"count": 0}));
}

#[test]
fn cleared_journal_keeps_counting() {
    let (organization, caller) = with_history();
    let cleared = call(&organization, Method::DELETE, "").send();
    assert_eq!(cleared.status, StatusCode::NO_CONTENT);
    let journal = get(&organization, "");
    assert_eq!(
        journal,
        json!({"entries": [], "recorded": 6, "forgotten": 6})
    );
    caller.get("/orders").ok();
    assert_eq!(found(&organization, ""), [7]);
    assert_eq!(found(&organization, "after=6"), [7]);
}

#[test]
fn wait_returns_at_once_if_enough_entries_exist() {
    let (organization, _) = with_history();
    let there = get(
        &organization,
        "/wait?status=200&count=2&timeout=60s&limit=1",
    );
    assert_eq!(
        (&there["enough"], &there["count"]),
        (&json!(true), &json!(2))
    );
    assert_eq!(there["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn wait_returns_when_the_request_arrives() {
    let (organization, caller) = with_history();
    let wait = "/wait?operation=get_order&after=6&timeout=60s";
    let wait = call(&organization, Method::GET, wait);
    let [waited, _] = wait.send_with(caller.call(Method::GET, "/orders/nothing"));
    let waited = waited.ok();
    assert_eq!(waited["enough"], true);
    assert_eq!(waited["entries"][0]["sequence"], 7);
}

#[test]
fn wait_times_out_with_the_number_of_entries() {
    let (organization, _) = with_history();
    let few = get(&organization, "/wait?status=200&count=3&timeout=1ms");
    assert_eq!((&few["enough"], &few["count"]), (&json!(false), &json!(2)));
}

#[test]
fn limits_the_number_of_waits_and_followers() {
    let (organization, _) = Organization::new();
    let follow = || call(&organization, Method::GET, "/live");
    let mut followers: Vec<_> = (0..100).map(|_| follow().stream()).collect();
    for path in ["/live", "/wait?timeout=1ms"] {
        let refused = call(&organization, Method::GET, path).send();
        refused.refused(ErrorCode::Conflict);
    }
    followers.pop();
    get(&organization, "/wait?timeout=1ms");
    follow().stream();
}

#[test]
fn streams_entries_as_they_happen() {
    let (organization, caller) = with_history();
    let mut live = call(&organization, Method::GET, "/live?status=2xx").stream();
    caller.get("/nothing");
    caller.get("/orders").ok();
    let event = live.next().unwrap();
    let (head, data) = event.split_once("data: ").unwrap();
    assert_eq!(head, "event: entry\nid: 8\n");
    let entry: Value = serde_json::from_str(data).unwrap();
    assert_eq!(entry, organization.journal()[7]);
}

#[test]
fn stream_resumes_after_the_last_event() {
    let (organization, _) = with_history();
    let live = call(&organization, Method::GET, "/live");
    let mut live = live.header("last-event-id", "5").stream();
    assert!(live.next().unwrap().contains("id: 6\n"));
    let mut live = call(&organization, Method::GET, "/live?after=0").stream();
    assert!(live.next().unwrap().contains("id: 1\n"));
}

#[test]
fn slow_follower_is_told_how_many_events_it_missed() {
    let (organization, caller) = Organization::new();
    let mut live = call(&organization, Method::GET, "/live").stream();
    for _ in 0..1_003 {
        caller.get("/nothing");
    }
    assert_eq!(
        live.next().unwrap(),
        "event: missed\ndata: {\"missed\":3}\n\n"
    );
    for sequence in 4..=1_003 {
        assert!(live.next().unwrap().contains(&format!("id: {sequence}\n")));
    }
}

#[test]
fn stream_survives_a_reset_and_ends_with_the_organization() {
    let (organization, caller) = with_history();
    let mut live = call(&organization, Method::GET, "/live").stream();
    organization.control(Method::POST, "/reset", ()).ok();
    caller.get("/orders").ok();
    assert!(live.next().unwrap().contains("id: 1\n"));
    organization.control(Method::DELETE, "", ());
    assert_eq!(live.next(), None);
}

#[test]
fn exports_an_http_archive() {
    let (organization, _) = with_history();
    let mut archive = get(&organization, "/har?operation=create_order&status=403");
    archive["log"]["creator"]["version"] = "…".into();
    let headers = &mut archive["log"]["entries"][0]["response"]["headers"];
    let mut headers = headers.as_array_mut().unwrap().iter_mut();
    let id = headers
        .find(|header| header["name"] == "x-request-id")
        .unwrap();
    assert_eq!(id["value"], organization.journal()[3]["id"]);
    id["value"] = "…".into();
    insta::assert_json_snapshot!(archive);
    let archive = get(&organization, "/har?path=companies");
    let query = &archive["log"]["entries"][0]["request"]["queryString"];
    assert_eq!(*query, json!([{"name": "limit", "value": "1"}]));
}

#[test]
fn exports_json_lines() {
    let (organization, _) = with_history();
    let answer = call(&organization, Method::GET, "/ndjson?status=4xx").raw();
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let lines = answer.body().lines();
    let without_capture = |line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        for name in ["http_version", "request", "response"] {
            assert!(line.as_object_mut().unwrap().remove(name).is_some());
        }
        line
    };
    let lines: Vec<_> = lines.map(without_capture).collect();
    assert_eq!(lines, organization.journal()[2..]);
}

#[test]
fn no_export_contains_a_key() {
    let (organization, caller) = Organization::new();
    let mut live = call(&organization, Method::GET, "/live").stream();
    caller.get(&format!("/{key}?a={key}", key = caller.key));
    let har = call(&organization, Method::GET, "/har").raw();
    let lines = call(&organization, Method::GET, "/ndjson").raw();
    let event = live.next().unwrap();
    for told in [har.body(), lines.body(), &event] {
        assert!(
            told.contains("lnc_test_") && !told.contains(&caller.key),
            "{told}"
        );
        assert!(told.contains(&START[..10]), "{told}");
    }
}
