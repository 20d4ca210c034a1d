//! Trailers over HTTP/2, which a proxy receives without asking for them.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    proxy_memory::{PATIENCE, proxy, report},
    raw_http2::{
        ACK, DATA, END_HEADERS, HEADERS, NO_WINDOW, PING, PREFACE, SETTINGS, WHOLE_REQUEST, block,
        frame, next_frame,
    },
};

/// Number of requests on a connection, the maximum.
const REQUESTS: u32 = 32;

/// The identifiers of the streams of a connection.
fn streams() -> impl Iterator<Item = u32> {
    (0..REQUESTS).map(|number| 2 * number + 1)
}

/// Short headers, which take most memory for their length.
fn trailers(count: usize) -> Vec<u8> {
    let names: Vec<_> = (0..count).map(|number| format!("a{number:04}")).collect();
    let headers: Vec<_> = names.iter().map(|name| (&**name, "")).collect();
    block(&headers)
}

fn head(method: &str) -> Vec<u8> {
    block(&[
        (":method", method),
        (":scheme", "http"),
        (":authority", "localhost"),
        (":path", "/api/v1/orders"),
        ("authorization", "Bearer k"),
    ])
}

/// What a server does, and how far it is.
#[derive(Default)]
struct Server {
    /// Whether it responds.
    responds: bool,
    /// Number of responses that were sent, and of those that the proxy has received.
    sent: AtomicUsize,
    received: AtomicUsize,
}

impl Server {
    async fn start(self) -> (SocketAddr, Arc<Self>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Arc::new(self);
        let serving = Arc::clone(&server);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let server = Arc::clone(&serving);
                tokio::spawn(async move { server.serve(connection).await });
            }
        });
        (address, server)
    }

    /// Serves a connection until the proxy closes it.
    async fn serve(&self, mut connection: TcpStream) {
        let mut bytes = Vec::new();
        frame(&mut bytes, SETTINGS, 0, 0, NO_WINDOW);
        let mut preface = [0; PREFACE.len()];
        connection.read_exact(&mut preface).await.unwrap();
        loop {
            if connection.write_all(&bytes).await.is_err() {
                return;
            }
            bytes.clear();
            let Some(received) = next_frame(&mut connection).await else {
                return;
            };
            match (received.kind, received.flags & ACK) {
                (SETTINGS, 0) => frame(&mut bytes, SETTINGS, ACK, 0, &[]),
                (PING, ACK) => _ = self.received.fetch_add(1, Ordering::Relaxed),
                (HEADERS, _) if self.responds => {
                    respond(&mut bytes, received.stream);
                    self.sent.fetch_add(1, Ordering::Relaxed);
                }
                _ => {}
            }
        }
    }
}

/// A response with trailers, and a `PING`.
fn respond(bytes: &mut Vec<u8>, stream: u32) {
    let head = block(&[(":status", "200")]);
    frame(bytes, HEADERS, END_HEADERS, stream, &head);
    frame(bytes, DATA, 0, stream, b"x");
    frame(bytes, HEADERS, WHOLE_REQUEST, stream, &trailers(1_700));
    frame(bytes, PING, 0, 0, &[0; 8]);
}

/// A client that takes no bodies, and sends these bytes first.
async fn connect(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut client = TcpStream::connect(address).await.unwrap();
    let mut first = PREFACE.to_vec();
    frame(&mut first, SETTINGS, 0, 0, NO_WINDOW);
    first.extend(bytes);
    client.write_all(&first).await.unwrap();
    client
}

fn count(counter: &AtomicUsize) -> usize {
    counter.load(Ordering::Relaxed)
}

/// Waits until the proxy has received everything before a `PING`.
async fn until_received(client: &mut TcpStream) {
    while let Some(received) = next_frame(client).await {
        if (received.kind, received.flags) == (PING, ACK) {
            return;
        }
    }
    panic!("the proxy has ended the connection");
}

#[tokio::test(flavor = "multi_thread")]
async fn trailers_of_requests_do_not_exceed_its_memory() {
    /// Without memory for most of their requests.
    const CONNECTIONS: usize = 60;
    let (server, _) = Server::default().start().await;
    let (proxy, address) = proxy(server, &[]);
    let (mut heads, mut rest) = (Vec::new(), Vec::new());
    // As many as may be received.
    let trailers = trailers(440);
    for stream in streams() {
        frame(&mut heads, HEADERS, END_HEADERS, stream, &head("POST"));
        // The trailers are behind it.
        frame(&mut rest, DATA, 0, stream, b"x");
        frame(&mut rest, HEADERS, WHOLE_REQUEST, stream, &trailers);
    }
    for bytes in [&mut heads, &mut rest] {
        frame(bytes, PING, 0, 0, &[0; 8]);
    }
    let attack = async || {
        let mut client = connect(address, &heads).await;
        until_received(&mut client).await;
        client.write_all(&rest).await.unwrap();
        until_received(&mut client).await;
        client
    };
    let attacks = join_all((0..CONNECTIONS).map(|_| attack()));
    let clients = timeout(PATIENCE, attacks).await.expect("it receives all");
    let report = report(proxy);
    assert!(report.contains("refused by the proxy with 503"), "{report}");
    drop(clients);
}

#[tokio::test(flavor = "multi_thread")]
async fn trailers_of_responses_do_not_exceed_its_memory() {
    const CONNECTIONS: usize = 24;
    let server = Server {
        responds: true,
        ..Server::default()
    };
    let (server, progress) = server.start().await;
    let (proxy, address) = proxy(server, &[]);
    let mut requests = Vec::new();
    for stream in streams() {
        frame(&mut requests, HEADERS, WHOLE_REQUEST, stream, &head("GET"));
    }
    let ask = async || {
        let mut client = connect(address, &requests).await;
        let mut heads = 0;
        while heads < REQUESTS {
            let received = next_frame(&mut client).await;
            heads += u32::from(received.expect("it responds").kind == HEADERS);
        }
        client
    };
    let attack = async {
        let clients = join_all((0..CONNECTIONS).map(|_| ask())).await;
        while count(&progress.received) < count(&progress.sent) {
            tokio::task::yield_now().await;
        }
        clients
    };
    let clients = timeout(PATIENCE, attack).await.expect("it receives all");
    let report = report(proxy);
    assert!(report.contains("refused by the proxy with 503"), "{report}");
    drop(clients);
}
