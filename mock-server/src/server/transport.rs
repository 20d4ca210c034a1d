//! A connection, with or without TLS.
//!
//! The handshake happens when bytes are first read, so that the deadlines and limits of connections apply to it.

use std::{
    fmt, io, mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use schemas::{ErrorCode, error::PlainError};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{Accept, TlsAcceptor, server::TlsStream};

/// The first byte of a TLS connection: the type of a record of the handshake. No request of HTTP begins with it.
const HANDSHAKE: u8 = 22;
/// Maximum number of bytes that are read at once to be discarded.
const DISCARDED: usize = 4_096;

/// The message of the response to plain HTTP from a server that speaks TLS.
pub const NEEDS_TLS: &str = "this server speaks TLS; use https://";

/// A connection, with or without TLS.
pub(super) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// TLS is expected, and nothing has arrived.
    Silent(TcpStream, TlsAcceptor),
    Handshake(Box<Accept<TcpStream>>),
    /// The client sent plain HTTP: the rest of the response that it gets.
    Refusing(TcpStream, Vec<u8>),
    /// Nothing more is read or written.
    Closed,
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Transport")
    }
}

/// Reads and writes bytes of HTTP.
trait Plain: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Plain for T {}

impl Transport {
    /// A connection that was accepted, with TLS if there is an acceptor.
    pub(super) fn new(stream: TcpStream, tls: Option<TlsAcceptor>) -> Self {
        match tls {
            None => Self::Plain(stream),
            Some(acceptor) => Self::Silent(stream, acceptor),
        }
    }

    /// The bytes of HTTP, once the handshake is complete; `None` if it failed.
    fn poll_bytes(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Option<&mut dyn Plain>>> {
        loop {
            match self {
                Self::Plain(_) | Self::Tls(_) | Self::Closed => break,
                Self::Silent(stream, _) => {
                    let mut first = [0];
                    let mut first = ReadBuf::new(&mut first);
                    ready!(stream.poll_peek(context, &mut first))?;
                    let first = first.filled().first().copied();
                    *self = mem::replace(self, Self::Closed).begun(first);
                }
                Self::Handshake(accepting) => {
                    let accepted = ready!(Pin::new(&mut **accepting).poll(context));
                    *self = Self::Closed;
                    *self = Self::Tls(Box::new(accepted.inspect_err(log_failure)?));
                }
                Self::Refusing(stream, response) => {
                    ready!(poll_write_all(stream, context, response))?;
                    ready!(Pin::new(stream).poll_shutdown(context))?;
                    *self = Self::Closed;
                }
            }
        }
        Poll::Ready(Ok(match self {
            Self::Plain(stream) => Some(stream),
            Self::Tls(stream) => Some(&mut **stream),
            Self::Silent(..) | Self::Handshake(_) | Self::Refusing(..) | Self::Closed => None,
        }))
    }

    /// The state after the first byte of a client, if it has sent one.
    fn begun(self, first: Option<u8>) -> Self {
        match (self, first) {
            (Self::Silent(stream, acceptor), Some(HANDSHAKE)) => {
                Self::Handshake(Box::new(acceptor.accept(stream)))
            }
            (Self::Silent(stream, _), Some(_)) => {
                // The system resets a connection that is closed with unread bytes, and the response would be lost.
                let _ = stream.try_read(&mut [0; DISCARDED]);
                Self::Refusing(stream, needs_tls())
            }
            (Self::Silent(..), None) => Self::Closed,
            (other, _) => other,
        }
    }

    /// Waits for bytes of the client, which may be lost. Returns whether there are any; otherwise, the client has ended
    /// the connection.
    pub(super) fn poll_arrival(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut byte = [0];
        let mut byte = ReadBuf::new(&mut byte);
        if let Self::Plain(stream) = self {
            ready!(stream.poll_peek(context, &mut byte))?;
        } else {
            ready!(Pin::new(self).poll_read(context, &mut byte))?;
        }
        Poll::Ready(Ok(!byte.filled().is_empty()))
    }

    /// Completes when the client has ended the connection. Bytes that arrive until then are lost: the end is behind them.
    pub(super) fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut lost = [0; DISCARDED];
        loop {
            let mut lost = ReadBuf::new(&mut lost);
            let read = ready!(Pin::new(&mut *self).poll_read(context, &mut lost));
            if read.is_err() || lost.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }

    /// Makes the system reset the connection when it is closed.
    pub(super) fn set_zero_linger(&self) -> io::Result<()> {
        match self {
            Self::Plain(stream) | Self::Silent(stream, _) | Self::Refusing(stream, _) => {
                stream.set_zero_linger()
            }
            Self::Tls(stream) => stream.get_ref().0.set_zero_linger(),
            Self::Handshake(_) | Self::Closed => Ok(()),
        }
    }
}

/// Writes bytes, and removes what was written.
fn poll_write_all(
    stream: &mut TcpStream,
    context: &mut Context<'_>,
    bytes: &mut Vec<u8>,
) -> Poll<io::Result<()>> {
    while !bytes.is_empty() {
        let written = ready!(Pin::new(&mut *stream).poll_write(context, bytes))?;
        bytes.drain(..written);
    }
    Poll::Ready(Ok(()))
}

/// The response to a request of plain HTTP.
fn needs_tls() -> Vec<u8> {
    let body = serde_json::to_string(&PlainError {
        code: ErrorCode::InvalidRequest,
        message: NEEDS_TLS.to_owned(),
    })
    .unwrap_or_default();
    let length = body.len();
    format!(
        "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Logs why there is no connection. A client that closes it, such as a check whether the port is open, is no news.
fn log_failure(error: &io::Error) {
    if error.kind() == io::ErrorKind::InvalidData {
        tracing::info!(%error, "a TLS handshake failed; does the client trust the certificate?");
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match ready!(self.poll_bytes(context))? {
            Some(bytes) => Pin::new(bytes).poll_read(context, buffer),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match ready!(self.poll_bytes(context))? {
            Some(stream) => Pin::new(stream).poll_write(context, bytes),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
            Self::Silent(..) | Self::Handshake(_) | Self::Refusing(..) | Self::Closed => {
                Poll::Ready(Ok(()))
            }
        }
    }

    /// Ends a connection at once that is not open yet.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) | Self::Silent(stream, _) | Self::Refusing(stream, _) => {
                Pin::new(stream).poll_shutdown(context)
            }
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Handshake(_) | Self::Closed => Poll::Ready(Ok(())),
        }
    }
}
