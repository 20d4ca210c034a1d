//! Hostile connections of nine kinds. Each is opened again a while after the server has closed it.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::{http::get, pause};

/// The time until a closed connection is opened again.
const AGAIN: Duration = Duration::from_secs(1);
/// The time between two bytes of a slow head.
const DROP: Duration = Duration::from_millis(500);
/// The HTTP/2 connection preface, with the first frame.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// Number of control frames sent at once.
const FRAMES: usize = 2_000;
/// Number of requests sent at once by a connection that reads no response.
const UNREAD: usize = 20;
/// Number of organizations whose keys the connections use.
const ORGANIZATIONS: usize = 40;

/// What a connection does.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Silent,
    HalfPreface,
    HalfHead,
    HeadInDrops,
    NoBody,
    NoControlBody,
    Unread,
    Flood,
    Held,
}

/// Every kind.
pub(crate) const ALL: &[Kind] = &[
    Kind::Silent,
    Kind::HalfPreface,
    Kind::HalfHead,
    Kind::HeadInDrops,
    Kind::NoBody,
    Kind::NoControlBody,
    Kind::Unread,
    Kind::Flood,
    Kind::Held,
];

/// Only connections that faults hold.
pub(crate) const HELD: &[Kind] = &[Kind::Held];

/// Keeps this number of connections of some kinds open, as far as the server allows; counts those that were opened.
pub(crate) fn open(
    load: &mut JoinSet<()>,
    address: SocketAddr,
    count: usize,
    kinds: &'static [Kind],
) -> Arc<AtomicU64> {
    let opened = Arc::new(AtomicU64::new(0));
    for number in 0..count {
        let opened = Arc::clone(&opened);
        load.spawn(async move {
            loop {
                if let Ok(stream) = TcpStream::connect(address).await {
                    opened.fetch_add(1, Ordering::Relaxed);
                    // It ends when the server ends it, with or without an error.
                    let kind = kinds[number % kinds.len()];
                    let _ = attack(stream, kind, number / kinds.len()).await;
                }
                pause(AGAIN).await;
            }
        });
    }
    opened
}

async fn attack(mut stream: TcpStream, kind: Kind, number: usize) -> io::Result<()> {
    let organization = format!("h{:05}", number % ORGANIZATIONS);
    let without_body = |method, path| {
        let request = crate::http::request(method, path, &organization, "never sent");
        request[..request.len() - "never sent".len()].to_vec()
    };
    match kind {
        Kind::Silent => {}
        Kind::HalfPreface => stream.write_all(&HTTP_2[..20]).await?,
        Kind::HalfHead => stream.write_all(b"GET /api/v1/orders HTTP/1.1\r\n").await?,
        Kind::HeadInDrops => {
            stream
                .write_all(b"GET /api/v1/orders HTTP/1.1\r\nx: ")
                .await?;
            loop {
                pause(DROP).await;
                stream.write_all(b"x").await?;
            }
        }
        Kind::NoBody => {
            stream
                .write_all(&without_body("POST", "/api/v1/orders"))
                .await?;
        }
        Kind::NoControlBody => {
            let head = without_body("POST", "/_mock/organizations");
            stream.write_all(&head).await?;
        }
        Kind::Unread => loop {
            let requests = get("/openapi.json", &organization).repeat(UNREAD);
            stream.write_all(&requests).await?;
        },
        Kind::Flood => {
            let frame: &[u8] = match number % 2 {
                0 => b"\0\0\x08\x06\0\0\0\0\0whatever",
                _ => b"\0\0\x05\x02\0\0\0\0\x01\0\0\0\0\x10",
            };
            stream.write_all(HTTP_2).await?;
            stream.write_all(&frame.repeat(FRAMES)).await?;
        }
        Kind::Held => {
            let fault = ["hang", "stall;after=50", "drip;bytes=1;every=500ms"][number % 3];
            let request = get("/api/v1/orders", &organization);
            let end = request.len() - "\r\n".len();
            stream.write_all(&request[..end]).await?;
            let fault = format!("x-mock-fault: {fault}\r\n\r\n");
            stream.write_all(fault.as_bytes()).await?;
        }
    }
    let mut part = [0; 4_096];
    while stream.read(&mut part).await? > 0 {}
    Ok(())
}
