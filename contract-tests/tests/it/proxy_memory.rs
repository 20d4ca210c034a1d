//! All connections of a proxy share a limited amount of memory.

use std::{
    convert::Infallible,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use contract_tests::{finding::redaction::Redacted, traffic::ProxyOptions};
use flate2::{Compression, write::GzEncoder};
use futures_util::{StreamExt, stream::FuturesUnordered};
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
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{hostile, proxy::with_proxy};

/// Maximum number of concurrent requests on a connection.
const STREAMS: usize = 32;
/// The target of requests that get a response.
const ANSWERED: &str = "/api/v1/orders?limit=1";
/// The length of a long header. Where there is no memory for another one, there is for a short head, but not for the head of
/// its response.
const LONG: usize = 14_500;
/// How long a test waits for what does not happen. No test takes that long on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

/// A server that reads each request to its end, and responds to few; also the number of those that it has read.
async fn silent_server() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let read = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let read = Arc::clone(&read);
            let service = service_fn(move |request| receive(request, Arc::clone(&read)));
            tokio::spawn(async move {
                let builder = auto::Builder::new(TokioExecutor::new());
                // The proxy ends the connection.
                let _ = builder
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    (address, count)
}

async fn receive(
    mut request: Request<Incoming>,
    read: Arc<AtomicUsize>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_answered = request.uri().path_and_query().unwrap() == ANSWERED;
    while let Some(Ok(_)) = request.frame().await {}
    read.fetch_add(1, Ordering::Relaxed);
    if !is_answered {
        std::future::pending::<()>().await;
    }
    let response = Response::builder().header("x-long", "x".repeat(LONG));
    Ok(response.body(Full::from("{}")).unwrap())
}

async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    tokio::spawn(connection);
    sender
}

fn request(target: &str, header: &str, body: Bytes) -> Request<Full<Bytes>> {
    Request::post(format!("http://localhost{target}"))
        .header("x-long", header)
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn refuses_requests_while_there_is_no_memory_for_their_heads() {
    let (server, _) = silent_server().await;
    let clients = async |address| {
        let long = "x".repeat(LONG);
        let (mut clients, mut responses) = (Vec::new(), FuturesUnordered::new());
        let mut client = connect(address).await;
        let mut ask = async || {
            let response = client.send_request(request(ANSWERED, "", Bytes::new()));
            response.await.unwrap().status()
        };
        // In the end, there still is memory for a short head, but not for that of its response. On a busy machine, earlier requests
        // end before that, and further ones take their memory.
        while clients.len() < 30 || ask().await != StatusCode::BAD_GATEWAY {
            let mut client = connect(address).await;
            let send = |_| client.send_request(request("/api/v1/orders", &long, Bytes::new()));
            responses.extend((0..STREAMS).map(send));
            clients.push(client);
        }
        let refused = responses.next().await.unwrap().unwrap();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        let text = refused.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(
            text,
            "contract-tests proxy: open requests take 55 MiB, the maximum; send fewer concurrently\n"
        );
        drop((clients, responses));
        // The proxy notices the end of one connection after the other.
        while ask().await != StatusCode::OK {}
    };
    let passed = with_proxy(server, ProxyOptions::default(), clients);
    let ((), traffic) = timeout(PATIENCE, passed).await.expect("it refuses some");
    let warnings = &traffic.counts.warnings;
    for reported in [
        "refused by the proxy with 503",
        "replaced by the proxy with 502",
    ] {
        let warns = |warning: &Redacted| warning.contains(reported);
        assert!(warnings.iter().any(warns), "{warnings:?}");
    }
}

/// The program as a proxy. If its test fails, it is killed.
pub(crate) struct ProxyProcess(Child);

impl Drop for ProxyProcess {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A proxy on a free port with these arguments, and its address.
pub(crate) fn proxy(server: SocketAddr, arguments: &[&str]) -> (ProxyProcess, SocketAddr) {
    let program = Command::new(env!("CARGO_BIN_EXE_contract-tests"));
    start(program, server, arguments)
}

/// A proxy whose process may have this many descriptors.
pub(crate) fn proxy_with_descriptors(max: u32, server: SocketAddr) -> (ProxyProcess, SocketAddr) {
    let mut shell = Command::new("/bin/sh");
    shell
        .arg("-c")
        .arg(format!(r#"ulimit -n {max} && exec "$0" "$@""#));
    shell.arg(env!("CARGO_BIN_EXE_contract-tests"));
    start(shell, server, &[])
}

fn start(
    mut program: Command,
    server: SocketAddr,
    arguments: &[&str],
) -> (ProxyProcess, SocketAddr) {
    let child = program
        .args(["proxy", "--listen", "127.0.0.1:0", "--to"])
        .arg(format!("http://{server}/api/v1"))
        .args(arguments)
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut proxy = ProxyProcess(child);
    let stderr = proxy.0.stderr.as_mut();
    let mut line = String::new();
    let mut stderr = BufReader::with_capacity(1, stderr.unwrap());
    stderr.read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("the API is at http://");
    let address = address.and_then(|base| base.strip_suffix("/api/v1"));
    (proxy, address.expect(&line).parse().unwrap())
}

/// The copies of all bodies would take 320 MiB.
#[tokio::test(flavor = "multi_thread")]
async fn forwards_bodies_that_it_has_no_memory_to_judge() {
    let connections = 5;
    let (server, read) = silent_server().await;
    let (proxy, address) = proxy(server, &[]);
    let body = Bytes::from(vec![b' '; 2 << 20]);
    let mut open = Vec::new();
    for _ in 0..connections {
        let mut client = connect(address).await;
        for _ in 0..STREAMS {
            open.push(client.send_request(request("/api/v1/orders", "", body.clone())));
        }
    }
    let all_are_read = async {
        while read.load(Ordering::Relaxed) < connections * STREAMS {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, all_are_read)
        .await
        .expect("all are forwarded");
    let report = report(proxy);
    assert!(
        report.contains("bodies forwarded, but not judged: the proxy keeps at most 48 MiB"),
        "{report}"
    );
}

/// Asserts that a proxy has used little memory, ends it, and returns its report.
pub(crate) fn report(mut proxy: ProxyProcess) -> String {
    let pid = proxy.0.id().to_string();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let peak = hostile::peak_in(&status).unwrap();
    assert!(peak < hostile::MAX_MEMORY, "{peak} KiB");
    let ended = Command::new("kill").args(["-INT", &pid]).status();
    assert!(ended.unwrap().success());
    let mut stdout = proxy.0.stdout.take().unwrap();
    let (sender, report) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let read = stdout.read_to_string(&mut text).map(|_| text);
        sender.send(read).unwrap();
    });
    // Nobody reads standard error.
    report.recv_timeout(PATIENCE).expect("it ends").unwrap()
}

/// The values of the body would take 3 GiB.
#[tokio::test(flavor = "multi_thread")]
async fn does_not_judge_a_body_of_millions_of_values() {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
    write!(zipped, "[{}0]", r#"{"":1},"#.repeat(2_300_000)).unwrap();
    let zipped = Bytes::from(zipped.finish().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let served = zipped.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let respond = service_fn(move |_| {
            let response = Response::builder()
                .header("content-type", "application/json")
                .header("content-encoding", "gzip")
                .body(Full::new(served.clone()));
            async move { response }
        });
        let builder = auto::Builder::new(TokioExecutor::new());
        let _ = builder
            .serve_connection(TokioIo::new(stream), respond)
            .await;
    });
    let (proxy, address) = proxy(server, &[]);
    let mut client = connect(address).await;
    let response = client.send_request(request(ANSWERED, "", Bytes::new()));
    let body = response.await.unwrap().into_body().collect().await;
    assert_eq!(body.unwrap().to_bytes(), zipped);
    let report = report(proxy);
    let warning = "1 body not judged: more than 24 MiB as JSON values";
    assert!(report.contains(warning), "{report}");
}
