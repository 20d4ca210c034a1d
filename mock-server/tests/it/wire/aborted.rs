//! Clients that disconnect before the response: the journal has their requests, too.

use serde_json::{Value, json};

use super::{WireServer, connection::Connection, head};
use crate::response::Response;

const JOURNAL: &str = "/_mock/organizations/self/journal";

fn get(connection: &mut Connection, target: &str) -> Response {
    connection.send(head(&format!("GET {target}")) + "\r\n");
    connection.answer_to("GET", target)
}

/// The aborted requests, once there are `count` of them.
#[track_caller]
fn aborted(control: &mut Connection, count: usize) -> Vec<Value> {
    let target = format!("{JOURNAL}/wait?status=aborted&count={count}&timeout=9s");
    let page = get(control, &target).ok();
    assert_eq!(page["enough"], true, "{page}");
    page["entries"].as_array().unwrap().clone()
}

/// Sends a request with a fault that makes it wait, and disconnects while it waits.
fn call_and_go(server: &WireServer, control: &mut Connection, fault: &str) {
    let waiting = |control: &mut Connection| {
        let keys = get(control, "/_mock/organizations/self/keys").ok();
        keys["keys"][0]["requests"].as_u64().unwrap()
    };
    let before = waiting(control);
    let mut caller = server.connect();
    caller.send(head("GET /api/v1/orders") + "X-Mock-Fault: " + fault + "\r\n\r\n");
    while waiting(control) == before {}
}

#[test]
fn abandoned_request_is_in_the_journal() {
    let server = WireServer::start();
    let mut control = server.connect();
    for fault in ["hang", "latency;of=5m"] {
        call_and_go(&server, &mut control, fault);
    }
    let entries = aborted(&mut control, 2);
    let faults: Vec<_> = entries.iter().map(|one| &one["faults"][0]["id"]).collect();
    assert_eq!(faults, ["hang", "latency"]);
    for entry in entries {
        let seen = (&entry["aborted"], &entry["status"]);
        assert_eq!(seen, (&json!(true), &Value::Null));
        let steps = entry["steps"].as_array().unwrap();
        let (last, before) = steps.split_last().unwrap();
        let ended = (&last["step"], &last["decision"]);
        assert_eq!(ended, (&json!("body"), &json!("aborted")));
        // It counts against the quota like any other.
        assert!(before.iter().any(|step| step["decision"] == "admitted"));
    }
}

#[test]
fn request_abandoned_at_once_is_in_the_journal() {
    let server = WireServer::start();
    let hang = head("GET /api/v1/orders") + "X-Mock-Fault: hang\r\n\r\n";
    server.connect().send(hang);
    let entries = aborted(&mut server.connect(), 1);
    assert_eq!(entries[0]["target"], "/api/v1/orders");
}

#[test]
fn effects_for_an_absent_caller_are_recorded() {
    let late = "name: late\nsummary: s\nrules: [{do: [{hang: {}}], phase: after_handler}]";
    let server = WireServer::start();
    let mut control = server.connect();
    let (arm, target) = (
        json!({"yaml": late}).to_string(),
        "/_mock/organizations/self/scenario",
    );
    let length = format!("Content-Length: {}\r\n\r\n", arm.len());
    control.send(head(&format!("POST {target}")) + &length + &arm);
    control.answer_to("POST", target).ok();
    let mut caller = server.connect();
    caller.send(head("GET /api/v1/orders") + "\r\n");
    get(&mut control, &format!("{JOURNAL}/wait?count=1&timeout=9s")).ok();
    drop(caller);
    let entry = loop {
        let page = get(&mut control, &format!("{JOURNAL}?status=aborted")).ok();
        if let [entry] = &page["entries"].as_array().unwrap()[..] {
            break entry.clone();
        }
    };
    let steps = entry["steps"].as_array().unwrap();
    assert_eq!(entry["status"], 200);
    assert_eq!(steps.last().unwrap()["decision"], "answered");
}

#[test]
fn aborts_are_recorded_at_every_stage() {
    let server = WireServer::start();
    let mut control = server.connect();
    call_and_go(&server, &mut control, "hang");
    let entry = aborted(&mut control, 1).remove(0);
    let har = get(&mut control, &format!("{JOURNAL}/har")).ok();
    let archived = &har["log"]["entries"][0];
    let seen = (&archived["_aborted"], &archived["response"]["status"]);
    assert_eq!(seen, (&json!(true), &json!(0)));
    control.send(head(&format!("GET {JOURNAL}/ndjson")) + "\r\n");
    assert!(control.unchecked_body().contains(r#""aborted":true"#));
    let id = entry["id"].as_str().unwrap();
    let why = get(&mut control, &format!("/_mock/explain/{id}")).ok();
    assert_eq!(why["answer"]["aborted"], true);
    let reason = "the client disconnected before the response";
    assert_eq!(why["answer"]["reason"], reason);
    let record = get(&mut control, &format!("{JOURNAL}/{id}")).ok();
    assert_eq!(
        (&record["capture"], &record["response"]),
        (&json!("kept"), &Value::Null)
    );
    let headers = record["request"]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!({"name": "x-mock-fault", "value": "hang", "masked": false})));
    let reports = "/_mock/organizations/self/report";
    let report = get(&mut control, &format!("{reports}/least-privilege")).ok();
    let key = &report["keys"][0];
    let seen = (&key["requests"], &key["scopes"]["used"]);
    assert_eq!(seen, (&json!(1), &json!([])));
    let report = get(&mut control, &format!("{reports}/tiers")).ok();
    assert_eq!(report["requests"], 1);
    control.send(head("GET /_mock/metrics") + "\r\n");
    let metrics = control.unchecked_body();
    assert!(metrics.contains("mock_server_aborted_total 1\n"));
}

#[test]
fn truncated_body_is_rejected_as_incomplete() {
    let server = WireServer::start();
    let post =
        head("POST /api/v1/orders") + "Content-Type: application/json\r\nContent-Length: 9\r\n";
    let mut caller = server.connect();
    caller.send(post + "Expect: 100-continue\r\n\r\n");
    assert_eq!(caller.head(), "HTTP/1.1 100 Continue");
    drop(caller);
    let target = format!("{JOURNAL}/wait?count=1&timeout=9s");
    let page = get(&mut server.connect(), &target).ok();
    let entry = &page["entries"][0];
    let steps = entry["steps"].as_array().unwrap();
    assert_eq!(entry["status"], 400, "{entry}");
    assert_eq!(steps.last().unwrap()["reason"], "the body is incomplete");
    let record = format!("{JOURNAL}/{}", entry["id"].as_str().unwrap());
    let record = get(&mut server.connect(), &record).ok();
    assert_eq!(record["request"]["body"], json!({"absent": "unread"}));
}

/// The end of the connection is behind requests that nobody reads.
#[test]
fn client_that_leaves_a_stalled_response_frees_its_place() {
    let server = WireServer::start();
    let request = head("GET /api/v1/orders") + "X-Mock-Fault: stall;after=0\r\n\r\n";
    let mut client = server.connect();
    client.send(request.repeat(1_000)).finish();
    assert!(client.is_ended());
}
