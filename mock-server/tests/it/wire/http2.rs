//! HTTP/2 faults, as an HTTP/2 client sees them.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use bytes::Bytes;
use h2::{
    Reason, RecvStream,
    client::{self, SendRequest},
};
use http::{Request, Response};
use serde_json::json;
use tokio::{net, runtime, task::JoinHandle};

use super::{KEY, WireServer, addresses, faults, head};

/// A connection, and the result of its end.
struct Http2 {
    sender: SendRequest<Bytes>,
    end: JoinHandle<Result<(), h2::Error>>,
}

impl Http2 {
    async fn to(server: &WireServer) -> Self {
        Self::at(server.address).await
    }

    async fn at(address: SocketAddr) -> Self {
        let stream = net::TcpStream::connect(address).await.unwrap();
        let (sender, connection) = client::handshake(stream).await.unwrap();
        Self {
            sender,
            end: tokio::spawn(connection),
        }
    }

    /// The response to a `GET` that requests a fault.
    async fn ask(&mut self, fault: &str) -> Result<Response<RecvStream>, h2::Error> {
        let request = Request::get("http://localhost:8000/api/v1/orders?limit=2")
            .header("authorization", format!("Bearer {KEY}"))
            .header("x-mock-fault", fault);
        self.send(request.body(()).unwrap()).await
    }

    async fn send(&mut self, request: Request<()>) -> Result<Response<RecvStream>, h2::Error> {
        let mut sender = self.sender.clone().ready().await?;
        sender.send_request(request, true).unwrap().0.await
    }
}

/// The received part of a body, and the error that ends it, if any.
async fn read(body: &mut RecvStream) -> (String, Option<h2::Error>) {
    let mut text = String::new();
    while let Some(part) = body.data().await {
        match part {
            Ok(part) => text.push_str(str::from_utf8(&part).unwrap()),
            Err(error) => return (text, Some(error)),
        }
    }
    (text, None)
}

fn run(test: impl AsyncFnOnce(&WireServer)) {
    let server = WireServer::start();
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(test(&server));
}

#[test]
fn the_journal_has_the_version_and_the_host() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        let answer = client.ask("json;set={\"/total\":7}").await.unwrap();
        let id = answer.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let path = format!("/_mock/organizations/self/journal/{id}");
        let mut control = server.connect();
        control.send(head(&format!("GET {path}")) + "\r\n");
        let record = control.answer_to("GET", &path).ok();
        assert_eq!(record["http_version"], "HTTP/2.0");
        let headers = record["request"]["headers"].as_array().unwrap();
        let host = json!({"name": ":authority", "value": "localhost:8000", "masked": false});
        assert_eq!(headers[0], host);
        assert_eq!(record["on_the_wire"]["status"], 200);
    });
}

#[test]
fn sends_goaway_after_the_response() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        let mut answer = client.ask("goaway;is=graceful").await.unwrap();
        let (text, error) = read(answer.body_mut()).await;
        assert!(text.ends_with('}') && error.is_none(), "{text} {error:?}");
        client.end.await.unwrap().unwrap();
        assert!(client.sender.ready().await.is_err());
    });
}

#[test]
fn closes_the_connection_without_goaway() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        let error = client.ask("goaway;is=enhance_your_calm").await.unwrap_err();
        assert!(error.is_go_away() && error.is_remote(), "{error:?}");
        assert_eq!(error.reason(), Some(Reason::ENHANCE_YOUR_CALM));
    });
}

#[test]
fn resets_a_stream_before_its_headers_and_keeps_the_connection() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        for (fault, reason) in [
            ("stream_reset", Reason::REFUSED_STREAM),
            (
                "stream_reset;reason=http_1_1_required",
                Reason::HTTP_1_1_REQUIRED,
            ),
            ("stream_reset;reason=cancel", Reason::CANCEL),
        ] {
            let error = client.ask(fault).await.unwrap_err();
            assert!(error.is_reset() && error.is_remote(), "{fault}: {error:?}");
            assert_eq!(error.reason(), Some(reason), "{fault}");
        }
        let answer = client.ask("latency;of=0s").await.unwrap();
        assert_eq!(answer.status(), 200);
    });
}

#[test]
fn rejects_a_head_that_is_too_large() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        let answer = client.ask(&"x".repeat(20_000)).await.unwrap();
        assert_eq!(answer.status(), 431);
    });
}

#[test]
fn request_has_at_most_100_headers() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        for (count, status) in [(100, 200), (101, 431)] {
            let mut request = Request::get("http://localhost:8000/api/v1/orders")
                .header("authorization", format!("Bearer {KEY}"));
            for _ in 1..count {
                request = request.header("x", "1");
            }
            let answer = client.send(request.body(()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), status);
        }
    });
}

#[test]
fn resets_a_stream_within_its_body() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        let fault = "stream_reset;after=10;reason=internal_error";
        let mut answer = client.ask(fault).await.unwrap();
        assert_ne!(answer.headers()["content-length"], "10");
        let (text, error) = read(answer.body_mut()).await;
        // A reset may discard bytes in transit.
        assert!(text.len() <= 10, "{text}");
        assert_eq!(error.unwrap().reason(), Some(Reason::INTERNAL_ERROR));
    });
}

#[test]
fn stalls_one_stream_only() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        let mut stalled = client.ask("stream_stall;after=10").await.unwrap();
        let first = stalled.body_mut().data().await.unwrap().unwrap();
        assert_eq!(first.len(), 10);
        let mut other = client.ask("latency;of=0s").await.unwrap();
        let (text, error) = read(other.body_mut()).await;
        assert!(text.ends_with('}') && error.is_none());
        let more = tokio::time::timeout(Duration::from_millis(100), stalled.body_mut().data());
        assert!(more.await.is_err());
    });
}

#[test]
fn connection_fault_ends_with_its_response() {
    run(async |server| {
        for fault in ["close;after=20000", "reset;after=20000"] {
            let mut client = Http2::to(server).await;
            for fault in [fault].into_iter().chain(["latency;of=1ms"; 30]) {
                let mut answer = client.ask(fault).await.unwrap();
                let (text, error) = read(answer.body_mut()).await;
                assert!(text.ends_with('}') && error.is_none(), "{fault}: {error:?}");
            }
        }
    });
}

#[test]
fn fault_needs_its_http_version() {
    run(async |server| {
        let mut client = Http2::to(server).await;
        for fault in [
            "chunks;are=bad_size",
            "early_hints",
            "idle_close",
            "half_close",
        ] {
            let mut answer = client.ask(fault).await.unwrap();
            assert_eq!(answer.status(), 400, "{fault}");
            let (text, _) = read(answer.body_mut()).await;
            let id = fault.split(';').next().unwrap();
            let says = format!("the fault `{id}` needs HTTP/1.1, but this request uses HTTP/2");
            assert!(text.contains(&says), "{text}");
        }
    });
    let server = WireServer::start();
    for fault in [
        "goaway;is=graceful",
        "stream_reset",
        "stream_stall",
        "flood;of=ping",
        "no_pong",
    ] {
        let seen = faults::seen(&server, fault).text;
        let says = "needs HTTP/2, but this request uses HTTP/1.1";
        assert!(
            seen.starts_with("HTTP/1.1 400") && seen.contains(says),
            "{seen}"
        );
    }
}

/// Types of frames.
const DATA: u8 = 0;
const PRIORITY: u8 = 2;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;

/// A connection, frame by frame.
struct Raw(TcpStream);

impl Raw {
    fn to(server: &WireServer) -> Self {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let patience = Some(Duration::from_millis(400));
        stream.set_read_timeout(patience).unwrap();
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap();
        let mut raw = Self(stream);
        raw.send(SETTINGS, 0, 0, b"");
        raw
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u8, body: &[u8]) {
        let length = u8::try_from(body.len()).unwrap();
        let head = [0, 0, length, kind, flags, 0, 0, 0, stream];
        // The server may already have closed the connection.
        let _ = self.0.write_all(&[&head[..], body].concat());
    }

    /// Sends a `GET` that requests a fault.
    fn ask(&mut self, fault: &str) {
        let key = format!("Bearer {KEY}");
        let fields = [
            (":method", "GET"),
            (":scheme", "http"),
            (":authority", "localhost"),
            (":path", "/api/v1/orders?limit=2"),
            ("authorization", &key),
            ("x-mock-fault", fault),
        ];
        // Literal fields, which need no dynamic table (RFC 7541, section 6.2.2).
        let mut block = Vec::new();
        for (name, value) in fields {
            block.push(0);
            for text in [name, value] {
                block.push(u8::try_from(text.len()).unwrap());
                block.extend_from_slice(text.as_bytes());
            }
        }
        self.send(1, 5, 1, &block);
    }

    /// The type and flags of all frames until nothing arrives for a while or the connection ends.
    fn frames(&mut self) -> Vec<(u8, u8)> {
        let (mut frames, mut head) = (Vec::new(), [0; 9]);
        while self.0.read_exact(&mut head).is_ok() {
            let [_, high, low, kind, flags, ..] = head;
            let mut body = vec![0; usize::from(high) << 8 | usize::from(low)];
            self.0.read_exact(&mut body).unwrap();
            frames.push((kind, flags));
        }
        frames
    }
}

fn count(frames: &[(u8, u8)], wanted: (u8, u8)) -> usize {
    frames.iter().filter(|frame| **frame == wanted).count()
}

#[test]
fn sends_surplus_frames_before_the_response() {
    let server = WireServer::start();
    let mut raw = Raw::to(&server);
    raw.ask("flood;of=ping;count=500");
    let frames = raw.frames();
    assert_eq!(count(&frames, (PING, 0)), 500);
    assert_eq!(count(&frames, (DATA, 1)), 1, "{frames:?}");
    let mut raw = Raw::to(&server);
    raw.ask("flood;of=settings;count=50");
    // The server's own settings are one more frame.
    assert_eq!(count(&raw.frames(), (SETTINGS, 0)), 51);
    // The server expects only one acknowledgement: a client that sends more ends the connection.
    for _ in 0..2 {
        raw.send(SETTINGS, 1, 0, b"");
    }
    assert_eq!(count(&raw.frames(), (GOAWAY, 0)), 1);
}

#[test]
fn flood_of_idle_frames_closes_the_connection() {
    let server = WireServer::start();
    for (kind, body) in [
        (PING, &b"whatever"[..]),
        (SETTINGS, b""),
        (PRIORITY, b"\0\0\0\0\x10"),
    ] {
        for (count, goodbyes) in [(900, 0), (2_000, 1)] {
            let mut raw = Raw::to(&server);
            for _ in 0..count {
                let stream = u8::from(kind == PRIORITY);
                raw.send(kind, 0, stream, body);
            }
            let frames = raw.frames();
            assert_eq!(count_of(&frames, GOAWAY), goodbyes, "{kind}");
        }
    }
}

/// The number of frames of a type.
fn count_of(frames: &[(u8, u8)], kind: u8) -> usize {
    frames.iter().filter(|frame| frame.0 == kind).count()
}

#[test]
fn answers_pings_or_not_as_configured() {
    let server = WireServer::start();
    for (fault, pongs) in [("latency;of=0s", 1), ("no_pong", 0)] {
        let mut raw = Raw::to(&server);
        raw.ask(fault);
        assert_eq!(count(&raw.frames(), (DATA, 1)), 1);
        raw.send(PING, 0, 0, b"whatever");
        assert_eq!(count(&raw.frames(), (PING, 1)), pongs, "{fault}");
    }
}

#[test]
fn single_request_address_announces_its_limit() {
    run(async |server| {
        let address = addresses::open_at(server, "one_stream");
        let mut client = Http2::at(address).await;
        // Its settings have arrived by then.
        for _ in 0..2 {
            let mut answer = client.ask("latency;of=1ms").await.unwrap();
            assert!(read(answer.body_mut()).await.0.ends_with('}'));
            assert_eq!(client.sender.current_max_send_streams(), 1);
        }
        let mut whole = Http2::to(server).await;
        whole.ask("latency;of=1ms").await.unwrap();
        assert!(whole.sender.current_max_send_streams() > 1);
    });
}
