//! A tap between a client and a server: forwards every byte, and records the bytes and their times.
//!
//! It works below HTTP, so it also records invalid HTTP, and forwards resets and closed connections unchanged. It forwards any
//! amount of data, but records only a bounded part of each connection.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinSet,
};

use super::accept::accept;
use crate::http::Stopwatch;

/// Maximum number of recorded bytes of each direction of a connection.
const MAX_KEPT: usize = 16 * 1024 * 1024;
/// Maximum number of recorded connections.
const MAX_CONNECTIONS: usize = 10_000;
/// Number of bytes forwarded at a time.
const AT_A_TIME: usize = 64 * 1024;

/// Bytes that arrived at one time.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// When they arrived at the tap.
    pub at: Duration,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The recorded data of one direction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Direction {
    /// The recorded start of the data.
    pub pieces: Vec<Chunk>,
    /// Number of recorded bytes.
    kept: usize,
    /// Number of forwarded bytes.
    pub passed: u64,
    /// When the last of them arrived at the tap.
    pub last: Option<Duration>,
}

impl Direction {
    /// Records bytes up to the limit.
    pub(super) fn record(&mut self, at: Duration, bytes: &[u8]) {
        let room = (MAX_KEPT - self.kept).min(bytes.len());
        if room > 0 {
            self.pieces.push(Chunk {
                at,
                bytes: bytes[..room].to_vec(),
            });
        }
        self.kept += room;
        self.passed += bytes.len() as u64;
        self.last = Some(at);
    }

    /// Number of bytes that were forwarded but not recorded.
    pub(crate) fn unrecorded(&self) -> u64 {
        self.passed - self.kept as u64
    }
}

/// How one side ended a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum CloseKind {
    /// It was closed cleanly.
    Closed,
    /// It was reset.
    Reset,
}

/// The recorded data of one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionLog {
    /// When it was opened.
    pub opened_at: Duration,
    /// What the client sent.
    pub up: Direction,
    /// What the server sent.
    pub down: Direction,
    /// When and how the client ended it.
    pub client_end: Option<(Duration, CloseKind)>,
    /// When and how the server ended it.
    pub server_end: Option<(Duration, CloseKind)>,
}

impl ConnectionLog {
    /// When anything last happened on it. Its end counts as well: a client that has just given up a request is about to
    /// continue.
    fn last(&self) -> Option<Duration> {
        let ends = [self.client_end, self.server_end];
        let ended = ends.into_iter().flatten().map(|(at, _)| at).max();
        self.up.last.max(self.down.last).max(ended)
    }

    /// Whether its client has sent something and received nothing since.
    fn is_waiting(&self) -> bool {
        let ended = self.client_end.is_some() || self.server_end.is_some();
        !ended && self.up.last > self.down.last
    }

    /// Whether more was forwarded than recorded.
    pub(crate) fn is_cut(&self) -> bool {
        self.up.unrecorded() + self.down.unrecorded() > 0
    }
}

/// All connections through a tap, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrafficLog(Arc<Mutex<Vec<ConnectionLog>>>);

impl TrafficLog {
    /// The recorded data so far.
    pub(crate) fn read(&self) -> Vec<ConnectionLog> {
        self.with(|all| all.clone())
    }

    /// Number of bytes forwarded so far, in both directions of all connections.
    pub(crate) fn bytes(&self) -> u64 {
        self.with(|all| {
            all.iter()
                .map(|connection| connection.up.passed + connection.down.passed)
                .sum()
        })
    }

    /// Since when nothing has passed and no client waits for a response; `None` while one waits, or before anything has passed.
    pub(crate) fn silent_since(&self) -> Option<Duration> {
        self.with(|all| {
            let waits = all.iter().any(ConnectionLog::is_waiting);
            let last = all.iter().filter_map(ConnectionLog::last).max();
            last.filter(|_| !waits)
        })
    }

    /// When the first connection was opened.
    pub(crate) fn begun(&self) -> Option<Duration> {
        self.with(|all| all.first().map(|first| first.opened_at))
    }

    /// Whether every client has ended its connections.
    pub(crate) fn is_over(&self) -> bool {
        self.with(|all| all.iter().all(|connection| connection.client_end.is_some()))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<ConnectionLog>) -> T) -> T {
        act(&mut self.0.lock().expect("nobody panics with the log in hand"))
    }

    /// Records a connection, up to the maximum number.
    fn open(&self, opened_at: Duration) -> Option<usize> {
        self.with(|all| {
            (all.len() < MAX_CONNECTIONS).then(|| {
                all.push(ConnectionLog {
                    opened_at,
                    ..ConnectionLog::default()
                });
                all.len() - 1
            })
        })
    }
}

/// One connection's part of the log.
#[derive(Clone, Debug)]
struct Recorder {
    log: TrafficLog,
    index: Option<usize>,
    watch: Stopwatch,
}

impl Recorder {
    fn with(&self, act: impl FnOnce(&mut ConnectionLog, Duration)) {
        let at = self.watch.elapsed();
        if let Some(index) = self.index {
            self.log.with(|all| act(&mut all[index], at));
        }
    }
}

/// Listens, and forwards connections to `server` until it is dropped.
pub(crate) async fn run(
    listener: TcpListener,
    server: SocketAddr,
    log: TrafficLog,
    watch: Stopwatch,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            client = accept(&listener) => {
                let index = log.open(watch.elapsed());
                let notes = Recorder { log: log.clone(), index, watch };
                connections.spawn(pass(client, server, notes));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn pass(client: TcpStream, server: SocketAddr, notes: Recorder) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let up = up(from_client, to_server, &notes);
    let down = down(from_server, to_client, &notes);
    tokio::pin!(up, down);
    tokio::select! {
        // A client that is gone needs no more responses; one that only closed its side still does.
        end = &mut up => if end == CloseKind::Closed { down.await; },
        // After the end of the server's data, the client may still send, and that must be recorded.
        end = &mut down => if end == CloseKind::Closed { up.await; },
    }
}

/// Forwards what the client sends.
async fn up(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, notes: &Recorder) -> CloseKind {
    let mut buffer = BytesMut::with_capacity(AT_A_TIME);
    loop {
        buffer.clear();
        let end = match client.read_buf(&mut buffer).await {
            Ok(0) => CloseKind::Closed,
            Err(_) => CloseKind::Reset,
            Ok(_) => {
                notes.with(|passed, at| passed.up.record(at, &buffer));
                // If the server stops reading, that shows in the other direction.
                let _ = server.write_all(&buffer).await;
                continue;
            }
        };
        notes.with(|passed, at| passed.client_end = Some((at, end)));
        let _ = server.shutdown().await;
        return end;
    }
}

/// Forwards what the server sends.
async fn down(
    mut server: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    notes: &Recorder,
) -> CloseKind {
    let mut buffer = BytesMut::with_capacity(AT_A_TIME);
    loop {
        buffer.clear();
        let read = server.read_buf(&mut buffer).await;
        let end = match &read {
            Ok(0) => CloseKind::Closed,
            Err(_) => CloseKind::Reset,
            Ok(_) => {
                // Recorded before it is sent: the client may react before this task continues, and must not seem too early.
                notes.with(|passed, at| passed.down.record(at, &buffer));
                if client.write_all(&buffer).await.is_err() {
                    // The client has closed the connection with bytes unread, and its data is not read any more.
                    notes.with(|passed, at| {
                        passed.client_end.get_or_insert((at, CloseKind::Reset));
                    });
                    return CloseKind::Reset;
                }
                continue;
            }
        };
        notes.with(|passed, at| passed.server_end = Some((at, end)));
        match end {
            CloseKind::Closed => drop(client.shutdown().await),
            CloseKind::Reset => reset(client),
        }
        return end;
    }
}

/// Resets the connection instead of closing it cleanly.
fn reset(client: OwnedWriteHalf) {
    let stream: &TcpStream = client.as_ref();
    // If the system does not allow that, the connection is closed cleanly instead.
    let _ = stream.set_zero_linger();
    // Dropping it would send a clean end first.
    client.forget();
}

/// Listens on three related addresses: the API's, the same port of another host, and the next port of the same host. A client
/// that is misdirected connects to one of the others.
pub(crate) async fn listeners() -> io::Result<[TcpListener; 3]> {
    let mut tries = 0..50;
    loop {
        let api = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = api.local_addr()?.port();
        let other_host = TcpListener::bind(("127.0.0.2", port)).await;
        let other_port = TcpListener::bind(("127.0.0.1", port.wrapping_add(1))).await;
        match (other_host, other_port) {
            (Ok(other_host), Ok(other_port)) => return Ok([api, other_host, other_port]),
            (Err(error), _) | (_, Err(error)) if tries.next().is_none() => return Err(error),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tap in front of a server that says `hello` to each connection and then does as told.
    async fn tapped(end: CloseKind) -> (SocketAddr, TrafficLog, JoinSet<()>) {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, log) = (listener.local_addr().unwrap(), TrafficLog::default());
        let mut tasks = JoinSet::new();
        let upstream = server.local_addr().unwrap();
        tasks.spawn(run(listener, upstream, log.clone(), Stopwatch::start()));
        tasks.spawn(async move {
            let (mut stream, _) = server.accept().await.unwrap();
            stream.write_all(b"hello").await.unwrap();
            let mut byte = [0];
            stream.read_exact(&mut byte).await.unwrap();
            if end == CloseKind::Reset {
                stream.set_zero_linger().unwrap();
            }
        });
        (address, log, tasks)
    }

    #[tokio::test]
    async fn forwards_and_records_bytes_and_ends_unchanged() {
        for end in [CloseKind::Closed, CloseKind::Reset] {
            let (address, log, _tasks) = tapped(end).await;
            let mut client = TcpStream::connect(address).await.unwrap();
            let mut hello = [0; 5];
            client.read_exact(&mut hello).await.unwrap();
            client.write_all(b"x").await.unwrap();
            let seen = client.read(&mut hello).await;
            match end {
                CloseKind::Closed => assert_eq!(seen.unwrap(), 0),
                CloseKind::Reset => {
                    assert_eq!(seen.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
                }
            }
            let passed = log.read().remove(0);
            assert_eq!(
                (&*passed.up.pieces[0].bytes, &*passed.down.pieces[0].bytes),
                (&b"x"[..], &b"hello"[..])
            );
            assert_eq!(passed.server_end.unwrap().1, end);
            assert!(passed.last() >= passed.server_end.map(|(at, _)| at));
        }
    }

    #[tokio::test]
    async fn client_that_leaves_unread_bytes_has_reset_the_connection() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, log) = (listener.local_addr().unwrap(), TrafficLog::default());
        let mut tasks = JoinSet::new();
        let upstream = server.local_addr().unwrap();
        tasks.spawn(run(listener, upstream, log.clone(), Stopwatch::start()));
        let mut client = TcpStream::connect(address).await.unwrap();
        let (mut stream, _) = server.accept().await.unwrap();
        stream.write_all(b"hello").await.unwrap();
        client.read_exact(&mut [0]).await.unwrap();
        drop(client);
        while stream.write_all(&[0; 4096]).await.is_ok() {}
        let (_, end) = log.read()[0].client_end.unwrap();
        assert_eq!(end, CloseKind::Reset);
    }

    #[test]
    fn bounds_what_it_records() {
        let mut direction = Direction::default();
        let piece = vec![0; MAX_KEPT / 2 + 1];
        let beyond: Vec<_> = (1..=3)
            .map(|second| {
                direction.record(Duration::from_secs(second), &piece);
                direction.unrecorded()
            })
            .collect();
        assert_eq!(beyond, [0, 2, 2 + piece.len() as u64]);
        let kept: usize = direction.pieces.iter().map(|piece| piece.bytes.len()).sum();
        assert_eq!(kept, MAX_KEPT);
        assert_eq!(direction.last, Some(Duration::from_secs(3)));
    }
}
