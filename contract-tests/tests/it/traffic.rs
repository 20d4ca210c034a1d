//! Recordings: those of a faithful server and a good client have no findings; in those of others, each violation is found.

use std::io::Write;

use contract_tests::{
    finding::ExitCode,
    traffic::{Finding, Format, Options, Proxy, ProxyOptions, RULES, TrafficResult, judge},
};
use serde_json::{Value, json};

use crate::{
    command::{contract_tests, text},
    target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, start, start_faithful},
};

const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxrecord";

/// Sends requests to a server, and records them as a browser does.
async fn recorded(server: std::net::SocketAddr, calls: &[(&str, &str)]) -> Value {
    // Another test may already have installed the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut entries = Vec::new();
    for (second, (path, body)) in calls.iter().enumerate() {
        let url = format!("http://{server}/api/v1{path}");
        let request = if body.is_empty() {
            client.get(&url)
        } else {
            let post = client.post(&url).body((*body).to_owned());
            post.header("content-type", "application/json")
        };
        let request = request.bearer_auth(KEY).build().unwrap();
        let mut entry = json!({
            "startedDateTime": format!("2026-02-01T10:00:{second:02}.000+01:00"),
            "time": 5.5,
            "request": {"method": request.method().as_str(), "url": url, "headers": headers(request.headers())},
        });
        if !body.is_empty() {
            entry["request"]["postData"] = json!({"mimeType": "application/json", "text": body});
        }
        let response = client.execute(request).await.unwrap();
        entry["response"] =
            json!({"status": response.status().as_u16(), "headers": headers(response.headers())});
        entry["response"]["content"] = json!({"text": response.text().await.unwrap()});
        entries.push(entry);
    }
    json!({"log": {"entries": entries}})
}

fn headers(headers: &reqwest::header::HeaderMap) -> Vec<Value> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| json!({"name": name.as_str(), "value": value.to_str().unwrap()}))
        .collect()
}

fn judged(archive: &Value) -> TrafficResult {
    let text = archive.to_string();
    judge(Format::Har, text.as_bytes(), &Options::default()).unwrap()
}

fn found(traffic: &TrafficResult) -> Vec<(&str, &str)> {
    let findings = traffic.findings.iter();
    let shown = findings.map(|Finding { id, at, .. }| (*id, &**at));
    shown.collect()
}

/// The exit code and the output of the command on a recording.
fn command(kind: &str, recording: &str) -> (Option<i32>, String) {
    let mut file = std::env::temp_dir();
    let name = format!(
        "traffic-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    );
    file.push(name);
    std::fs::File::create(&file)
        .unwrap()
        .write_all(recording.as_bytes())
        .unwrap();
    let output = contract_tests(&[kind, file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    (output.status.code(), text(&output))
}

const GOOD: [(&str, &str); 3] = [
    ("/orders?limit=2", ""),
    ("/orders", r#"{"title": "t", "type": "discovery"}"#),
    ("/blacklists?limit=1&offset=0", ""),
];

#[tokio::test]
async fn valid_traffic_has_no_findings() {
    let archive = recorded(start_faithful().await, &[GOOD[0], GOOD[2]]).await;
    let traffic = judged(&archive);
    assert_eq!(
        (found(&traffic), traffic.exit_code()),
        (vec![], ExitCode::Passed)
    );
    let counts = &traffic.counts;
    assert_eq!((counts.requests.right, counts.answers.right), (2, 2));
    let kept: Vec<_> = traffic.passed.iter().map(|finding| finding.id).collect();
    assert!(
        kept.contains(&"PRV-SCHEMA") && kept.contains(&"TRF-QUERY"),
        "{kept:?}"
    );
}

#[tokio::test]
async fn attributes_server_violations_to_the_server() {
    fn no_total(_: &PatchedRequest, response: &mut PatchedResponse) {
        response.edit_success(|body| body["total"] = "many".into());
    }
    let bug = Bug {
        response: no_total,
        ..FAITHFUL
    };
    let traffic = judged(&recorded(start(bug).await, &GOOD[..1]).await);
    assert_eq!(found(&traffic), [("PRV-SCHEMA", "$.total")]);
    assert_eq!(traffic.exit_code(), ExitCode::Violated);
}

/// A request with its key in the URL often has no Authorization header.
#[tokio::test]
async fn finds_a_key_in_the_url_of_a_request_without_a_header() {
    let calls = [("/orders", ""), (&*format!("/orders?api_key={KEY}"), "")];
    let mut archive = recorded(start_faithful().await, &calls).await;
    archive["log"]["entries"][1]["request"]["headers"] = json!([]);
    for first in 0..calls.len() {
        let mut archive = archive.clone();
        let entries = archive["log"]["entries"].as_array_mut().unwrap();
        entries.drain(..first);
        let traffic = judged(&archive);
        assert!(
            found(&traffic).contains(&("CLI-AUTH-3", "calls")),
            "{:?}",
            traffic.findings
        );
        assert_eq!(traffic.exit_code(), ExitCode::Violated);
    }
}

#[tokio::test]
async fn attributes_client_violations_to_the_client() {
    let calls = [
        ("/orders?limit=1000", ""),
        ("/odrers", ""),
        ("/orders", "{"),
        (&*format!("/orders?key={KEY}"), ""),
    ];
    let archive = recorded(start_faithful().await, &calls).await;
    let traffic = judged(&archive);
    let wanted = [
        ("TRF-QUERY", "query limit"),
        ("TRF-OPERATION", "path"),
        ("CLI-HTTP-2", "body"),
        ("CLI-AUTH-3", "calls"),
    ];
    assert_eq!(found(&traffic), wanted);
    let (code, shown) = command("har", &archive.to_string());
    assert_eq!(code, Some(1), "{shown}");
    assert!(!shown.contains(&KEY[9..18]), "{shown}");
}

#[test]
fn lists_and_explains_rules_for_recordings() {
    let listed = text(&contract_tests(&["list"]));
    for rule in RULES {
        assert!(listed.contains(rule.id), "{listed}");
        let card = text(&contract_tests(&["explain", &rule.id.to_lowercase()]));
        assert!(
            card.contains(rule.rule) && card.contains(rule.advice),
            "{card}"
        );
    }
    let shown = text(&contract_tests(&["explain", RULES[0].id, "--lang", "rust"]));
    assert!(shown.contains("pub async fn list_orders"), "{shown}");
}

/// Sends a request through a proxy; returns the printed findings, the violations reported to the client, and the result.
async fn through_a_proxy(bug: Bug) -> (Vec<String>, Option<String>, TrafficResult) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let to = format!("http://{}/api/v1", start(bug).await);
    let (hear, heard) = std::sync::mpsc::channel();
    let tell = Box::new(move |finding: &Finding| drop(hear.send(finding.line())));
    let free = "127.0.0.1:0".parse().unwrap();
    let conduct = ProxyOptions {
        tell_caller: true,
        ..ProxyOptions::default()
    };
    let proxy = Proxy::open(free, to.parse().unwrap(), Options::default(), conduct, tell)
        .await
        .unwrap();
    let base = proxy.base_url().unwrap();
    let call = async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{base}/orders?limit=2");
        let response = client.get(url).bearer_auth(KEY).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let message = response.headers().get("x-contract-violation").cloned();
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert!(body["orders"].is_array(), "{body}");
        message.map(|message| message.to_str().unwrap().to_owned())
    };
    let (done, end) = tokio::sync::oneshot::channel();
    let ended = async { drop(end.await) };
    let (told, traffic) = tokio::join!(
        async {
            let told = call.await;
            done.send(()).unwrap();
            told
        },
        proxy.run(ended)
    );
    (heard.try_iter().collect(), told, traffic)
}

#[tokio::test]
async fn judges_and_prints_what_passes_the_proxy() {
    let (heard, told, traffic) = through_a_proxy(FAITHFUL).await;
    assert_eq!((heard, told), (vec![], None));
    assert_eq!(traffic.exit_code(), ExitCode::Passed);
    let counts = &traffic.counts;
    assert_eq!((counts.requests.right, counts.answers.right), (1, 1));

    let bug = Bug {
        response: |_, answer| answer.edit_success(|body| body["total"] = KEY.into()),
        ..FAITHFUL
    };
    let (heard, told, traffic) = through_a_proxy(bug).await;
    assert_eq!(found(&traffic), [("PRV-SCHEMA", "$.total")]);
    assert_eq!(traffic.exit_code(), ExitCode::Violated);
    assert_eq!(heard, [told.unwrap()]);
    assert!(heard[0].starts_with("FAIL PRV-SCHEMA server list_orders $.total: "));
    let shown = format!("{heard:?}{:?}", traffic.findings);
    assert!(!shown.contains(&KEY[9..18]), "{shown}");
}

/// An exchange without bodies and headers, as little as a tool may write.
fn bare(at: &str, url: &str, status: u16) -> Value {
    json!({"startedDateTime": at, "request": {"method": "GET", "url": url}, "response": {"status": status}})
}

#[test]
fn finds_retries_after_401_without_bodies() {
    let url = "http://x/api/v1/orders";
    let at = |second| format!("2026-02-01T10:00:0{second}Z");
    let archive =
        |gap| json!({"log": {"entries": [bare(&at(1), url, 401), bare(&at(1 + gap), url, 401)]}});
    assert_eq!(found(&judged(&archive(2))), [("CLI-AUTH-7", "calls")]);
    // On a frozen clock, it is unknown whether a client has waited.
    let still = judged(&archive(0));
    assert_eq!(
        (
            found(&still),
            still.counts.rules.judged,
            still.counts.answers.judged
        ),
        (vec![], 0, 0)
    );
}

#[test]
fn skips_other_traffic_and_an_empty_recording_does_not_pass() {
    let elsewhere =
        json!({"log": {"entries": [bare("2026-02-01T10:00:00Z", "https://elsewhere/", 200)]}});
    let traffic = judged(&elsewhere);
    assert_eq!((traffic.counts.exchanges, traffic.counts.others), (0, 1));
    assert_eq!(traffic.exit_code(), ExitCode::NothingRan);
}

#[test]
fn malformed_recording_is_a_usage_error_with_its_place() {
    let (code, shown) = command("har", r#"{"log": {"entries": [{}]}}"#);
    assert_eq!(code, Some(2), "{shown}");
    assert!(
        shown.contains("entry 0: missing field `startedDateTime`"),
        "{shown}"
    );
    let (code, shown) = command("journal", "\n{\n");
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("line 2"), "{shown}");
}

#[test]
fn judges_a_journal_by_status_code_and_time() {
    let line = |second, status, code| {
        let entry = json!({"at": format!("2026-02-01T10:00:0{second}.000Z"), "method": "GET", "target": "/api/v1/orders",
            "key": "lnc_test_A3mK…0dF9", "status": status, "code": code, "duration_us": 20});
        format!("{entry}\n")
    };
    let right = line(1, 403, "AUTHORIZATION_ERROR") + &line(4, 403, "AUTHORIZATION_ERROR");
    let traffic = judge(Format::Journal, right.as_bytes(), &Options::default()).unwrap();
    assert_eq!(found(&traffic), [("CLI-AUTH-8", "calls")]);
    let wrong = line(1, 500, "AUTHORIZATION_ERROR");
    let traffic = judge(Format::Journal, wrong.as_bytes(), &Options::default()).unwrap();
    assert_eq!(found(&traffic), [("PRV-SCHEMA", "status")]);
}

#[test]
fn only_the_path_of_a_base_url_counts_for_a_journal() {
    let line = json!({"at": "2026-02-01T10:00:01.000Z", "method": "GET", "target": "/api/v1/orders",
        "key": "lnc_test_A3mK…0dF9", "status": 403, "code": "AUTHORIZATION_ERROR"});
    for (base, exchanges) in [
        ("http://127.0.0.1:8000/api/v1", 1),
        ("http://127.0.0.1:8000/other", 0),
    ] {
        let options = Options {
            base: Some(base.parse().unwrap()),
            ..Options::default()
        };
        let traffic = judge(Format::Journal, line.to_string().as_bytes(), &options).unwrap();
        assert_eq!(traffic.counts.exchanges, exchanges, "{base}");
    }
}
