//! The sandbox's own recordings are judged like those of browsers: with headers and bodies.

use std::net::SocketAddr;

use contract_tests::{
    finding::ExitCode,
    traffic::{Format, Options, TrafficResult, judge},
};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::target::start_faithful;

const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxrecord";
const EXPORTS: [(Format, &str); 2] = [(Format::Har, "har"), (Format::Journal, "ndjson")];

fn client() -> Client {
    // Another test may already have installed the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

/// Sends a request, and returns the body of its response.
async fn send(request: RequestBuilder) -> String {
    let request = request.header("authorization", format!("Bearer {KEY}"));
    request.send().await.unwrap().text().await.unwrap()
}

/// Adds a JSON body.
fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    let request = request.header("content-type", "application/json");
    request.body(body.to_string())
}

/// A valid order, if its title is one.
fn order(title: impl Into<Value>) -> Value {
    json!({"title": title.into(), "order_type": "DISCOVERY", "features": ["COMPANY_DATA"], "quantity": 2})
}

/// An export of the requests so far, and what the judge finds in it.
async fn judged(server: SocketAddr, (format, name): (Format, &str)) -> (String, TrafficResult) {
    let url = format!("http://{server}/_mock/organizations/record/journal/{name}");
    let export = send(client().get(url)).await;
    let traffic = judge(format, export.as_bytes(), &Options::default()).unwrap();
    (export, traffic)
}

fn found(traffic: &TrafficResult) -> Vec<(&str, &str)> {
    let findings = traffic.findings.iter();
    findings.map(|finding| (finding.id, &*finding.at)).collect()
}

#[tokio::test]
async fn accepts_valid_bodies_of_both_sides() {
    let server = start_faithful().await;
    let client = client();
    let url = |path: &str| format!("http://{server}/api/v1{path}");
    send(client.get(url("/orders?limit=2"))).await;
    let tokens = format!("http://{server}/_mock/organizations/record/tokens");
    let tokens: Value = serde_json::from_str(&send(client.post(tokens)).await).unwrap();
    send(with_json(
        client.post(url("/orders")),
        &order("50 % of März"),
    ))
    .await;
    send(client.get(url("/orders/nothing"))).await;
    let key = client.post(url("/api-keys"));
    let key = key.bearer_auth(tokens["access_token"].as_str().unwrap());
    let wanted = json!({"name": "CRM", "preset": "orders"});
    let key = with_json(key, &wanted).send().await.unwrap();
    let key: Value = serde_json::from_str(&key.text().await.unwrap()).unwrap();
    for export in EXPORTS {
        let (text, traffic) = judged(server, export).await;
        assert_eq!(
            (found(&traffic), traffic.exit_code()),
            (vec![], ExitCode::Passed)
        );
        let counts = &traffic.counts;
        assert_eq!(
            (counts.answers.right, counts.without_body),
            (4, 0),
            "{text}"
        );
        assert!(!text.contains(key["key"].as_str().unwrap()));
        let kept: Vec<_> = traffic.passed.iter().map(|finding| finding.id).collect();
        assert!(
            kept.contains(&"CLI-HTTP-2"),
            "the body of the request: {kept:?}"
        );
    }
}

/// The second attempt of a client whose stream is at its end after the first.
#[tokio::test]
async fn reports_a_request_whose_body_is_empty() {
    let server = start_faithful().await;
    let mut stream = TcpStream::connect(server).await.unwrap();
    // A stream has no length, so it is sent in chunks.
    let request = format!(
        "POST /api/v1/orders HTTP/1.1\r\nhost: {server}\r\nauthorization: Bearer {KEY}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.contains("INVALID_JSON"), "{response}");
    for export in EXPORTS {
        let (text, traffic) = judged(server, export).await;
        assert_eq!(found(&traffic), [("CLI-HTTP-2", "body")], "{text}");
        assert_eq!(traffic.exit_code(), ExitCode::Violated);
    }
}

/// Sends a request to which this fault applies, and returns what is found in each export.
async fn with_fault(fault: &str) -> Vec<TrafficResult> {
    let server = start_faithful().await;
    let orders = client().get(format!("http://{server}/api/v1/orders?limit=2"));
    let orders = orders.bearer_auth(KEY).header("x-mock-fault", fault);
    // The connection may end within the response.
    if let Ok(response) = orders.send().await {
        assert_eq!(response.status(), 200, "the fault is not valid: {fault}");
        let _ = response.bytes().await;
    }
    let mut results = Vec::new();
    for export in EXPORTS {
        results.push(judged(server, export).await.1);
    }
    results
}

#[tokio::test]
async fn reports_a_body_that_a_fault_changed_as_violation_and_drift() {
    for traffic in with_fault("json;set={\"/total\":\"many\",\"/pages\":3}").await {
        assert_eq!(found(&traffic), [("PRV-SCHEMA", "$.total")]);
        assert_eq!(traffic.exit_code(), ExitCode::Violated);
        let drift: Vec<_> = traffic
            .drift
            .differences
            .iter()
            .map(|difference| &*difference.at)
            .collect();
        assert_eq!(drift, ["$.total", "$.pages"]);
    }
}

#[tokio::test]
async fn reports_a_header_that_a_fault_removed() {
    for traffic in with_fault("headers;remove=[\"content-type\"]").await {
        assert_eq!(found(&traffic), [("PRV-SCHEMA", "header content-type")]);
    }
}

#[tokio::test]
async fn does_not_judge_what_the_client_did_not_receive() {
    for fault in ["close;after=200", "big;mib=1", "encoding;is=gzip"] {
        for traffic in with_fault(fault).await {
            let counts = &traffic.counts;
            assert_eq!(
                (found(&traffic), counts.without_body),
                (vec![], 1),
                "{fault}"
            );
        }
    }
}

#[tokio::test]
async fn reports_an_invalid_request_body() {
    let server = start_faithful().await;
    let orders = client().post(format!("http://{server}/api/v1/orders"));
    send(with_json(orders, &order(7))).await;
    for export in EXPORTS {
        let (_, traffic) = judged(server, export).await;
        assert_eq!(found(&traffic), [("CLI-HTTP-2", "$.title")]);
    }
}
