//! A request on its own connection, read to the end: an HTTP library does not show what follows a response that must have
//! no body.

use std::io;

use memchr::memmem;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::timeout,
};
use url::Url;

use super::{
    client::{Client, MAX_BODY},
    presence::GONE,
    trust::connect,
};
use crate::finding::{ApiRequest, NotPassed, Violation};

/// The end of a head.
const HEAD_END: &[u8] = b"\r\n\r\n";
/// Maximum number of header lines.
const MAX_HEADERS: usize = 100;

/// A response that is not decoded.
#[derive(Debug)]
pub(crate) struct RawResponse {
    pub(crate) status: u16,
    /// All bytes after the head, until the connection ended.
    pub(crate) after_head: Vec<u8>,
}

impl Client {
    /// Sends a request, if the limiter admits it, and reads until the server ends the connection.
    pub(crate) async fn send_raw(&self, request: &ApiRequest) -> Result<RawResponse, NotPassed> {
        self.admit(request).await?;
        self.limited(self.read_raw(request)).await
    }

    async fn read_raw(&self, request: &ApiRequest) -> Result<RawResponse, NotPassed> {
        let url = self.url(request);
        let bytes = match self.read(&url, &request_bytes(&url, request)).await {
            Ok(bytes) => bytes,
            Err(_) if self.has_gone().await => {
                return Err(NotPassed::Inconclusive(GONE.to_owned()));
            }
            Err(error) => {
                return Err(NotPassed::Inconclusive(format!(
                    "no response to {} on its own connection: {error}",
                    request.method
                )));
            }
        };
        RawResponse::parse(&bytes).ok_or_else(|| {
            let message = "the response does not start with a valid head".to_owned();
            let at = "status".to_owned();
            Violation {
                message,
                at,
                ..Violation::default()
            }
            .into()
        })
    }
}

impl Client {
    /// Sends bytes and reads until the connection ends or the timeout: a server may keep it open despite
    /// `connection: close`.
    async fn read(&self, url: &Url, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut read = Vec::new();
        let whole = async {
            if url.scheme() == "https" {
                let connection = self.trust.connect(url, None).await?;
                return exchange(connection, request, &mut read).await;
            }
            exchange(connect(url).await?, request, &mut read).await
        };
        match timeout(self.response_timeout, whole).await {
            // A reset after the response does not matter.
            Ok(Err(error)) if read.is_empty() => Err(error),
            Ok(_) | Err(_) => Ok(read),
        }
    }
}

impl RawResponse {
    /// The first response that is not informational.
    fn parse(mut bytes: &[u8]) -> Option<Self> {
        loop {
            let (head, after_head) =
                bytes.split_at(memmem::find(bytes, HEAD_END)? + HEAD_END.len());
            let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
            let mut response = httparse::Response::new(&mut headers);
            response.parse(head).ok()?;
            match response.code? {
                100..200 => bytes = after_head,
                status => {
                    let after_head = after_head.to_vec();
                    return Some(Self { status, after_head });
                }
            }
        }
    }
}

/// The bytes of a request that closes its connection.
fn request_bytes(url: &Url, request: &ApiRequest) -> Vec<u8> {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let body = request.body.as_deref().unwrap_or_default();
    let mut bytes = format!(
        "{} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n",
        request.method
    )
    .into_bytes();
    for (name, value) in &request.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    if request.body.is_some() {
        bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// Sends bytes, and reads until the connection ends.
async fn exchange(
    mut connection: impl AsyncRead + AsyncWrite + Unpin,
    request: &[u8],
    read: &mut Vec<u8>,
) -> io::Result<()> {
    connection.write_all(request).await?;
    let max = u64::try_from(MAX_BODY).unwrap_or(u64::MAX);
    connection.take(max).read_to_end(read).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_bytes_that_follow_the_head() {
        let raw = RawResponse::parse(
            b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\na: b\r\n\r\n{}",
        );
        let raw = raw.unwrap();
        assert_eq!((raw.status, &raw.after_head[..]), (204, &b"{}"[..]));
        assert!(RawResponse::parse(b"HTTP/1.1 204 No Content\r\n").is_none());
        assert!(RawResponse::parse(b"garbage\r\n\r\n").is_none());
    }
}
