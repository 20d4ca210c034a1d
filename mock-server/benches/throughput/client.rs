//! A client with little overhead, so that the benchmark measures the server: requests are prepared, each connection has one
//! buffer, and only the necessary parts of a response are parsed.

use std::{io, net::SocketAddr, ops::Range};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Maximum size of a response in bytes.
const BUFFER: usize = 64 * 1024;

/// A `GET` with a key that has all scopes in an organization.
pub(crate) fn get(path: &str, organization: &str) -> Vec<u8> {
    get_with(path, &full_key(organization))
}

/// A `GET` with this key or token.
pub(crate) fn get_with(path: &str, credential: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\n{}\r\n", headers(credential)).into()
}

/// A `POST` of JSON with that key.
pub(crate) fn post(path: &str, organization: &str, body: &str) -> Vec<u8> {
    let headers = headers(&full_key(organization));
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\n{headers}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into()
}

fn full_key(organization: &str) -> String {
    format!("lnc_test_{:x<26}{organization}", "FullAccess")
}

fn headers(credential: &str) -> String {
    format!("host: localhost\r\naccept: */*\r\nauthorization: Bearer {credential}\r\n")
}

/// A persistent connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; BUFFER],
        })
    }

    /// Sends a request and reads the whole response, which must be a success; returns its body.
    pub(crate) async fn call(&mut self, request: &[u8]) -> io::Result<&[u8]> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        loop {
            match self.stream.read(&mut self.buffer[filled..]).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => filled += read,
            }
            if let Some(body) = body(&self.buffer[..filled])? {
                return Ok(&self.buffer[body]);
            }
        }
    }
}

/// The range of the body in a response, once the response is complete.
fn body(answer: &[u8]) -> io::Result<Option<Range<usize>>> {
    let (mut at, mut length) = (0, 0);
    for line in answer.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line == b"\r\n" {
            let end = at + length;
            return Ok((end <= answer.len()).then_some(at..end));
        }
        if let Some(value) = line.strip_prefix(b"content-length: ") {
            length = number(value);
        } else if line.starts_with(b"HTTP/") && !line.starts_with(b"HTTP/1.1 2") {
            return Err(io::Error::other(String::from_utf8_lossy(answer)));
        }
    }
    Ok(None)
}

fn number(text: &[u8]) -> usize {
    text.iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
}
