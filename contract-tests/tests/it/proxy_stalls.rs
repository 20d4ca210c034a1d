//! Nobody stalls a proxy: not an exchange that takes long to judge, not a server that never responds, and not a client that
//! does not read.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{Arc, mpsc},
    time::Duration,
};

use bytes::Bytes;
use contract_tests::{
    finding::ExitCode,
    traffic::{Deadlines, Finding, ProxyOptions},
};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, mpsc as tokio_mpsc},
    time::timeout,
};

use crate::{
    proxy::{PLACES, SHORT, raw, with_proxy, with_proxy_and},
    proxy_memory::PATIENCE,
    proxy_total::{connect, get},
    raw_http2::{HEADERS, PREFACE, SETTINGS, WHOLE_REQUEST, block, frame, next_frame},
    target::start_faithful,
};

const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxproxy3";
/// A setting: one byte of each body may be sent.
const WINDOW_OF_ONE: &[u8] = &[0, 4, 0, 0, 0, 1];

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
}

/// The findings of a judge so far, on one line each.
type Found = Arc<Mutex<Vec<String>>>;

/// Receives the findings of a judge, who is busy until the sender is dropped.
fn busy_judge() -> (impl Fn(&Finding) + Send + Sync, mpsc::Sender<()>, Found) {
    let (release, released) = mpsc::channel();
    let released = Mutex::new(released);
    let found = Found::default();
    let seen = Arc::clone(&found);
    let on_finding = move |finding: &Finding| {
        let _ = released.lock().recv();
        seen.lock().push(finding.line());
    };
    (on_finding, release, found)
}

#[tokio::test]
async fn forwards_while_an_exchange_is_being_judged() {
    let server = start_faithful().await;
    let (on_finding, release, found) = busy_judge();
    let names: Vec<_> = ('a'..='z')
        .map(|letter| format!("nowhere-{letter}"))
        .collect();
    let client = async |address| {
        for name in &names {
            let seen = raw(address, &request(&format!("/api/v1/{name}"))).await;
            assert!(seen.starts_with("HTTP/1.1 404 "), "{name}: {seen}");
        }
        assert_eq!(*found.lock(), [""; 0]);
        drop(release);
    };
    let passed = with_proxy_and(server, ProxyOptions::default(), on_finding, client);
    let ((), traffic) = timeout(PATIENCE, passed).await.expect("nothing waits");
    assert_eq!(traffic.counts.exchanges, names.len());
    let found = found.lock();
    assert_eq!(found.len(), names.len(), "{found:?}");
    for (line, name) in found.iter().zip(&names) {
        assert!(line.contains(name), "{line}: {name}");
    }
}

/// With its violations in its head, a response waits for the judge, but not for long.
#[tokio::test]
async fn response_that_reports_violations_says_that_it_was_not_judged_in_time() {
    let server = start_faithful().await;
    let (on_finding, release, _) = busy_judge();
    let telling = ProxyOptions {
        tell_caller: true,
        deadlines: Deadlines {
            judge: Duration::from_millis(1),
            ..Deadlines::default()
        },
        ..ProxyOptions::default()
    };
    let client = async |address| {
        let seen = raw(address, &request("/api/v1/nowhere")).await;
        drop(release);
        seen
    };
    let (seen, _) = with_proxy_and(server, telling, on_finding, client).await;
    assert!(seen.starts_with("HTTP/1.1 404 "), "{seen}");
    assert!(
        seen.contains("x-contract-violation: not judged\r\n"),
        "{seen}"
    );
}

/// A server that never responds; receives the connections with a request.
async fn silent_server() -> (SocketAddr, tokio_mpsc::UnboundedReceiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, requests) = tokio_mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let length = stream.read(&mut [0; 1_024]).await.unwrap();
                assert!(length > 0);
                let _ = sender.send(stream);
            });
        }
    });
    (address, requests)
}

#[tokio::test]
async fn new_clients_learn_that_requests_that_hang_take_all_places() {
    let (server, mut requests) = silent_server().await;
    let short = ProxyOptions {
        deadlines: Deadlines {
            place: Duration::from_millis(1),
            ..Deadlines::default()
        },
        ..ProxyOptions::default()
    };
    let clients = async |address| {
        let mut hanging = Vec::new();
        for _ in 0..PLACES {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(request("/").as_bytes()).await.unwrap();
            hanging.push((client, requests.recv().await.unwrap()));
        }
        // They do not keep others from learning it.
        let mut silent = Vec::new();
        for _ in 0..10 {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let body = "x".repeat(100_000);
        let post = format!(
            "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        for request in [request("/api/v1/orders"), post] {
            let seen = raw(address, &request).await;
            assert!(
                seen.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
                "{seen}"
            );
            let text = "contract-tests proxy: all 64 connections that it serves have open requests; close one, or try again later\n";
            assert!(seen.ends_with(text), "{seen}");
        }
        let mut http2 = connect(address).await;
        let response = http2
            .send_request(get("/api/v1/orders", KEY))
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let text = response.into_body().collect().await.unwrap().to_bytes();
        assert!(
            text.starts_with(b"contract-tests proxy: all 64 "),
            "{text:?}"
        );
        drop(hanging.pop());
        let served = async {
            // The proxy notices only now that a client has left.
            while !raw_until_served(address, &mut requests).await {}
        };
        served.await;
    };
    let passed = with_proxy(server, short, clients);
    let ((), traffic) = timeout(PATIENCE, passed).await.expect("all learn it");
    let warnings = &traffic.counts.warnings;
    let expected = "refused by the proxy with 503: all 64 that it serves had open requests";
    assert!(
        warnings.iter().any(|warning| warning.contains(expected)),
        "{warnings:?}"
    );
}

/// Sends a request; returns whether the server has received it.
async fn raw_until_served(
    address: SocketAddr,
    requests: &mut tokio_mpsc::UnboundedReceiver<TcpStream>,
) -> bool {
    let sent = request("/");
    tokio::select! {
        seen = raw(address, &sent) => {
            assert!(seen.is_empty() || seen.starts_with("HTTP/1.1 503 "), "{seen}");
            false
        }
        Some(_) = requests.recv() => true,
    }
}

/// The HTTP library reads no more while the first request waits.
#[tokio::test]
async fn client_that_has_left_keeps_no_place_although_it_sent_more() {
    let (server, mut requests) = silent_server().await;
    let get = b"GET /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n";
    let client = async |address| {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(get).await.unwrap();
        let mut at_server = requests.recv().await.unwrap();
        client.write_all(get).await.unwrap();
        drop(client);
        let mut rest = Vec::new();
        at_server.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"");
    };
    let passed = with_proxy(server, ProxyOptions::default(), client);
    timeout(PATIENCE, passed).await.expect("it is disconnected");
}

/// Sends a request over HTTP/2, and reads until the connection ends, but only one byte of the body.
async fn read_one_byte(address: SocketAddr) {
    let mut bytes = PREFACE.to_vec();
    frame(&mut bytes, SETTINGS, 0, 0, WINDOW_OF_ONE);
    let head = block(&[
        (":method", "GET"),
        (":scheme", "http"),
        (":authority", "localhost"),
        (":path", "/api/v1/orders"),
    ]);
    frame(&mut bytes, HEADERS, WHOLE_REQUEST, 1, &head);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    while next_frame(&mut stream).await.is_some() {}
}

/// A server that closes its connection after a response over HTTP/2.
async fn closing_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let requested: Arc<Notify> = Arc::default();
        let seen = Arc::clone(&requested);
        let respond = service_fn(move |_| {
            seen.notify_one();
            async { Ok::<_, hyper::Error>(Response::new(Full::<Bytes>::from("{}"))) }
        });
        let builder = http2::Builder::new(TokioExecutor::new());
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), respond));
        tokio::select! {
            _ = connection.as_mut() => {}
            () = requested.notified() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    });
    address
}

#[tokio::test]
async fn disconnects_a_client_that_does_not_read_after_the_server_has_closed() {
    let server = closing_server().await;
    let passed = with_proxy(server, SHORT, async |address| {
        read_one_byte(address).await;
    });
    let ((), traffic) = timeout(PATIENCE, passed).await.expect("it is disconnected");
    assert_eq!(
        traffic.exit_code(),
        ExitCode::Violated,
        "{:?}",
        traffic.findings
    );
}
