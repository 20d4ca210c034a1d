//! Whatever clients and servers send, a proxy stays within its memory.

use std::{
    convert::Infallible,
    mem,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use contract_tests::traffic::ProxyOptions;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::http2::{self, SendRequest},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use parking_lot::Mutex;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};

use crate::{
    proxy::with_proxy,
    proxy_memory::{PATIENCE, proxy, proxy_with_descriptors, report},
    raw_http2::{
        HEADERS, PING, PREFACE, SETTINGS, WHOLE_REQUEST, WINDOW_UPDATE, block, frame, next_frame,
    },
};

/// Number of hostile connections, and of requests on each: the maximum of both, but for a place.
const CONNECTIONS: usize = 63;
const REQUESTS: u32 = 32;
/// Number of requests that a client sends without knowing the maximum.
const MANY_REQUESTS: u32 = 100;
/// A key without a violation.
const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxproxy2";
/// The size of a large response: two parts of it fit into what is sent before it is read.
const LARGE: usize = 48 * 1024;
/// The largest head that this server and these clients take: more than the proxy does.
const MAX_HEAD: u32 = 64 * 1024;

/// A server that responds to every request with what `respond` returns; also the number of its requests.
pub(crate) async fn server(
    respond: impl Fn(&Request<Incoming>) -> Response<Full<Bytes>> + Clone + Send + 'static,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (respond, counted) = (respond.clone(), Arc::clone(&counted));
            let service = service_fn(move |request| {
                counted.fetch_add(1, Ordering::Relaxed);
                let response = respond(&request);
                async move { Ok::<_, Infallible>(response) }
            });
            stream.set_nodelay(true).unwrap();
            tokio::spawn(async move {
                let mut builder = auto::Builder::new(TokioExecutor::new());
                builder.http2().max_header_list_size(MAX_HEAD);
                // The proxy ends the connection.
                let _ = builder
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    (address, count)
}

/// A client that reads heads, and bodies only as far as it is asked to.
pub(crate) async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(16 * 1024)
        .initial_connection_window_size(4 * 1024 * 1024)
        .max_header_list_size(MAX_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    sender
}

pub(crate) fn get(target: &str, key: &str) -> Request<Full<Bytes>> {
    Request::get(format!("http://localhost{target}"))
        .header("authorization", format!("Bearer {key}"))
        .body(Full::default())
        .unwrap()
}

/// All bytes of a client that asks for more than it reads, with a new URL and key in each request.
fn greedy(client: usize) -> Vec<u8> {
    let mut bytes = PREFACE.to_vec();
    let window = 1_u32 << 30;
    let initial_window = [&[0, 4][..], &window.to_be_bytes()].concat();
    frame(&mut bytes, SETTINGS, 0, 0, &initial_window);
    frame(&mut bytes, WINDOW_UPDATE, 0, 0, &window.to_be_bytes());
    for number in 0..REQUESTS {
        // Each URL is another one, and so are some keys and paths.
        let text = "x".repeat(2_000);
        let (path, key) = match number % 10 {
            0 => (format!("/api/v1/{client}/{number}"), "k".to_owned()),
            1 => (
                "/api/v1/orders".to_owned(),
                format!("{client}-{number}{text}"),
            ),
            _ => {
                let path = format!("/api/v1/orders?{client}={number}{text}");
                (path, "k".to_owned())
            }
        };
        let key = format!("Bearer {key}");
        let head = block(&[
            (":method", "GET"),
            (":scheme", "http"),
            (":authority", "localhost"),
            (":path", &path),
            ("authorization", &key),
        ]);
        frame(&mut bytes, HEADERS, WHOLE_REQUEST, 2 * number + 1, &head);
    }
    bytes
}

/// Sends the requests of a client that never reads.
async fn send_greedy(address: SocketAddr, client: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    // The proxy may have closed the connection for another one.
    let _ = stream.write_all(&greedy(client)).await;
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_do_not_read_do_not_exceed_its_memory() {
    let (server, count) = server(|_| {
        let response = Response::builder().status(422);
        let response = response.header("x-long", "x".repeat(10_000));
        response.body(Full::from(vec![b' '; LARGE])).unwrap()
    })
    .await;
    let (proxy, address) = proxy(server, &[]);
    let clients = (0..CONNECTIONS).map(|client| send_greedy(address, client));
    let clients = futures_util::future::join_all(clients);
    let clients = timeout(PATIENCE, clients).await.expect("it reads them");
    // Until the requests of others have been forwarded, too.
    let mut own = connect(address).await;
    let mut others = usize::MAX;
    let mut own_count = 0;
    while others != count.load(Ordering::Relaxed).saturating_sub(own_count) {
        others = count.load(Ordering::Relaxed).saturating_sub(own_count);
        for _ in 0..50 {
            let response = own.send_request(get("/api/v1/orders", "k")).await.unwrap();
            own_count += usize::from(response.status() != StatusCode::SERVICE_UNAVAILABLE);
            response.into_body().collect().await.unwrap();
        }
    }
    let report = report(proxy);
    assert!(report.contains("refused by the proxy with 503"), "{report}");
    drop(clients);
}

/// Sends requests whose heads take most memory, and waits until the proxy has decoded them.
async fn send_long_heads(address: SocketAddr) -> Option<TcpStream> {
    let mut bytes = PREFACE.to_vec();
    frame(&mut bytes, SETTINGS, 0, 0, &[]);
    let names: Vec<_> = ('a'..='z')
        .flat_map(|first| ('a'..='p').map(move |second| format!("{first}-{second}")))
        .collect();
    let key = format!("Bearer {KEY}");
    let own = [
        (":method", "GET"),
        (":scheme", "http"),
        (":authority", "localhost"),
        (":path", "/api/v1/orders"),
        ("authorization", &*key),
    ];
    let others = names.iter().map(|name| (&**name, ""));
    let head = block(&own.into_iter().chain(others).collect::<Vec<_>>());
    for number in 0..MANY_REQUESTS {
        frame(&mut bytes, HEADERS, WHOLE_REQUEST, 2 * number + 1, &head);
    }
    frame(&mut bytes, PING, 0, 0, &[0; 8]);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&bytes).await.ok()?;
    while next_frame(&mut stream).await?.kind != PING {}
    Some(stream)
}

/// Each head takes far more memory than its bytes. The server responds to none, and the clients leave again.
#[tokio::test(flavor = "multi_thread")]
async fn heads_that_nobody_waits_for_do_not_exceed_its_memory() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (proxy, address) = proxy(listener.local_addr().unwrap(), &[]);
    for _ in 0..4 {
        let clients = (0..CONNECTIONS).map(|_| send_long_heads(address));
        let clients = futures_util::future::join_all(clients);
        timeout(PATIENCE, clients).await.expect("it decodes them");
    }
    report(proxy);
}

/// A report that could not hide a key must not show what the server made of it, in whatever response.
#[tokio::test(flavor = "multi_thread")]
async fn many_long_keys_are_not_judged() {
    let last_key = Mutex::new("none".to_owned());
    let last_key = Arc::new(last_key);
    let (server, _) = server(move |request| {
        let key = request.headers()["authorization"].to_str().unwrap();
        let key = key.chars().skip("Bearer ".len()).take(12).collect();
        let last = mem::replace(&mut *last_key.lock(), key);
        let response = Response::builder()
            .status(404)
            .header("content-type", "application/json");
        let body = format!(r#"{{"code":"{last}","message":""}}"#);
        response.body(Full::from(body)).unwrap()
    })
    .await;
    let (proxy, address) = proxy(server, &[]);
    let mut client = connect(address).await;
    let key = |number: usize| format!("{number:03}{}", "k".repeat(10_000));
    for number in (0..600).chain([0]) {
        let response = client.send_request(get("/api/v1/orders", &key(number)));
        response.await.unwrap().into_body().collect().await.unwrap();
    }
    let report = report(proxy);
    assert!(report.contains(r#""none""#), "{report}");
    assert!(!report.contains(&key(599)[..12]), "{report}");
    assert!(
        report.contains("585 requests not judged: the report can hide"),
        "{report}"
    );
}

/// Idle clients could take all descriptors of the process.
#[tokio::test(flavor = "multi_thread")]
async fn idle_clients_leave_descriptors_for_others() {
    let (server, _) = server(|_| Response::new(Full::from("{}"))).await;
    let (_proxy, address) = proxy_with_descriptors(48, server);
    let mut idle = Vec::new();
    for _ in 0..48 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    let mut client = connect(address).await;
    let response = client.send_request(get("/api/v1/orders", KEY));
    let response = timeout(PATIENCE, response).await.expect("it has a place");
    assert_eq!(response.unwrap().status(), StatusCode::OK);
}

/// Findings are printed, and nobody reads them.
#[tokio::test(flavor = "multi_thread")]
async fn findings_that_nobody_reads_stop_no_traffic() {
    let report = report_of_unread_findings(&[]).await;
    assert!(report.contains("400 exchanges with the API"), "{report}");
}

/// The console text goes to standard error, too.
#[tokio::test(flavor = "multi_thread")]
async fn report_is_written_although_nobody_reads_findings() {
    let report = report_of_unread_findings(&["--report", "json=-"]).await;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["mode"], "proxy");
}

/// The error would be printed where the findings are.
#[tokio::test(flavor = "multi_thread")]
async fn report_that_cannot_be_written_does_not_wait_for_a_reader() {
    let report = report_of_unread_findings(&["--report", "json=/dev/full"]).await;
    assert!(report.contains("400 exchanges with the API"), "{report}");
}

/// The report of a proxy with these arguments, whose findings are more than a pipe holds.
async fn report_of_unread_findings(arguments: &[&str]) -> String {
    const REQUESTS: usize = 400;
    let (server, count) = server(|_| Response::new(Full::from("{}"))).await;
    let (proxy, address) = proxy(server, arguments);
    let mut client = connect(address).await;
    let requests = async {
        for number in 0..REQUESTS {
            let target = format!("/api/v1/{number}/{}", "x".repeat(300));
            let response = client.send_request(get(&target, "k")).await.unwrap();
            response.into_body().collect().await.unwrap();
        }
    };
    timeout(PATIENCE, requests)
        .await
        .expect("all are forwarded");
    assert_eq!(count.load(Ordering::Relaxed), REQUESTS);
    report(proxy)
}

/// A response that reports its violations is kept until it has been read.
#[tokio::test]
async fn responses_that_wait_to_be_read_take_memory() {
    // Each takes at least two mebibytes.
    const MOST: usize = 24;
    let body = Bytes::from(vec![b' '; 2 << 20]);
    let (server, _) = server(move |_| Response::new(Full::new(body.clone()))).await;
    let conduct = ProxyOptions {
        tell_caller: true,
        ..ProxyOptions::default()
    };
    let clients = async |address| {
        let mut client = connect(address).await;
        let mut ask = async || {
            let response = client.send_request(get("/api/v1/orders", KEY));
            response.await.unwrap()
        };
        let is_told =
            |response: &Response<Incoming>| response.headers().contains_key("x-contract-violation");
        let mut waiting = vec![ask().await];
        while is_told(waiting.last().unwrap()) {
            assert!(waiting.len() <= MOST, "all are kept");
            waiting.push(ask().await);
        }
        assert!(waiting.len() > 1, "none is kept");
        for response in waiting {
            let body = response.into_body().collect().await.unwrap();
            assert_eq!(body.to_bytes().len(), 2 << 20);
        }
        let response = ask().await;
        assert!(is_told(&response), "there is memory again");
        response.into_body().collect().await.unwrap();
    };
    let passed = with_proxy(server, conduct, clients);
    let ((), traffic) = timeout(PATIENCE, passed).await.expect("all are forwarded");
    let warnings = &traffic.counts.warnings;
    assert!(
        warnings[0].contains("forwarded, but not judged"),
        "{warnings:?}"
    );
}
