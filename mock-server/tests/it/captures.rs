//! What the journal keeps of requests and responses: headers and bodies, what was on the wire, and within which bounds.

use http::{Method, StatusCode};
use scenarios::faults::FaultFacts;
use schemas::ErrorCode;
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Caller, Organization, START, TestApp, order},
};

/// The whole record of the request with this response.
#[track_caller]
fn detail(organization: &Organization, response: &Response) -> Value {
    let id = response.header("x-request-id").unwrap();
    let path = format!("/journal/{id}");
    organization.control(Method::GET, &path, ()).ok()
}

/// The lines of the export.
#[track_caller]
fn lines(organization: &Organization) -> Vec<Value> {
    let call = organization.app.call(
        Method::GET,
        &format!("/_mock/organizations/{}/journal/ndjson", organization.name),
    );
    let text = call.raw().into_body();
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

fn header<'a>(message: &'a Value, name: &str) -> Option<&'a str> {
    let mut headers = message["headers"].as_array().unwrap().iter();
    let header = headers.find(|header| header["name"] == name)?;
    header["value"].as_str()
}

/// Sends a request for which a fault is asked.
#[track_caller]
fn spoiled(caller: &Caller, fault: &str) -> Response {
    let call = caller.call(Method::GET, "/orders?limit=1");
    call.header("x-mock-fault", fault).spoiled()
}

#[test]
fn record_has_request_response_and_decision() {
    let (organization, caller) = Organization::new();
    let sent = order(1);
    let call = caller.call(Method::POST, "/orders").json(&sent);
    let made = call.header("x-trace", "a-b").send();
    let record = detail(&organization, &made);
    assert_eq!(record["capture"], "kept");
    assert_eq!(record["http_version"], "HTTP/1.1");
    let request = &record["request"];
    assert_eq!(request["operation"], "create_order");
    assert_eq!(request["body"]["text"], sent.to_string());
    assert_eq!(request["body"]["size"], sent.to_string().len());
    assert_eq!(header(request, "x-trace"), Some("a-b"));
    let masked = format!("Bearer {}", schemas::key::redact(&caller.key));
    assert_eq!(header(request, "authorization"), Some(&*masked));
    let response = &record["response"];
    assert_eq!(response["status"], 201);
    assert_eq!(response["body"]["text"], made.text());
    for name in ["date", "location", "x-ratelimit-remaining", "x-request-id"] {
        assert_eq!(header(response, name), made.header(name), "{name}");
    }
    assert_eq!(record["on_the_wire"], Value::Null);
    assert_eq!(
        record["rate_limit"]["policies"][0]["after"]["remaining"],
        9_999
    );
    assert_eq!(record["steps"].as_array().unwrap().len(), 7);
}

#[test]
fn body_of_a_refused_request_is_captured_if_it_is_short() {
    let (organization, caller) = Organization::new();
    let bodies = |response: Response| {
        let record = detail(&organization, &response);
        record["request"]["body"].clone()
    };
    assert_eq!(bodies(caller.get("/orders"))["text"], "");
    let refused = |body: String| {
        let refused = caller.call(Method::POST, "/orders").body(body).send();
        assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        bodies(refused)
    };
    assert_eq!(refused("{}".to_owned())["text"], "{}");
    assert_eq!(refused("x".repeat(64 * 1024))["size"], 64 * 1024);
    let unread = json!({"absent": "unread"});
    assert_eq!(refused("x".repeat(64 * 1024 + 1)), unread);
    let reader = organization.key(json!({"preset": "read_only"}));
    assert_eq!(
        bodies(reader.post("/orders", &order(1)))["text"],
        order(1).to_string()
    );
    // Credentials cannot be masked in what is compressed, and a client that asks first does not send the body.
    for (header, absent) in [("content-encoding", "withheld"), ("expect", "unread")] {
        let call = reader.call(Method::POST, "/orders").body("{}");
        let refused = call.header(header, "100-continue").send();
        assert_eq!(bodies(refused), json!({"absent": absent}));
    }
    // Nor can they be found in what is neither JSON nor a form.
    for (media_type, body) in [
        ("multipart/form-data; boundary=a", "--a\r\n\r\nsecret"),
        ("application/xml", "<password>secret</password>"),
    ] {
        let call = caller.call(Method::POST, "/orders").body(body);
        let refused = call.header("content-type", media_type).send();
        assert_eq!(bodies(refused), json!({"absent": "withheld"}));
    }
    let broken = caller.call(Method::POST, "/orders");
    let broken = broken.header("content-type", "application/json").body("{");
    assert_eq!(bodies(broken.send())["text"], "{");
}

#[test]
fn record_has_the_response_before_and_after_a_fault() {
    let (organization, caller) = Organization::new();
    let sent = spoiled(&caller, "json;set={\"/total\":\"many\"},status;is=206");
    let record = detail(&organization, &sent);
    let (made, wire) = (&record["response"], &record["on_the_wire"]);
    assert_eq!(
        (&made["status"], &wire["status"]),
        (&json!(200), &json!(206))
    );
    assert_eq!(wire["body"]["text"], sent.text());
    assert!(!made["body"]["text"].as_str().unwrap().contains("many"));
    assert_eq!(wire["whole"], true);
    assert_eq!(record["faults"][0]["id"], "json");

    let wire = |fault| detail(&organization, &spoiled(&caller, fault))["on_the_wire"].take();
    assert_eq!(wire("latency;of=1ms"), Value::Null);
    assert_eq!(wire("big;mib=9")["spaces_after_body"], 9 << 20);
    let closed = wire("close;after=100");
    assert_eq!(
        closed["transfer"],
        "the connection is closed after 100 bytes"
    );
    assert_eq!(closed["whole"], false);
    let raw = wire("content_length;is=conflict")["raw"]["text"].take();
    assert!(
        raw.as_str().unwrap().starts_with("HTTP/1.1 200 OK\r\n"),
        "{raw}"
    );
    let zipped = wire("encoding;is=gzip");
    assert_eq!(zipped["body"]["encoding"], "base64");
    assert_eq!(header(&zipped, "content-encoding"), Some("gzip"));
}

#[test]
fn response_of_a_fault_is_captured_as_the_response() {
    let (organization, caller) = Organization::new();
    let sent = spoiled(&caller, "gateway;status=502");
    let record = detail(&organization, &sent);
    assert_eq!(record["on_the_wire"], Value::Null);
    assert_eq!(record["response"]["body"]["text"], sent.text());
}

#[test]
fn response_with_a_new_key_is_captured_masked() {
    let (organization, _) = Organization::new();
    let admin = organization.admin();
    let wanted = json!({"name": "CRM", "preset": "orders"});
    let made = admin.post("/api-keys", &wanted);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    let record = detail(&organization, &made);
    let body = &record["response"]["body"];
    assert_eq!(body["masked"], true);
    assert_eq!(body["size"], made.text().len());
    let text = made.text().replace(&key, &schemas::key::redact(&key));
    assert_eq!(body["text"], text);
}

/// Creates a key with this fault on a new server, and returns the response and the whole journal.
fn created_with(fault: Option<&str>) -> (Response, String) {
    let wanted = json!({"name": "keys01", "clock": format!("frozen={START}")});
    let organization = TestApp::new().organization_like(wanted);
    let call = organization.admin().call(Method::POST, "/api-keys");
    let mut call = call.json(&json!({"name": "CRM", "preset": "orders"}));
    if let Some(fault) = fault {
        call = call.header("x-mock-fault", fault);
    }
    let sent = call.spoiled();
    let har = organization.control(Method::GET, "/journal/har", ());
    (sent, format!("{:?} {har}", lines(&organization)))
}

#[test]
fn no_fault_leaks_a_key_into_the_journal() {
    let (sent, _) = created_with(None);
    let key = sent.json()["key"].as_str().unwrap().to_owned();
    let secret: Vec<_> = key.trim_start_matches("lnc_test_").chars().collect();
    let faults = scenarios::faults::all().filter(|facts| facts.id != "hang");
    let faults = faults.flat_map(FaultFacts::asks);
    let mut shown = 0;
    for fault in faults {
        let (sent, journal) = created_with(Some(&fault));
        shown += usize::from(
            sent.body
                .windows(key.len())
                .any(|part| part == key.as_bytes()),
        );
        for piece in secret.windows(9) {
            let piece: String = piece.iter().collect();
            assert!(!journal.contains(&piece), "{fault}: {journal}");
        }
    }
    assert!(shown > 20, "{shown}");
}

#[test]
fn capture_mode_limits_what_is_captured() {
    let (organization, caller) = Organization::with("capture = 'headers'");
    let record = detail(&organization, &caller.post("/orders", &order(1)));
    let absent = json!({"absent": "headers_only"});
    assert_eq!(record["request"]["body"], absent);
    assert_eq!(record["response"]["body"], absent);
    assert_eq!(header(&record["request"], "host"), Some("127.0.0.1:8000"));

    let (organization, caller) = Organization::with("capture = 'off'");
    let record = detail(&organization, &caller.post("/orders", &order(1)));
    assert_eq!(record["capture"], "off");
    assert_eq!(record["response"], Value::Null);
    assert_eq!(organization.journal()[0]["capture"], Value::Null);
}

#[test]
fn long_body_is_truncated() {
    let (organization, caller) = Organization::new();
    let long = json!({"title": "ä".repeat(4_000_000)}).to_string();
    let call = caller.call(Method::POST, "/orders");
    let call = call.header("content-type", "application/json");
    let record = detail(&organization, &call.body(long.clone()).send());
    let body = &record["request"]["body"];
    assert_eq!(
        (&body["cut"], &body["size"]),
        (&json!(true), &json!(long.len()))
    );
    let kept = body["text"].as_str().unwrap();
    assert!(long.starts_with(kept) && (65_530..=65_536).contains(&kept.len()));
}

#[test]
fn evicts_the_oldest_captures_and_marks_their_entries() {
    let (organization, caller) = Organization::new();
    for _ in 0..40 {
        caller.post("/orders", &json!({"title": "x".repeat(60_000)}));
    }
    let journal = organization.journal();
    let dropped = |entry: &Value| entry["capture"] == "dropped";
    let first = journal.iter().position(|entry| !dropped(entry)).unwrap();
    assert!((20..30).contains(&first), "{first}");
    assert!(!journal[first..].iter().any(dropped));
    let exported = lines(&organization);
    assert_eq!(exported[0]["capture"], "dropped");
    assert_eq!(exported[0]["request"], Value::Null);
    assert_eq!(exported[39]["request"]["body"]["size"], 60_012);
}

#[test]
fn evicts_captures_of_the_organization_idle_longest() {
    let app = TestApp::with("max_captures = 3");
    let organizations = [(); 4].map(|()| app.organization());
    let post = |organization: &Organization| {
        let caller = organization.spelled("FullAccess");
        for _ in 0..17 {
            caller.post("/orders", &json!({"title": "x".repeat(60_000)}));
        }
    };
    // Each keeps nearly 1 MiB, so the last one takes the place of the first.
    organizations.iter().for_each(post);
    // Requests without a known key have a journal of their own, which takes the place of the second.
    for _ in 0..20 {
        let call = app.call(Method::GET, "/api/v1/orders");
        let call = call.header("x-long", "x".repeat(50_000));
        let id = call.send().header("x-request-id").unwrap().to_owned();
        let record = app.control(Method::GET, &format!("/journal/{id}"), ());
        assert_eq!(record.ok()["capture"], "kept");
    }
    let kept = organizations.map(|organization| {
        let journal = organization.journal();
        let kept = journal.iter().filter(|entry| entry["capture"] != "dropped");
        (journal.len(), kept.count())
    });
    assert_eq!(kept[..2], [(17, 0); 2], "{kept:?}");
    assert!(kept[2].1 > 10 && kept[3].1 > 10, "{kept:?}");
}

#[test]
fn record_belongs_to_one_journal() {
    let (organization, caller) = Organization::new();
    let answer = caller.get("/orders");
    let id = answer.header("x-request-id").unwrap();
    let app = &organization.app;
    let path = format!("/journal/{id}");
    let other = app.organization();
    for refused in [
        other.control(Method::GET, &path, ()),
        app.control(Method::GET, &path, ()),
        organization.control(Method::GET, "/journal/nothing", ()),
    ] {
        refused.refused(ErrorCode::NotFound);
    }
    let unknown = app.call(Method::GET, "/api/v1/orders").send();
    let path = format!("/journal/{}", unknown.header("x-request-id").unwrap());
    let record = app.control(Method::GET, &path, ()).ok();
    assert_eq!(record["response"]["body"]["text"], unknown.text());
    organization
        .control(Method::GET, &path, ())
        .refused(ErrorCode::NotFound);
}

#[test]
fn finds_entries_by_text_in_headers_and_bodies() {
    let (organization, caller) = Organization::new();
    caller.get("/orders").ok();
    let call = caller.call(Method::GET, "/orders");
    call.header("x-trace", "Needle-1").send().ok();
    caller.post("/orders", &json!({"title": "a NEEDLE"}));
    spoiled(&caller, "json;set={\"/total\":\"needle\"}");
    let found = |query: &str| {
        let page = organization
            .control(Method::GET, &format!("/journal?{query}"), ())
            .ok();
        let entries = page["entries"].as_array().unwrap().iter();
        let numbers = entries.map(|entry| entry["sequence"].as_u64().unwrap());
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(found("text=needle"), [2, 3, 4]);
    assert_eq!(found("text=needle&method=GET"), [2, 4]);
    assert_eq!(found("text=needle&fault=*"), [4]);
    assert_eq!(found("fault=json"), [4]);
    assert_eq!(found("fault=latency"), [0; 0]);
    assert_eq!(found(&format!("text={}", caller.key)), [1, 2, 3, 4]);
}

#[test]
fn archive_has_headers_and_bodies() {
    let (organization, caller) = Organization::new();
    let made = caller.post("/orders", &order(1));
    spoiled(&caller, "close;after=10");
    spoiled(&caller, "content_length;is=conflict");
    let har = organization.control(Method::GET, "/journal/har", ()).ok();
    let [created, closed, replaced] = &har["log"]["entries"].as_array().unwrap()[..] else {
        panic!("{har}")
    };
    assert_eq!(created["request"]["postData"]["text"], order(1).to_string());
    assert_eq!(
        created["request"]["postData"]["mimeType"],
        "application/json"
    );
    assert_eq!(created["request"]["bodySize"], order(1).to_string().len());
    let content = &created["response"]["content"];
    assert_eq!(content["text"], made.text());
    assert_eq!(content["size"], made.text().len());
    assert_eq!(
        header(&created["response"], "location"),
        made.header("location")
    );
    assert_eq!(
        closed["response"]["_error"],
        "the connection is closed after 10 bytes"
    );
    let raw = replaced["response"]["_raw"]["text"].as_str().unwrap();
    assert!(raw.starts_with("HTTP/1.1 200 OK\r\n"), "{raw}");
}

#[test]
fn masks_secrets_wherever_a_request_has_them() {
    let (organization, caller) = Organization::new();
    let path = "/orders?limit=1&password=hunter2&client_secret=hunter2";
    let call = caller.call(Method::GET, path);
    call.header("cookie", "sid=hunter2")
        .header("x-api-key", "hunter2")
        .send();
    let nested = json!({"title": {"password": "hunter2"}, "code_verifier": "hunter2"});
    caller.post("/orders", &nested);
    let id = organization.journal()[0]["id"].as_str().unwrap().to_owned();
    let explained = organization
        .app
        .control(Method::GET, &format!("/explain/{id}"), ());
    let har = organization.control(Method::GET, "/journal/har", ()).ok();
    let kept = format!("{:?} {har} {}", lines(&organization), explained.ok());
    assert!(kept.contains("password"), "{kept}");
    assert!(!kept.contains("hunter2"), "{kept}");
}
