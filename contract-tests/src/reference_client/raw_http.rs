//! HTTP/1.1 without a library, for bugs that libraries no longer have.

use std::{io, time::Duration};

use reqwest::{Request, Response};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Mutex,
    time::timeout,
};

use super::behaviour::RawHttpBug;

/// Timeout for connecting, and for a response.
const TIME_OUT: Duration = Duration::from_secs(1);
/// Maximum number of headers and of bytes in a response.
const MAX_HEADERS: usize = 100;
const MAX_ANSWER: usize = 1024 * 1024;

/// The open connection, while it can be reused.
#[derive(Debug, Default)]
pub(super) struct Connection(Mutex<Option<TcpStream>>);

impl Connection {
    /// Sends one request, on a new connection if the previous one has been closed.
    pub(super) async fn send(&self, request: &Request, bug: RawHttpBug) -> io::Result<Response> {
        let late = |_| io::Error::from(io::ErrorKind::TimedOut);
        let mut connection = self.0.lock().await;
        if let Some(mut stream) = connection.take() {
            let sent = timeout(TIME_OUT, exchange(&mut stream, request, bug));
            match sent.await.map_err(late)? {
                Err(error) if bug == RawHttpBug::NeverReopens => {
                    *connection = Some(stream);
                    return Err(error);
                }
                Err(_) => {}
                Ok((response, stays)) => {
                    *connection = stays.then_some(stream);
                    return Ok(response);
                }
            }
        }
        let url = request.url();
        let address = (url.host_str().unwrap_or_default(), url.port().unwrap_or(80));
        let connected = TcpStream::connect(address);
        let mut stream = match bug {
            RawHttpBug::ConnectsForEver => connected.await?,
            RawHttpBug::IgnoresClose
            | RawHttpBug::NeverReopens
            | RawHttpBug::TakesInformational => {
                timeout(TIME_OUT, connected).await.map_err(late)??
            }
        };
        let sent = timeout(TIME_OUT, exchange(&mut stream, request, bug));
        let (response, stays) = sent.await.map_err(late)??;
        *connection = stays.then_some(stream);
        Ok(response)
    }
}

/// Sends a request and reads its response; returns whether the connection may be reused.
async fn exchange(
    stream: &mut TcpStream,
    request: &Request,
    bug: RawHttpBug,
) -> io::Result<(Response, bool)> {
    stream.write_all(&written(request)).await?;
    let mut bytes = Vec::new();
    loop {
        if let Some((response, length)) = parsed(&bytes)? {
            if response.status().is_informational() && bug != RawHttpBug::TakesInformational {
                bytes.drain(..length);
                continue;
            }
            let closes = response
                .headers()
                .get("connection")
                .is_some_and(|says| says == "close");
            let stays = !closes || bug == RawHttpBug::IgnoresClose;
            return Ok((response.into(), stays));
        }
        if bytes.len() > MAX_ANSWER || stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

fn written(request: &Request) -> Vec<u8> {
    let (url, body) = (
        request.url(),
        request.body().and_then(reqwest::Body::as_bytes),
    );
    let body = body.unwrap_or_default();
    let query = url
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let mut head = format!(
        "{} {}{query} HTTP/1.1\r\nhost: {}\r\nuser-agent: by-hand/1.0\r\ncontent-length: {}\r\n",
        request.method(),
        url.path(),
        url.authority(),
        body.len()
    )
    .into_bytes();
    for (name, value) in request.headers() {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    [&head, &b"\r\n"[..], body].concat()
}

/// The complete response at the start of the bytes, and its length; `None` if it is incomplete.
fn parsed(bytes: &[u8]) -> io::Result<Option<(http::Response<Vec<u8>>, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = head.parse(bytes).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let mut response = http::Response::builder().status(head.code.unwrap_or_default());
    let mut body = 0;
    for header in head.headers {
        response = response.header(header.name, header.value);
        if header.name.eq_ignore_ascii_case("content-length") {
            body = String::from_utf8_lossy(header.value)
                .parse()
                .unwrap_or_default();
        }
    }
    let end = length.saturating_add(body);
    let Some(body) = bytes.get(length..end) else {
        return Ok(None);
    };
    let response = response.body(body.to_vec()).map_err(io::Error::other)?;
    Ok(Some((response, end)))
}
