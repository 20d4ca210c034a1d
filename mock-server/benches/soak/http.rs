//! Requests, and a client with a persistent connection.

use std::{io, net::SocketAddr};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A request with a key that has all scopes in an organization.
pub(crate) fn request(method: &str, path: &str, organization: &str, body: &str) -> Vec<u8> {
    let key = format!("lnc_test_{:x<26}{organization}", "FullAccess");
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into()
}

/// A `GET` with such a key.
pub(crate) fn get(path: &str, organization: &str) -> Vec<u8> {
    request("GET", path, organization, "")
}

/// A client with a persistent connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
        })
    }

    /// Sends a request, and reads its whole response: the status and the body.
    pub(crate) async fn call(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        self.stream.write_all(request).await?;
        let head = loop {
            if let Some(end) = memchr::memmem::find(&self.buffer, b"\r\n\r\n") {
                break self.buffer.drain(..end + 4).collect::<Vec<_>>();
            }
            self.read().await?;
        };
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length = length.and_then(|length| length.parse().ok());
        let length = length.unwrap_or(0_usize);
        while self.buffer.len() < length {
            self.read().await?;
        }
        let body = self.buffer.drain(..length).collect();
        Ok((status.unwrap_or_default(), body))
    }

    async fn read(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Sends one request on its own connection.
pub(crate) async fn call(address: SocketAddr, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    Client::connect(address).await?.call(request).await
}

/// The body of a response as JSON; `null` if it is not JSON.
pub(crate) fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}
