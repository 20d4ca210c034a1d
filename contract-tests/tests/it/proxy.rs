//! The proxy changes nothing: bytes, ends of connections and HTTP versions are forwarded unchanged.

use std::{
    io::{self, Write},
    net::SocketAddr,
    time::Duration,
};

use bytes::Bytes;
use contract_tests::traffic::{Deadlines, Finding, Options, Proxy, ProxyOptions, TrafficResult};
use flate2::{Compression, write::GzEncoder};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::target::start_faithful;

/// Maximum number of connections of a proxy.
pub(crate) const PLACES: usize = 64;
const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxproxy1";

/// Runs a client through a proxy in front of a server; the proxy stops when the client is done.
pub(crate) async fn with_proxy<T>(
    server: SocketAddr,
    conduct: ProxyOptions,
    client: impl AsyncFnOnce(SocketAddr) -> T,
) -> (T, TrafficResult) {
    with_proxy_and(server, conduct, |_| {}, client).await
}

/// The same; `on_finding` receives all findings.
pub(crate) async fn with_proxy_and<T>(
    server: SocketAddr,
    conduct: ProxyOptions,
    on_finding: impl Fn(&Finding) + Send + Sync + 'static,
    client: impl AsyncFnOnce(SocketAddr) -> T,
) -> (T, TrafficResult) {
    let to = format!("http://{server}/api/v1").parse().unwrap();
    let free = "127.0.0.1:0".parse().unwrap();
    let options = Options::default();
    let proxy = Proxy::open(free, to, options, conduct, Box::new(on_finding));
    let proxy = proxy.await.unwrap();
    let base = proxy.base_url().unwrap();
    let address = base
        .trim_start_matches("http://")
        .trim_end_matches("/api/v1");
    let address = address.parse().unwrap();
    let (done, end) = oneshot::channel();
    let client = async {
        let seen = client(address).await;
        done.send(()).unwrap();
        seen
    };
    tokio::join!(client, proxy.run(async { end.await.unwrap() }))
}

/// A server that reads one request of `length` bytes, sends these bytes as the response, and ends.
async fn server(length: usize, response: Vec<u8>) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = vec![0; length];
        stream.read_exact(&mut heard).await.unwrap();
        stream.write_all(&response).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        heard.extend(rest);
        heard
    });
    (address, heard)
}

/// Sends bytes and reads until the connection ends.
pub(crate) async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    // After a reset, everything has been received.
    let _ = stream.read_to_end(&mut response).await;
    String::from_utf8_lossy(&response).into_owned()
}

/// What a server and a client receive through a proxy, and the result of the judge.
async fn passed(request: &str, response: &[u8]) -> (String, String, TrafficResult) {
    let (server, heard) = server(request.len(), response.to_vec()).await;
    let (seen, traffic) = with_proxy(server, ProxyOptions::default(), async |address| {
        raw(address, request).await
    })
    .await;
    let heard = String::from_utf8(heard.await.unwrap()).unwrap();
    (heard, seen, traffic)
}

#[tokio::test]
async fn forwards_requests_and_responses_byte_for_byte() {
    let get = "GET /api/v1//orders/%6F/../x%2Fy?limit=%31&q=[a]|%zz HTTP/1.1\r\nHost: stranger.example:1\r\n\
               X-oDD-Case:  spaced\r\nAccept-Encoding: br\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nX-Twice: 1\r\n\
               X-Twice: 2\r\n\r\n";
    let get = get.replace(":  ", ": ");
    let response = "HTTP/1.1 200 Fine\r\nX-UPPER: a\r\nsErVer: s\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    let (heard, seen, _) = passed(&get, response.as_bytes()).await;
    assert_eq!((&*heard, &*seen), (&*get, response));

    let post = "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: Digest\r\n\
                Content-Type: application/json\r\n\r\n2\r\n{}\r\n0\r\nDigest: d\r\n\r\n";
    let (heard, _, traffic) = passed(post, response.as_bytes()).await;
    assert_eq!(heard.to_lowercase(), post.to_lowercase());
    assert_eq!(traffic.counts.exchanges, 1);
}

#[tokio::test]
async fn closes_the_client_connection_when_the_server_closes_its_own() {
    let get = "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n";
    let (_, seen, traffic) = passed(get, b"").await;
    assert_eq!((&*seen, traffic.counts.unanswered), ("", 1));
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"orders\":";
    let (_, seen, traffic) = passed(get, cut.as_bytes()).await;
    assert_eq!((&*seen, traffic.counts.without_body), (cut, 1));
    let kept_open = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let (_, seen, _) = passed(get, kept_open.as_bytes()).await;
    assert_eq!(seen, kept_open, "it does not say so, and closes");
}

pub(crate) const SHORT: ProxyOptions = ProxyOptions {
    tell_caller: false,
    allow_control: false,
    deadlines: Deadlines {
        head: Duration::from_millis(200),
        idle: Duration::from_millis(300),
        stall: Duration::from_millis(250),
        place: Duration::from_millis(100),
        judge: Duration::from_secs(3),
    },
};

/// A client that stalls anywhere is disconnected: the number of connections is limited.
#[tokio::test]
async fn disconnects_a_client_that_stalls() {
    let server = start_faithful().await;
    let get = "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n";
    let post = format!(
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{{\"a\""
    );
    for (begun, answered) in [
        ("", ""),
        ("GET /api/v1/orders HTTP/1.1\r\nHo", ""),
        ("PRI * HTTP/2.0\r\n\r\n", ""),
        (&post, ""),
        (get, "HTTP/1.1 401 "),
        (&*format!("{get}GET /"), "HTTP/1.1 401 "),
    ] {
        let (seen, _) = with_proxy(server, SHORT, async |address| raw(address, begun).await).await;
        assert_eq!(seen.is_empty(), answered.is_empty(), "{begun:?}: {seen}");
        assert!(seen.starts_with(answered), "{begun:?}: {seen}");
    }
}

/// Connections in use stay, and so do those that have had a response, even if they have been idle for longest.
#[tokio::test]
async fn connection_idle_longest_makes_room_when_all_places_are_taken() {
    let get = "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n";
    let response = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let patient = ProxyOptions {
        deadlines: Deadlines {
            head: Duration::from_hours(1),
            idle: Duration::from_hours(1),
            stall: Duration::from_hours(1),
            place: Duration::from_hours(1),
            judge: Duration::from_hours(1),
        },
        ..ProxyOptions::default()
    };
    let mut buffer = [0; 1_024];
    let read = async |stream: &mut TcpStream, buffer: &mut [u8]| {
        let length = stream.read(buffer).await.unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    let clients = async |address| {
        let mut busy = TcpStream::connect(address).await.unwrap();
        busy.write_all(get.as_bytes()).await.unwrap();
        let (mut waits_for_busy, _) = listener.accept().await.unwrap();
        read(&mut waits_for_busy, &mut buffer).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(get.as_bytes()).await.unwrap();
        let (mut waits_for_first, _) = listener.accept().await.unwrap();
        read(&mut waits_for_first, &mut buffer).await;
        waits_for_first
            .write_all(response.as_bytes())
            .await
            .unwrap();
        assert_eq!(read(&mut first, &mut buffer).await, response);
        let mut idle = Vec::new();
        // More than there are places.
        for _ in 0..200 {
            idle.push(TcpStream::connect(address).await.unwrap());
        }
        let mut last = TcpStream::connect(address).await.unwrap();
        last.write_all(get.as_bytes()).await.unwrap();
        let (mut waits_for_last, _) = listener.accept().await.unwrap();
        read(&mut waits_for_last, &mut buffer).await;
        waits_for_last.write_all(response.as_bytes()).await.unwrap();
        assert_eq!(read(&mut last, &mut buffer).await, response);
        waits_for_busy.write_all(response.as_bytes()).await.unwrap();
        assert_eq!(read(&mut busy, &mut buffer).await, response);
        let (ended, open) = idle.split_at_mut(203 - PLACES);
        for (number, connection) in ended.iter_mut().enumerate() {
            assert_eq!(read(connection, &mut buffer).await, "", "{number}");
        }
        for connection in open.iter().chain([&first]) {
            let still_open = connection.try_read(&mut [0]).unwrap_err();
            assert_eq!(still_open.kind(), io::ErrorKind::WouldBlock);
        }
    };
    let passed = with_proxy(server, patient, clients);
    let passed = tokio::time::timeout(Duration::from_mins(1), passed);
    passed.await.expect("a place became free");
}

/// The response is far larger than the buffers of the kernel and the proxy.
#[tokio::test]
async fn disconnects_a_client_that_does_not_read() {
    let get = "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n";
    let length = 64 << 20;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    let response = [head.as_bytes(), &vec![b' '; length]].concat();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let sent = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut vec![0; get.len()]).await.unwrap();
        stream.write_all(&response).await
    });
    let (sent, _) = with_proxy(address, SHORT, async |proxy| {
        let mut stream = TcpStream::connect(proxy).await.unwrap();
        stream.write_all(get.as_bytes()).await.unwrap();
        let sent = sent.await.unwrap();
        drop(stream);
        sent
    })
    .await;
    assert!(sent.is_err(), "the server was kept waiting, too");
}

#[tokio::test]
async fn allows_slow_servers_more_time_than_clients() {
    let get = "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut vec![0; get.len()]).await.unwrap();
        for part in [&response[..50], &response[50..]] {
            // Meanwhile, two other clients are disconnected.
            for _ in 0..2 {
                raw_request_to_proxy(SHORT).await;
            }
            stream.write_all(part.as_bytes()).await.unwrap();
        }
    });
    let (seen, _) = with_proxy(address, SHORT, async |address| raw(address, get).await).await;
    assert_eq!(seen, response);
}

/// A client that is disconnected because it sends nothing.
async fn raw_request_to_proxy(conduct: ProxyOptions) {
    let nowhere = "127.0.0.1:1".parse().unwrap();
    let (seen, _) = with_proxy(nowhere, conduct, async |address| raw(address, "").await).await;
    assert_eq!(seen, "");
}

#[tokio::test]
async fn does_not_repair_host_headers() {
    for hosts in [
        "",
        "Host: a\r\nHost: a\r\n",
        "Host: a\r\nHost: b\r\n",
        "Host: a b\r\n",
    ] {
        let request = format!("GET /api/v1/orders HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        let server = start_faithful().await;
        let (seen, traffic) = with_proxy(server, ProxyOptions::default(), async |address| {
            raw(address, &request).await
        })
        .await;
        assert!(
            seen.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{hosts:?}: {seen}"
        );
        assert_eq!(traffic.counts.exchanges, 0);
    }
}

#[tokio::test]
async fn forwards_the_control_api_only_if_enabled_and_keeps_its_guard() {
    let server = start_faithful().await;
    let status = async |host: &str, path: &str, headers: &str, allow_control| {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
        let conduct = ProxyOptions {
            allow_control,
            ..ProxyOptions::default()
        };
        let (seen, _) = with_proxy(server, conduct, async |address| {
            raw(address, &request.replace("PROXY", &address.to_string())).await
        })
        .await;
        seen.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    for path in [
        "/_mock/fidelity",
        "/%5fmock/fidelity",
        "/x/../_mock/fidelity",
    ] {
        assert_eq!(status("PROXY", path, "", false).await, "403", "{path}");
    }
    let control = "/_mock/fidelity";
    assert_eq!(status("PROXY", control, "", true).await, "200");
    assert_eq!(status("stranger.example", control, "", true).await, "401");
    let origin = "Origin: http://stranger.example\r\n";
    assert_eq!(status("PROXY", control, origin, true).await, "401");
}

#[tokio::test]
async fn judges_http_2_with_prior_knowledge() {
    let server = start_faithful().await;
    let (status, traffic) = with_proxy(server, ProxyOptions::default(), async |address| {
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
            .await
            .unwrap();
        tokio::spawn(connection);
        let request = http::Request::get(format!("http://{address}/api/v1/orders?limit=1"))
            .version(http::Version::HTTP_2)
            .header("authorization", format!("Bearer {KEY}"))
            .body(Empty::<Bytes>::new());
        let response = sender.send_request(request.unwrap()).await.unwrap();
        let status = response.status();
        assert_eq!(response.version(), http::Version::HTTP_2);
        response.into_body().collect().await.unwrap();
        status
    })
    .await;
    assert_eq!(status, 200);
    let counts = &traffic.counts;
    assert_eq!((counts.requests.right, counts.answers.right), (1, 1));
}

#[tokio::test]
async fn judges_compressed_responses_and_forwards_them_unchanged() {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    zipped.write_all(b"{\"orders\": 1}").unwrap();
    let zipped = zipped.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        zipped.len()
    );
    let response = [head.as_bytes(), &zipped].concat();
    let get = "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n";
    let (heard, seen, traffic) = passed(get, &response).await;
    assert_eq!(heard, get);
    assert_eq!(seen, String::from_utf8_lossy(&response));
    let broken = traffic
        .findings
        .iter()
        .any(|finding| finding.id == "PRV-SCHEMA");
    assert!(broken, "{:?}", traffic.findings);
}
