//! Bodies count in the memory of the server while they are received or sent, and no longer.

use bytes::Bytes;
use h2::client;
use http::Request;
use tokio::{net::TcpStream, runtime};

use super::{WireServer, connection::Connection, head};

/// A document of several parts.
const DOCUMENT: &str = "/openapi.json";
const PART: usize = 64 * 1024;
/// How much of a response its client takes before it has read any.
const WINDOW: u32 = 20_000;
/// The head of a request, and its entry in the journal, take less.
const SMALL: usize = 8 * 1024;

/// A server that keeps no bodies in its journal, and a connection to ask it for its memory.
fn start() -> (WireServer, Connection) {
    let server = WireServer::with("capture = \"off\"");
    let mut control = server.connect();
    let request = head("GET /api/v1/orders") + "\r\n";
    control
        .send(request)
        .answer_to("GET", "/api/v1/orders")
        .ok();
    (server, control)
}

/// The memory in use, in bytes.
fn used(control: &mut Connection) -> usize {
    let request = head("GET /_mock/metrics") + "\r\n";
    let metrics = control.send(request).unchecked_body();
    let mut lines = metrics.lines();
    let used = lines.find_map(|line| line.strip_prefix("mock_server_memory_bytes "));
    used.unwrap().parse().unwrap()
}

/// Waits until this much memory is in use, or up to `more`.
#[track_caller]
fn assert_uses(control: &mut Connection, bytes: usize, more: usize) {
    let mut last = 0;
    let is_reached = (0..2_000).any(|_| {
        last = used(control);
        (bytes..=bytes + more).contains(&last)
    });
    assert!(is_reached, "{last} bytes, not {bytes} to {}", bytes + more);
}

#[test]
fn body_counts_while_it_arrives() {
    let (server, mut control) = start();
    let before = used(&mut control);
    let body = format!("{{\"title\": \"{}\"}}", "x".repeat(1 << 20));
    let (first, rest) = body.split_at(600_000);
    let headers = format!(
        "Content-Type: application/json\r\nContent-Length: {}",
        body.len()
    );
    let mut upload = server.connect();
    upload.send(head("POST /api/v1/orders") + &headers + "\r\n\r\n" + first);
    assert_uses(&mut control, before + first.len(), SMALL);
    upload.send(rest).answer_to("POST", "/api/v1/orders");
    assert_uses(&mut control, before, SMALL);
    // A body whose client leaves is released, too.
    upload.send(head("POST /api/v1/orders") + &headers + "\r\n\r\n" + first);
    assert_uses(&mut control, before + first.len(), SMALL);
    drop(upload);
    assert_uses(&mut control, before, SMALL);
}

/// The library takes a response in parts. Each part counts until it is sent.
#[test]
fn response_counts_until_it_is_sent() {
    let (server, mut control) = start();
    let before = used(&mut control);
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let mut builder = client::Builder::new();
        let handshake = builder
            .initial_window_size(WINDOW)
            .handshake::<_, Bytes>(stream);
        let (sender, connection) = handshake.await.unwrap();
        tokio::spawn(connection);
        let mut sender = sender.ready().await.unwrap();
        let request = Request::get(format!("http://localhost{DOCUMENT}"));
        let (response, _) = sender
            .send_request(request.body(()).unwrap(), true)
            .unwrap();
        let mut body = response.await.unwrap().into_body();
        let (mut received, mut all) = (0, None);
        while let Some(part) = body.data().await {
            let length = part.unwrap().len();
            let all = *all.get_or_insert_with(|| used(&mut control) - before);
            received += length;
            // At first, the memory of the request may count, too.
            let unsent = all.saturating_sub(received + WINDOW as usize + SMALL);
            let more = PART + WINDOW as usize + SMALL;
            assert_uses(&mut control, before + unsent, more);
            body.flow_control().release_capacity(length).unwrap();
        }
        assert!(received > 3 * PART, "{received}");
        let all = all.unwrap();
        assert!(
            (received..received + SMALL).contains(&all),
            "{received} {all}"
        );
    });
    assert_uses(&mut control, before, SMALL);
}
