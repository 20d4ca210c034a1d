//! Requests over HTTP/2 that few clients send.

use contract_tests::traffic::ProxyOptions;
use http::StatusCode;
use http_body_util::Full;
use hyper::Response;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    proxy::with_proxy,
    proxy_memory::PATIENCE,
    proxy_total::{connect, get, server},
    raw_http2::{HEADERS, PREFACE, SETTINGS, WHOLE_REQUEST, block, frame},
};

const INVALID_HOST: &str = "a request needs exactly one valid Host header";

#[tokio::test]
async fn request_without_authority_is_for_its_host() {
    let (server, _) = server(|request| {
        let authority = request.uri().authority().unwrap().to_string();
        Response::new(Full::from(authority))
    })
    .await;
    let clients = async |address| {
        for (host, expected) in [
            (Some(("host", "a.example")), "a.example"),
            (Some(("host", "")), INVALID_HOST),
            (None, INVALID_HOST),
        ] {
            let head = [
                (":method", "GET"),
                (":scheme", "http"),
                (":path", "/api/v1/orders"),
            ];
            let head: Vec<_> = head.into_iter().chain(host).collect();
            let mut bytes = PREFACE.to_vec();
            frame(&mut bytes, SETTINGS, 0, 0, &[]);
            frame(&mut bytes, HEADERS, WHOLE_REQUEST, 1, &block(&head));
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&bytes).await.unwrap();
            let mut seen = Vec::new();
            while !String::from_utf8_lossy(&seen).contains(expected) {
                assert_ne!(stream.read_buf(&mut seen).await.unwrap(), 0);
            }
        }
    };
    let passed = with_proxy(server, ProxyOptions::default(), clients);
    timeout(PATIENCE, passed).await.expect("it responds");
}

/// Every stream has memory for as much.
#[tokio::test]
async fn heads_have_at_most_16_kib() {
    let (server, _) = server(|request| {
        let length = request.uri().query().unwrap().parse().unwrap();
        let response = Response::builder().header("x-long", "x".repeat(length));
        response.body(Full::default()).unwrap()
    })
    .await;
    let clients = async |address| {
        let mut client = connect(address).await;
        let mut ask = async |response: usize, key: usize| {
            let request = get(&format!("/api/v1/orders?{response}"), &"k".repeat(key));
            let response = client.send_request(request).await;
            response.ok().map(|response| response.status())
        };
        let too_large = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        assert_eq!(ask(1, 16_000).await, Some(StatusCode::OK));
        assert_eq!(ask(1, 16_384).await, Some(too_large));
        assert_eq!(ask(16_000, 1).await, Some(StatusCode::OK));
        assert_eq!(ask(16_384, 1).await, None);
    };
    let passed = with_proxy(server, ProxyOptions::default(), clients);
    timeout(PATIENCE, passed).await.expect("it responds");
}
