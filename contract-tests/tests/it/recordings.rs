//! Incomplete recordings: tools leave bodies out, redact credentials, write odd entries, and record requests that are not to
//! the API. None of that is a violation, and the rest is judged.

use std::{
    fs,
    io::{Cursor, Write},
    process::{Command, Stdio},
};

use contract_tests::{
    finding::ExitCode,
    traffic::{Format, Options, TrafficResult, judge},
};
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    baselines::Folder,
    command::{contract_tests, text},
    traffic_reports::{exchange, har, orders, orders_with},
};

pub(crate) fn judged(entries: &[Value]) -> TrafficResult {
    let archive = json!({"log": {"entries": entries}}).to_string();
    judge(Format::Har, archive.as_bytes(), &Options::default()).unwrap()
}

/// The violated rules.
pub(crate) fn broken(traffic: &TrafficResult) -> Vec<&str> {
    traffic.findings.iter().map(|finding| finding.id).collect()
}

pub(crate) fn warnings(traffic: &TrafficResult) -> String {
    let warnings = traffic.counts.warnings.iter();
    let warnings: Vec<_> = warnings.map(ToString::to_string).collect();
    warnings.join("\n")
}

/// An entry with one value replaced, and with more response headers.
pub(crate) fn with(
    mut entry: Value,
    pointer: &str,
    value: Value,
    headers: &[(&str, &str)],
) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    entry.pointer_mut(parent).unwrap()[name] = value;
    let more = headers.iter();
    let more = more.map(|(name, value)| json!({"name": name, "value": value}));
    let headers = entry["response"]["headers"].as_array_mut().unwrap();
    headers.extend(more);
    entry
}

pub(crate) fn list() -> Value {
    exchange(0, "GET", "/orders", 200, &orders())
}

/// A list that violates the contract.
fn wrong() -> Value {
    exchange(
        1,
        "GET",
        "/orders",
        200,
        &orders_with("/total", Value::Null),
    )
}

/// Ways in which tools write a body that they leave out: the entry, and the length that the server declared.
const LEFT_OUT: [(&str, &str, Option<&str>); 11] = [
    (
        "/response/content",
        r#"{"size": 0, "mimeType": "x-unknown"}"#,
        LONG,
    ),
    ("/response/content", r#"{"size": 0, "text": ""}"#, LONG),
    ("/response/content", r#"{"size": 0, "text": ""}"#, None),
    ("/response/content", r#"{"size": 764}"#, None),
    ("/response/content", r#"{"size": -1}"#, None),
    ("/response/content", r#"{"size": 764, "text": "{"}"#, None),
    ("/response/content", r#"{"text": "{"}"#, LONG),
    ("/response/content", r#"{"_file": "a.json"}"#, None),
    ("/response/_error", r#""net::ERR_ABORTED""#, None),
    ("/response/_failureText", r#""net::ERR_FAILED""#, None),
    ("/_wasAborted", "true", None),
];
const LONG: Option<&str> = Some("764");

fn without_body(pointer: &str, value: &str, length: Option<&str>) -> TrafficResult {
    let invalid = exchange(0, "GET", "/orders", 200, &json!("wrong"));
    let value = serde_json::from_str(value).unwrap();
    let length = length.map(|length| ("Content-Length", length));
    judged(&[with(invalid, pointer, value, length.as_slice())])
}

#[test]
fn does_not_judge_an_omitted_response_body() {
    for (pointer, value, length) in LEFT_OUT {
        let traffic = without_body(pointer, value, length);
        assert_eq!(broken(&traffic), [""; 0], "{pointer} {value}");
        assert_eq!(traffic.drift.differences.len(), 0, "{pointer} {value}");
        let counts = &traffic.counts;
        let seen = (counts.answers.judged, counts.without_body);
        assert_eq!(seen, (0, 1), "{pointer} {value}");
    }
    let content = "/response/content";
    let said = without_body(content, r#"{"text": ""}"#, Some("0"));
    assert_eq!(broken(&said), ["PRV-SCHEMA"], "one that was empty");
    let whole = without_body(content, r#"{"text": "{}", "size": 2}"#, Some("2"));
    assert_eq!(broken(&whole), ["PRV-SCHEMA"], "one that is there");
}

/// An archive of a browser has the traffic of other sites, too.
#[test]
fn counts_oversized_bodies_of_the_api_only() {
    let large = json!(vec![json!({"": 1}); 40_000]);
    let large = exchange(1, "GET", "/orders", 200, &large);
    let url = json!("https://cdn.example/large.json");
    let other = with(large.clone(), "/request/url", url, &[]);
    let warning = "1 body not judged: more than 24 MiB as JSON values";
    assert!(warnings(&judged(&[list(), large])).contains(warning));
    let traffic = judged(&[list(), other]);
    assert_eq!((&*warnings(&traffic), traffic.counts.others), ("", 1));
}

#[test]
fn does_not_judge_an_omitted_request_body() {
    let post = |post_data, body_size| {
        let entry = exchange(0, "POST", "/orders", 503, &json!({}));
        let entry = with(entry, "/request/postData", post_data, &[]);
        let mut entry = with(entry, "/request/bodySize", json!(body_size), &[]);
        let headers = entry["request"]["headers"].as_array_mut().unwrap();
        headers.push(json!({"name": "Content-Type", "value": "application/json"}));
        entry
    };
    let of_client = |entry| {
        let traffic = judged(&[entry]);
        broken(&traffic).contains(&"CLI-HTTP-2")
    };
    let text = |text: &str| json!({"mimeType": "application/json", "text": text});
    assert!(
        !of_client(post(text(""), 136)),
        "Playwright leaves the size"
    );
    assert!(!of_client(post(text(""), -1)), "or not even that");
    assert!(!of_client(post(Value::Null, 136)));
    assert!(of_client(post(text(""), 0)), "an empty body is wrong");
    assert!(of_client(post(text("{"), 1)));
}

#[test]
fn placeholders_are_not_credentials_and_are_reported_as_lost() {
    let redacted = |second, status| {
        let mut entry = exchange(second, "GET", "/orders", status, &orders());
        entry["request"]["headers"][0]["value"] = json!("[redacted]");
        entry
    };
    // The client may use another key after the 401.
    let traffic = judged(&[redacted(0, 401), redacted(1, 200)]);
    assert!(!broken(&traffic).iter().any(|id| id.starts_with("CLI-")));
    assert!(
        !traffic
            .passed
            .iter()
            .any(|finding| finding.id == "CLI-AUTH-1")
    );
    assert_eq!(traffic.counts.redacted, 2);
    let output = warnings(&traffic);
    assert!(
        output.contains("requests with a redacted credential: 2; CLI-AUTH-1 is not judged"),
        "{output}"
    );

    let mut stripped = list();
    stripped["request"]["headers"] = json!([{"name": "Accept", "value": "*/*"}]);
    assert_eq!(
        judged(&[stripped]).counts.redacted,
        1,
        "as Chrome exports it"
    );
    let whole = judged(&[list()]);
    assert_eq!(
        (whole.counts.redacted, warnings(&whole)),
        (0, String::new())
    );
}

/// An odd value that some tool has written, and the place that the error names.
const ODD: [(&str, &str, &str); 9] = [
    ("/response/status", r#""error""#, "response.status"),
    ("/response/status", "200.5", "response.status"),
    ("/response/status", "null", "response.status"),
    ("/response", "null", "response"),
    (
        "/startedDateTime",
        r#""2026-02-01T10:00:00""#,
        "startedDateTime",
    ),
    ("/startedDateTime", r#""yesterday""#, "startedDateTime"),
    ("/request/url", r#""/orders""#, "request.url"),
    ("/time", r#""soon""#, "time"),
    ("/request/headers/0/value", "[]", "request.headers[0].value"),
];

#[test]
fn names_malformed_entries_and_judges_the_others() {
    let odd = ODD.map(|(pointer, value, at)| {
        let mut entry = list();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = entry.pointer_mut(parent).unwrap();
        parent[name] = serde_json::from_str(value).unwrap();
        (entry, at)
    });
    let mut without = list();
    without.as_object_mut().unwrap().remove("response");
    let without = (without, "missing field `response`");
    for (entry, at) in odd.into_iter().chain([without]) {
        let traffic = judged(&[entry.clone(), wrong()]);
        assert_eq!(broken(&traffic), ["PRV-SCHEMA"], "{entry}");
        let counts = &traffic.counts;
        assert_eq!((counts.exchanges, counts.unreadable), (1, 1));
        let output = warnings(&traffic);
        let named = format!("entry 0 is unreadable: {at}");
        assert!(
            output.starts_with(&named) && !output.contains(" at line "),
            "{output}"
        );
    }
}

#[test]
fn names_some_of_many_malformed_entries_and_counts_all() {
    let many: Vec<_> = (0..50).map(|_| json!({})).chain([list()]).collect();
    let traffic = judged(&many);
    assert_eq!(traffic.counts.unreadable, 50);
    assert_eq!(traffic.counts.warnings.len(), 21);
    assert!(warnings(&traffic).ends_with("further unreadable entries: 30"));
}

#[test]
fn detects_the_base_url_and_reports_what_is_left_out() {
    let at = |mut entry: Value, url: &str| {
        entry["request"]["url"] = json!(url);
        entry
    };
    let invalid = || {
        exchange(
            1,
            "GET",
            "/orders",
            200,
            &orders_with("/total", Value::Null),
        )
    };
    let created = with(
        exchange(0, "GET", "/orders", 307, &json!({})),
        "/response/statusText",
        json!("Internal Redirect"),
        &[("Non-Authoritative-Reason", "HSTS")],
    );
    let created = at(created, "http://api.example/api/v1/orders");
    let socket = at(list(), "wss://events.example/api/v1/orders");
    let traffic = judged(&[created, socket, invalid()]);
    assert_eq!(broken(&traffic), ["PRV-SCHEMA"]);
    assert_eq!((traffic.counts.exchanges, traffic.counts.others), (1, 2));
    assert_eq!(warnings(&traffic), "", "nobody has sent these to the API");

    let staging = at(list(), "https://staging.example/api/v1/orders");
    let folder = Folder::new("recordings-base");
    let output = har(&folder, &[staging, invalid(), invalid()], &["--quiet"]);
    let printed = text(&output);
    let warning = "warning: requests to https://staging.example/api/v1 that match operations and are left out: 1; \
                   --base-url https://staging.example/api/v1 judges them";
    assert!(
        output.status.code() == Some(1) && printed.contains(warning),
        "{printed}"
    );
}

const HASH: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

/// An archive in the format of Playwright, with a body in a file.
fn attached(file: &str) -> String {
    let entry = with(
        list(),
        "/response/content",
        json!({"size": 5, "_file": file}),
        &[],
    );
    json!({"log": {"entries": [entry]}}).to_string()
}

#[test]
fn judges_bodies_in_files_beside_an_archive() {
    let folder = Folder::new("recordings-files");
    let body = orders_with("/total", Value::Null).to_string();
    fs::write(folder.file(&format!("{HASH}.json")), &body).unwrap();
    fs::write(folder.file("private.json"), &body).unwrap();
    let judged = |file: &str| {
        let archive = folder.file("traffic.har");
        fs::write(&archive, attached(file)).unwrap();
        let output = contract_tests(&["har", &archive]);
        (output.status.code(), text(&output))
    };
    let (code, printed) = judged(&format!("{HASH}.json"));
    assert!(
        code == Some(1) && printed.contains("FAIL  PRV-SCHEMA list_orders"),
        "{printed}"
    );
    let missing = "warning: bodies in files that cannot be read: 1";
    let (code, printed) = judged(&format!("{}.json", HASH.replace('d', "e")));
    assert!(code == Some(5) && printed.contains(missing), "{printed}");
    let (code, printed) = judged("private.json");
    assert!(
        code == Some(5) && printed.contains(missing),
        "no archive says what is read: {printed}"
    );
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn judges_a_zipped_archive_with_its_bodies() {
    let file = format!("{HASH}.json");
    let body = orders_with("/total", Value::Null).to_string();
    let zip = zipped(&[(&file, &body), ("har.har", &attached(&file))]);
    let options = Options::default();
    let traffic = judge(Format::Har, &zip[..], &options).unwrap();
    assert_eq!(broken(&traffic), ["PRV-SCHEMA"]);
    assert_eq!(traffic.exit_code(), ExitCode::Violated);
    for (wrong, reason) in [
        (zipped(&[("notes.txt", "")]), "it has 0 .har files"),
        (
            zipped(&[("a.har", "{}"), ("b.har", "{}")]),
            "it has 2 .har files",
        ),
        (
            zip[..zip.len() / 2].to_vec(),
            "is not a zipped HTTP Archive",
        ),
    ] {
        let error = judge(Format::Har, &wrong[..], &options)
            .unwrap_err()
            .to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn replay_of_standard_input_asks_for_a_file() {
    let archive = json!({"log": {"entries": [wrong()]}}).to_string();
    let mut judge = Command::new(env!("CARGO_BIN_EXE_contract-tests"))
        .args(["har", "-"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = judge.stdin.take().unwrap();
    input.write_all(archive.as_bytes()).unwrap();
    drop(input);
    let output = judge.wait_with_output().unwrap();
    let replay = "replay    standard input cannot be read again: save the recording, and put its path in place of the - in: \
                  contract-tests har -\n";
    assert!(text(&output).contains(replay), "{}", text(&output));
}
