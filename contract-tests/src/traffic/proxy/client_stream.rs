//! The bytes of a client, and whether it has left. The HTTP library notices that only when it reads, but it reads nothing while a
//! request waits for its response and another one, or its body, has arrived.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::FutureExt;
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::deadlines::pause;

/// How often to look whether a client has left.
const LOOK: Duration = Duration::from_secs(1);

/// The connection of a client.
#[derive(Debug)]
pub(super) struct ClientStream {
    from_client: Arc<OwnedReadHalf>,
    to_client: OwnedWriteHalf,
}

/// What knows whether a client has left.
#[derive(Debug)]
pub(super) struct Departure(Arc<OwnedReadHalf>);

impl ClientStream {
    pub(super) fn new(stream: TcpStream) -> (Self, Departure) {
        let (from_client, to_client) = stream.into_split();
        let from_client = Arc::new(from_client);
        let departure = Departure(Arc::clone(&from_client));
        let stream = Self {
            from_client,
            to_client,
        };
        (stream, departure)
    }
}

impl Departure {
    /// Waits until the client sends no more, whatever of it has not been read yet.
    pub(super) async fn left(&self) {
        while !self.has_left() {
            pause(LOOK).await;
        }
    }

    fn has_left(&self) -> bool {
        let state = self.0.ready(Interest::READABLE).now_or_never();
        state.is_some_and(|state| state.is_ok_and(Ready::is_read_closed))
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream: &TcpStream = (*self.from_client).as_ref();
        loop {
            ready!(stream.poll_read_ready(context))?;
            match stream.try_read_buf(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(drop)),
            }
        }
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.to_client).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.to_client).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.to_client.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.to_client).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.to_client).poll_shutdown(context)
    }
}
