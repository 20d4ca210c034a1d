//! Memory of connections: what their clients do not read, or send and hold, has a limit. The connection that uses most is
//! closed.

use std::time::Duration;

use bytes::Bytes;
use h2::{
    Error, RecvStream,
    client::{self, ResponseFuture, SendRequest},
};
use http::Request;
use tokio::{net::TcpStream, runtime, task::JoinHandle, time::timeout};

use super::{KEY, WireServer, head};

/// A server whose connections may use 4 MiB.
const SETTINGS: &str = "max_memory = 16";
const LIMIT: usize = 4 << 20;
/// Maximum number of concurrent requests.
const STREAMS: usize = 100;
const PAGE: &str = "/api/v1/companies?limit=100";

/// A client over HTTP/2 that reads heads, but no bodies.
struct Reader {
    sender: SendRequest<Bytes>,
    ended: JoinHandle<Result<(), Error>>,
    unread: Vec<RecvStream>,
}

impl Reader {
    async fn to(server: &WireServer) -> Self {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let mut builder = client::Builder::new();
        let handshake = builder.initial_window_size(0).handshake(stream);
        let (sender, connection) = handshake.await.unwrap();
        Self {
            sender,
            ended: tokio::spawn(connection),
            unread: Vec::new(),
        }
    }

    /// Sends a request with another header.
    async fn send(&mut self, (name, value): (&str, &str)) -> Result<ResponseFuture, Error> {
        let request = Request::get(format!("http://localhost{PAGE}"))
            .header("authorization", format!("Bearer {KEY}"))
            .header(name, value);
        let mut sender = self.sender.clone().ready().await?;
        let (response, _) = sender.send_request(request.body(()).unwrap(), true)?;
        Ok(response)
    }

    /// The length of a body that stays unread.
    async fn page(&mut self) -> Result<usize, Error> {
        let response = self.send(("x-a", "b")).await?.await?;
        let length = response.headers()["content-length"].to_str().unwrap();
        let length = length.parse().unwrap();
        self.unread.push(response.into_body());
        Ok(length)
    }

    /// Whether the connection ends.
    async fn ends(&mut self) -> bool {
        timeout(Duration::from_secs(10), &mut self.ended)
            .await
            .is_ok()
    }
}

fn run(test: impl AsyncFnOnce(&WireServer)) {
    let server = WireServer::with(SETTINGS);
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(test(&server));
}

/// The number of connections that were closed for their memory.
fn closed(server: &WireServer) -> String {
    let metrics = head("GET /_mock/metrics") + "\r\n";
    let text = server.connect().send(metrics).unchecked_body();
    let name = "mock_server_connections_closed_total{reason=\"memory\"} ";
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().to_owned()
}

#[test]
fn connection_with_the_most_unread_responses_is_closed() {
    run(async |server| {
        let mut modest = Reader::to(server).await;
        let page = modest.page().await.unwrap();
        let mut greedy = Reader::to(server).await;
        let mut unread = page;
        while let Ok(length) = greedy.page().await {
            unread += length;
            assert!(unread <= LIMIT, "{unread}");
        }
        assert!(unread > LIMIT / 2, "{unread}");
        assert!(greedy.ends().await);
        // The other one is still served, and so is whoever comes next.
        assert_eq!(modest.page().await.unwrap(), page);
        assert_eq!(Reader::to(server).await.page().await.unwrap(), page);
        assert_eq!(closed(server), "1");
    });
}

#[test]
fn connection_with_the_most_requests_held_by_a_fault_is_closed() {
    run(async |server| {
        let hang = format!("hang,headers;set={{\"x-a\":\"{}\"}}", "x".repeat(14_000));
        let mut waiting = Vec::new();
        let mut greedy = Reader::to(server).await;
        for _ in 0..STREAMS {
            waiting.push(greedy.send(("x-mock-fault", &hang)).await.unwrap());
        }
        // Connections that use little are served even if there is no memory left. These alone have enough.
        let mut others = Vec::new();
        while others.len() < STREAMS * 7 / 5 && !greedy.ended.is_finished() {
            let mut other = Reader::to(server).await;
            waiting.push(other.send(("x-mock-fault", &hang)).await.unwrap());
            others.push(other);
        }
        assert!(greedy.ends().await);
        assert_eq!(closed(server), "1");
    });
}

/// What the HTTP library has taken from the server counts until it is sent.
#[test]
fn connection_with_a_long_response_that_its_client_does_not_read_is_closed() {
    let server = WireServer::with(SETTINGS);
    let long = head(&format!("GET {PAGE}")) + "X-Mock-Fault: texts;are=long\r\n\r\n";
    let begin = || {
        let mut connection = server.connect();
        connection.send(&long).head();
        connection
    };
    let _open = [begin(), begin()];
    let mut counts = std::iter::repeat_with(|| closed(&server)).take(1_000);
    assert!(counts.any(|count| count != "0"));
}
