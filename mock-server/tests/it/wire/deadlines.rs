//! Connections that make no progress, and which of them are closed when all places are taken. tokio's clock is paused here
//! and advances whenever all tasks wait, so that minutes pass at once.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use h2::client;
use http::Request;
use mock_server::{App, Config, Deadlines, Server, Settings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Builder,
    time::{Instant, timeout},
};

use super::{KEY, head};
use crate::test_app;

/// Longer than any deadline.
const LONG: Duration = Duration::from_mins(10);
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

fn run(settings: &str, test: impl AsyncFnOnce(SocketAddr)) {
    let app = test_app::app(&format!("port = 0\n{settings}"));
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let server = Server::bind(app).await.unwrap();
        let address = server.address().unwrap();
        tokio::spawn(server.run(std::future::pending()));
        test(address).await;
    });
}

async fn connect(address: SocketAddr, bytes: impl AsRef<[u8]>) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_ref()).await.unwrap();
    stream
}

/// The bytes until the connection ends, and the time that takes.
#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is the question"
)]
async fn end(stream: &mut TcpStream) -> (String, Duration) {
    let (begun, mut bytes) = (Instant::now(), Vec::new());
    let read = timeout(LONG, stream.read_to_end(&mut bytes)).await;
    read.expect("it is not closed").unwrap();
    (
        String::from_utf8_lossy(&bytes).into_owned(),
        begun.elapsed(),
    )
}

#[track_caller]
fn is(took: Duration, seconds: u64, what: &str) {
    let seconds = Duration::from_secs(seconds);
    let about = seconds..seconds + Duration::from_secs(1);
    assert!(about.contains(&took), "{what}: {took:?}");
}

/// The value of a metric.
async fn metric(address: SocketAddr, name: &str) -> u64 {
    let request = head("GET /_mock/metrics") + "Connection: close\r\n\r\n";
    let (text, _) = end(&mut connect(address, request).await).await;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name}: {text}"))
        .trim()
        .parse()
        .unwrap()
}

#[test]
fn closes_a_connection_without_progress() {
    run("", async |address| {
        let post = head("POST /api/v1/orders") + "Content-Type: application/json\r\n";
        for (bytes, seconds) in [
            (&b""[..], 10),
            (b"PRI * HTTP/2.0\r\n\r\nS", 30),
            (b"P", 30),
            (HTTP_2, 30),
            (b"GET /api/v1/orders HTTP/1.1\r\nHost: a\r\n", 30),
            (post.as_bytes(), 30),
            (b"\r\n", 30),
            ((head("GET /_mock/health") + "\r\n").as_bytes(), 60),
            ((head("GET /api/v1/orders") + "\r\n").as_bytes(), 60),
        ] {
            let (text, took) = end(&mut connect(address, bytes).await).await;
            is(took, seconds, &text);
        }
        for (reason, count) in [("first_byte", 1), ("head", 6), ("idle", 2), ("write", 0)] {
            let name = format!("mock_server_connections_closed_total{{reason=\"{reason}\"}}");
            assert_eq!(metric(address, &name).await, count, "{reason}");
        }
    });
}

#[test]
fn closes_a_connection_without_a_whole_handshake() {
    run("tls = true", async |address| {
        for bytes in [&b""[..], b"\x16", b"\x16\x03\x01\x02\x00\x01"] {
            let (_, took) = end(&mut connect(address, bytes).await).await;
            is(took, 10, "handshake");
        }
    });
}

#[test]
fn does_not_wait_for_a_head_sent_byte_by_byte() {
    run("", async |address| {
        let mut stream = connect(address, "G").await;
        let mut closed = 0;
        for byte in b"ET /api/v1/orders HTTP/1.1" {
            if timeout(Duration::from_secs(4), stream.read_u8())
                .await
                .is_ok()
            {
                closed += 1;
                break;
            }
            stream.write_all(&[*byte]).await.unwrap();
        }
        assert_eq!(closed, 1);
    });
}

#[test]
fn missing_body_is_408_at_every_path() {
    run("", async |address| {
        let json = "Content-Type: application/json\r\n";
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        for (target, kind) in [
            ("POST /api/v1/orders", json),
            ("POST /_mock/organizations", json),
            ("PUT /_mock/organizations/self/snapshot", json),
            ("POST /_mock/addresses", json),
            ("POST /oauth/token", form),
            ("POST /oauth/revoke", form),
        ] {
            let request = head(target) + kind + "Content-Length: 100\r\n\r\n{";
            let (text, took) = end(&mut connect(address, request).await).await;
            assert!(text.starts_with("HTTP/1.1 408 "), "{target}: {text}");
            is(took, 30, target);
        }
    });
}

#[test]
fn drops_a_response_that_nobody_reads() {
    run("", async |address| {
        let many = (head("GET /openapi.json") + "\r\n").repeat(100);
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        stream.write_all(many.as_bytes()).await.unwrap();
        let write = "mock_server_connections_closed_total{reason=\"write\"}";
        let mut waited = 0;
        while metric(address, write).await == 0 {
            assert!(
                timeout(Duration::from_secs(5), std::future::pending::<()>())
                    .await
                    .is_err()
            );
            waited += 5;
            assert!(waited < 60);
        }
        assert!((30..40).contains(&waited), "{waited}");
    });
}

/// On the real clock, with short deadlines: the library's client has timers of its own.
#[test]
fn drops_a_stream_that_nobody_reads() {
    let settings: Settings = toml::from_str("port = 0").unwrap();
    let write = Duration::from_millis(100);
    let config = Config {
        deadlines: Deadlines {
            write,
            ..Deadlines::default()
        },
        ..Config::from(settings)
    };
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::bind(App::new(config).unwrap()).await.unwrap();
        let address = server.address().unwrap();
        tokio::spawn(server.run(std::future::pending()));
        let stream = connect(address, "").await;
        let mut builder = client::Builder::new();
        let handshake = builder.initial_window_size(0).handshake::<_, Bytes>(stream);
        let (mut sender, connection) = handshake.await.unwrap();
        let ended = tokio::spawn(connection);
        let request = Request::get("http://localhost/api/v1/orders")
            .header("authorization", format!("Bearer {KEY}"));
        let (response, _) = sender
            .send_request(request.body(()).unwrap(), true)
            .unwrap();
        // Kept alive, since a dropped stream is reset.
        let response = response.await.unwrap();
        assert_eq!(response.status(), 200);
        let patience = Duration::from_secs(5);
        assert!(timeout(patience, ended).await.is_ok());
        let write = "mock_server_connections_closed_total{reason=\"write\"}";
        assert_eq!(metric(address, write).await, 1);
    });
}

#[test]
fn keeps_connections_held_by_a_fault() {
    run("", async |address| {
        let fault =
            |fault: &str| head("GET /api/v1/orders") + &format!("X-Mock-Fault: {fault}\r\n\r\n");
        for held in ["hang", "stall", "stall;after=0"] {
            let mut stream = connect(address, fault(held)).await;
            assert!(timeout(LONG, stream.read_u8()).await.is_err(), "{held}");
        }
        let mut stream = connect(address, fault("drip;bytes=1;every=2m")).await;
        for byte in b"HTTP/1.1" {
            assert_eq!(
                timeout(LONG, stream.read_u8()).await.unwrap().unwrap(),
                *byte
            );
        }
        let mut stream = connect(address, fault("linger;by=5m")).await;
        let (text, took) = end(&mut stream).await;
        assert!(text.ends_with('}'));
        is(took, 300, "linger");
    });
}

#[test]
fn serves_new_connections_when_all_places_are_taken() {
    run("max_connections = 3", async |address| {
        let call = head("GET /api/v1/orders") + "\r\n";
        let mut normal = connect(address, "").await;
        let mut silent = Vec::new();
        for _ in 0..10 {
            silent.push(connect(address, "").await);
            normal.write_all(call.as_bytes()).await.unwrap();
            let mut line = [0; 15];
            normal.read_exact(&mut line).await.unwrap();
            assert_eq!(&line, b"HTTP/1.1 200 OK");
            let mut rest = vec![0; 100_000];
            while !rest.ends_with(b"}") {
                rest.clear();
                normal.read_buf(&mut rest).await.unwrap();
            }
        }
        for stream in &mut silent[..7] {
            is(end(stream).await.1, 0, "it made room");
        }
        let places = "mock_server_connections_closed_total{reason=\"places\"}";
        assert!(metric(address, places).await >= 8);
    });
}

#[test]
fn one_organization_cannot_hold_all_places() {
    run("max_connections = 4", async |address| {
        let hang = head("GET /api/v1/orders") + "X-Mock-Fault: hang\r\n\r\n";
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(connect(address, &hang).await);
        }
        let call = head("GET /api/v1/orders") + "Connection: close\r\n\r\n";
        for _ in 0..3 {
            let (text, _) = end(&mut connect(address, &call).await).await;
            assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        }
        let first = end(&mut held[0]).await;
        assert_eq!(first.0, "");
        // The others are within its share, and stay open.
        assert!(timeout(LONG, held[3].read_u8()).await.is_err());
    });
}

#[test]
fn connections_of_a_client_can_be_limited() {
    let settings = "max_connections_per_client = 2";
    run(settings, async |address| {
        let mut open = [connect(address, "").await, connect(address, "").await];
        let call = head("GET /api/v1/orders") + "Connection: close\r\n\r\n";
        let (text, _) = end(&mut connect(address, &call).await).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        is(end(&mut open[0]).await.1, 0, "it made room");
        is(end(&mut open[1]).await.1, 10, "it did not");
    });
}
