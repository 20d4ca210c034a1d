//! A connection whose bytes can be made to go wrong.
//!
//! The library writes head and body of an answer as it likes; here every byte of both passes by, so an
//! answer can end, stop or crawl at any of them, or be another altogether.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use scenarios::Wire;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Sleep,
};

use super::WireControl;

/// A connection whose bytes can be made to go wrong.
#[derive(Debug)]
pub(super) struct Faulty {
    stream: TcpStream,
    control: WireControl,
    wire: Wire,
    /// Bytes of the present answer that went out.
    sent: usize,
    /// Bytes of ours that go out before anything else, and how many of them did.
    ours: (Vec<u8>, usize),
    /// Until when nothing goes out.
    pause: Option<Pin<Box<Sleep>>>,
    /// What the next read meets.
    reading: Reading,
}

/// What the next read meets.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Reading {
    /// What comes.
    #[default]
    Fine,
    /// A reset, as soon as something comes.
    ResetOnData,
    /// The end.
    Ended,
    /// It was reset: nothing must be sent any more, not even a farewell.
    Reset,
}

impl Faulty {
    pub(super) fn new(stream: TcpStream, control: WireControl) -> Self {
        Self {
            stream,
            control,
            wire: Wire::Whole,
            sent: 0,
            ours: (Vec::new(), 0),
            pause: None,
            reading: Reading::Fine,
        }
    }

    /// Takes notice of what the pipeline says of the answer that is about to go out.
    fn listen(&mut self) {
        let Some(next) = self.control.news() else {
            return;
        };
        (self.sent, self.pause) = (0, None);
        self.ours = match &next {
            Wire::Prefix(bytes) | Wire::Replace { bytes, .. } => (bytes.clone(), 0),
            Wire::Whole
            | Wire::ResetAfter(_)
            | Wire::CloseAfter(_)
            | Wire::StallAfter(_)
            | Wire::Drip { .. }
            | Wire::ResetOnNextRequest
            | Wire::CloseAfterwards => (Vec::new(), 0),
        };
        self.wire = next;
    }

    fn reset(&mut self) -> io::Error {
        self.reading = Reading::Reset;
        // Where the system does not let us, it is closed in good order instead.
        let _ = self.stream.set_zero_linger();
        io::ErrorKind::ConnectionReset.into()
    }

    /// Writes what is ours to its end.
    fn poll_ours(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.ours.1 < self.ours.0.len() {
            let left = &self.ours.0[self.ours.1..];
            self.ours.1 += ready!(Pin::new(&mut self.stream).poll_write(context, left))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes, and counts.
    fn poll_count(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.sent += written;
        Poll::Ready(Ok(written))
    }

    /// Writes no more than up to a place; at it, what `end` says.
    fn poll_until(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        place: usize,
        end: impl FnOnce(&mut Self, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let left = place.saturating_sub(self.sent).min(bytes.len());
        if left == 0 {
            return end(self, context);
        }
        self.poll_count(context, &bytes[..left])
    }

    /// Nothing more goes out, until the other side has enough.
    fn poll_stall(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut byte = [0];
        match self.stream.poll_peek(context, &mut ReadBuf::new(&mut byte)) {
            Poll::Ready(Ok(0) | Err(_)) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Poll::Ready(Ok(_)) | Poll::Pending => Poll::Pending,
        }
    }

    fn poll_drip(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        at_a_time: usize,
        every: Duration,
    ) -> Poll<io::Result<usize>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let slice = &bytes[..at_a_time.min(bytes.len())];
        let written = ready!(self.poll_count(context, slice))?;
        self.pause = Some(pause(every));
        Poll::Ready(Ok(written))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "an answer crawls in real time, whatever an organization's clock says"
)]
fn pause(time: Duration) -> Pin<Box<Sleep>> {
    Box::pin(tokio::time::sleep(time))
}

impl AsyncWrite for Faulty {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        this.listen();
        ready!(this.poll_ours(context))?;
        match this.wire {
            Wire::Whole | Wire::Prefix(_) => Pin::new(&mut this.stream).poll_write(context, bytes),
            Wire::ResetOnNextRequest | Wire::CloseAfterwards => this.poll_count(context, bytes),
            Wire::ResetAfter(place) => this.poll_until(context, bytes, place, |this, _| {
                Poll::Ready(Err(this.reset()))
            }),
            Wire::CloseAfter(place) => this.poll_until(context, bytes, place, |_, _| {
                Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
            }),
            Wire::StallAfter(place) => this.poll_until(context, bytes, place, Self::poll_stall),
            Wire::Drip {
                bytes: slice,
                every,
            } => this.poll_drip(context, bytes, slice, every),
            Wire::Replace { close: true, .. } => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Wire::Replace { close: false, .. } => Poll::Ready(Ok(bytes.len())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_ours(context))?;
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        if this.sent > 0 && this.reading == Reading::Fine {
            match this.wire {
                Wire::ResetOnNextRequest => this.reading = Reading::ResetOnData,
                Wire::CloseAfterwards => this.reading = Reading::Ended,
                Wire::Whole
                | Wire::ResetAfter(_)
                | Wire::CloseAfter(_)
                | Wire::StallAfter(_)
                | Wire::Drip { .. }
                | Wire::Prefix(_)
                | Wire::Replace { .. } => {}
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reading == Reading::Reset {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncRead for Faulty {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match this.reading {
            Reading::Ended => Poll::Ready(Ok(())),
            Reading::Reset => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            Reading::Fine => Pin::new(&mut this.stream).poll_read(context, buffer),
            Reading::ResetOnData => {
                let mut byte = [0];
                let there = ready!(this.stream.poll_peek(context, &mut ReadBuf::new(&mut byte)))?;
                if there == 0 {
                    return Poll::Ready(Ok(()));
                }
                Poll::Ready(Err(this.reset()))
            }
        }
    }
}
