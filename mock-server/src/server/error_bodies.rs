//! The last layer before the socket.
//!
//! Requests that are not valid HTTP never reach the pipeline: the HTTP library responds to them itself, with a
//! status and an empty body. This layer replaces that response by one with the usual error body. Below it,
//! `faulty_stream` applies faults to the bytes.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use schemas::{ErrorCode, error::PlainError};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{activity::Activity, faulty_stream::FaultyStream, transport::Transport};

/// A connection that replaces error responses without a body.
#[derive(Debug)]
pub(crate) struct ErrorBodies {
    stream: FaultyStream,
    /// The bytes that replace a response of the library, and how many of them were sent.
    instead: Option<(Vec<u8>, usize)>,
}

impl ErrorBodies {
    pub(super) fn new(stream: Transport, activity: Arc<Activity>) -> Self {
        Self {
            stream: FaultyStream::new(stream, activity),
            instead: None,
        }
    }

    /// Sends the rest of the replacement.
    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((bytes, written)) = &mut self.instead {
            if *written == bytes.len() {
                self.instead = None;
                break;
            }
            *written += ready!(Pin::new(&mut self.stream).poll_write(context, &bytes[*written..]))?;
        }
        Poll::Ready(Ok(()))
    }
}

/// The response that replaces `head`, if `head` is a response of the library. The server's own errors never have an
/// empty body.
fn replacement(head: &[u8]) -> Option<Vec<u8>> {
    if !head.starts_with(b"HTTP/1.1 4") {
        return None;
    }
    let head = str::from_utf8(head).ok()?;
    let empty = "content-length: 0\r\n";
    if !head.ends_with("\r\n\r\n") || !head.contains(empty) {
        return None;
    }
    let (code, message) = match head.get(9..12)? {
        "414" => (ErrorCode::UriTooLong, "the request target is too long"),
        "431" => (
            ErrorCode::HeadersTooLarge,
            "the header section is too large or has too many headers",
        ),
        "400" => (ErrorCode::InvalidRequest, "this is not an HTTP request"),
        _ => return None,
    };
    let body = serde_json::to_string(&PlainError {
        code,
        message: message.to_owned(),
    })
    .ok()?;
    let described = format!(
        "content-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    Some((head.replacen(empty, &described, 1) + &body).into_bytes())
}

impl AsyncWrite for ErrorBodies {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_instead(context))?;
        if let Some(instead) = replacement(bytes) {
            self.instead = Some((instead, 0));
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncRead for ErrorBodies {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_a_body_only_to_errors_without_one() {
        let bare = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let shaped = String::from_utf8(replacement(bare).unwrap()).unwrap();
        assert!(
            shaped.contains(
                "connection: close\r\ncontent-type: application/json\r\ncontent-length: 9"
            ),
            "{shaped}"
        );
        assert!(shaped.ends_with(r#"or has too many headers"}"#), "{shaped}");
        for injected in [
            &b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}"[..],
            b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 204 No Content\r\n\r\n",
            b"\xff\xff",
        ] {
            assert!(replacement(injected).is_none());
        }
    }
}
