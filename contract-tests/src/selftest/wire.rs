//! Requests a fault on every request of a connection, below HTTP, so that the bytes of the server arrive unchanged.

use std::{io, net::SocketAddr};

use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The end of every request line; the judge sends it nowhere else.
const LINE_END: &[u8] = b" HTTP/1.1\r\n";
/// Where the server refuses to inject faults: what the authorization server publishes.
const WITHOUT_FAULTS: [&[u8]; 2] = [b" /.well-known/", b" /oauth/jwks.json "];
/// Number of bytes forwarded at a time; the head of a request is much shorter, and sent at once.
const CHUNK: usize = 64 * 1024;

/// Listens, and forwards connections.
pub(super) async fn start(
    server: SocketAddr,
    fault: &'static str,
) -> io::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let task = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(async move {
                // The end of a connection is one of the faults.
                let _ = pass(client, server, fault).await;
            });
        }
    });
    Ok((address, task))
}

async fn pass(mut client: TcpStream, server: SocketAddr, fault: &str) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let asks = async {
        let mut chunk = vec![0; CHUNK];
        loop {
            match from_client.read(&mut chunk).await? {
                0 => return Ok(()),
                length => {
                    let asking = with_fault_header(&chunk[..length], fault);
                    to_server.write_all(&asking).await?;
                }
            }
        }
    };
    tokio::select! {
        asked = asks => asked,
        answered = copy(&mut from_server, &mut to_client) => answered.map(drop),
    }
}

/// The bytes with a header that requests the fault in each request; `HEAD fault` applies to that method only.
fn with_fault_header(bytes: &[u8], fault: &str) -> Vec<u8> {
    let (method, fault) = fault.split_once(' ').unwrap_or(("", fault));
    let mut asking = Vec::with_capacity(bytes.len() + 100);
    let mut rest = bytes;
    while let Some(found) = memmem::find(rest, LINE_END) {
        let (line, after) = rest.split_at(found + LINE_END.len());
        asking.extend_from_slice(line);
        let begins = line
            .rsplitn(3, |byte| *byte == b'\n')
            .nth(1)
            .unwrap_or(line);
        let refuses = WITHOUT_FAULTS
            .iter()
            .any(|path| memmem::find(begins, path).is_some());
        if begins.starts_with(method.as_bytes()) && !refuses {
            asking.extend_from_slice(format!("x-mock-fault: {fault}\r\n").as_bytes());
        }
        rest = after;
    }
    asking.extend_from_slice(rest);
    asking
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_the_fault_to_every_request_and_keeps_bodies() {
        let asked = with_fault_header(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", "reset;after=3");
        let expected = b"GET / HTTP/1.1\r\nx-mock-fault: reset;after=3\r\nhost: x\r\n\r\n";
        assert_eq!(asked, expected);
        let request = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        assert_eq!(with_fault_header(request, "HEAD reset"), request);
        let keys = b"GET /oauth/jwks.json HTTP/1.1\r\nhost: x\r\n\r\n";
        assert_eq!(with_fault_header(keys, "reset;after=3"), keys);
        assert_eq!(with_fault_header(request, "GET reset;after=3"), expected);
        assert_eq!(with_fault_header(b"{\"a\": 1}", "x"), b"{\"a\": 1}");
    }
}
