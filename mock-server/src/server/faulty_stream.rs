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

use super::http2_frames::Frames;
use crate::pipeline::WireControl;

/// What the library says to a client that asks whether its body is wanted.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
/// Bytes that are taken in at a time at the most, where a request is taken in slowly.
const SIP: usize = 4_096;

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
    /// Until when nothing is taken in.
    rest: Option<Pin<Box<Sleep>>>,
    /// Whether anything was ever written.
    begun: bool,
    /// Where it is, if it speaks HTTP/2.
    frames: Option<Frames>,
    /// Whether the sending half is shut down: what is still written goes nowhere.
    muted: bool,
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
            rest: None,
            begun: false,
            frames: None,
            muted: false,
            reading: Reading::Fine,
        }
    }

    /// Takes notice of what the pipeline says of the call's bytes.
    fn listen(&mut self) {
        let Some(mut next) = self.control.news() else {
            return;
        };
        (self.sent, self.pause) = (0, None);
        self.ours = match &mut next {
            Wire::Prefix(bytes) | Wire::Replace { bytes, .. } | Wire::Frames { bytes, .. } => {
                (std::mem::take(bytes), 0)
            }
            Wire::Whole
            | Wire::ResetAfter(_)
            | Wire::CloseAfter(_)
            | Wire::StallAfter(_)
            | Wire::HalfCloseAfter(_)
            | Wire::Drip { .. }
            | Wire::SlowRead { .. }
            | Wire::ResetOnNextRequest
            | Wire::CloseAfterwards
            | Wire::CloseLate(_)
            | Wire::NoContinue
            | Wire::NoPong
            | Wire::Goodbye
            | Wire::Stream { .. } => (Vec::new(), 0),
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
        if let Some(frames) = &mut self.frames {
            frames.pass(&bytes[..written]);
        }
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

    /// Nothing more goes out, and the other side learns so.
    fn poll_mute(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        self.muted = true;
        Poll::Ready(Ok(()))
    }

    fn poll_drip(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        at_a_time: usize,
        every: Duration,
    ) -> Poll<io::Result<usize>> {
        ready!(poll_pause(&mut self.pause, context));
        let slice = &bytes[..at_a_time.min(bytes.len())];
        let written = ready!(self.poll_count(context, slice))?;
        self.pause = pause(every);
        Poll::Ready(Ok(written))
    }

    /// Writes the frames that are ours as soon as no other is half written.
    fn poll_frames(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        close: bool,
    ) -> Poll<io::Result<usize>> {
        match &self.frames {
            Some(frames) if !frames.between() => {
                let rest = frames.of_one(bytes);
                self.poll_count(context, &bytes[..rest])
            }
            Some(_) | None => {
                ready!(self.poll_ours(context))?;
                if close {
                    return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
                }
                self.poll_count(context, bytes)
            }
        }
    }

    /// Writes frame by frame, and leaves out what answers a `PING`.
    fn poll_no_pong(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Some(frames) = &self.frames else {
            return self.poll_count(context, bytes);
        };
        let (pong, one) = (frames.pong(bytes), frames.of_one(bytes));
        if pong > 0 {
            return Poll::Ready(Ok(pong));
        }
        self.poll_count(context, &bytes[..one])
    }

    /// Reads no more than so many bytes, and then takes a rest.
    fn poll_sip(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        at_a_time: usize,
        every: Duration,
    ) -> Poll<io::Result<()>> {
        ready!(poll_pause(&mut self.rest, context));
        let mut part = [0; SIP];
        let most = at_a_time.min(SIP).min(buffer.remaining());
        let mut part = ReadBuf::new(&mut part[..most]);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut part))?;
        buffer.put_slice(part.filled());
        self.rest = pause(every);
        Poll::Ready(Ok(()))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "bytes crawl in real time, whatever an organization's clock says"
)]
fn pause(time: Duration) -> Option<Pin<Box<Sleep>>> {
    (!time.is_zero()).then(|| Box::pin(tokio::time::sleep(time)))
}

/// Waits until a pause is over, if there is one.
fn poll_pause(pause: &mut Option<Pin<Box<Sleep>>>, context: &mut Context<'_>) -> Poll<()> {
    if let Some(waiting) = pause {
        ready!(waiting.as_mut().poll(context));
        *pause = None;
    }
    Poll::Ready(())
}

impl AsyncWrite for Faulty {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        this.listen();
        if !this.begun {
            (this.begun, this.frames) = (true, Frames::of(bytes));
        }
        if this.muted {
            return Poll::Ready(Ok(bytes.len()));
        }
        if let Wire::Frames { close, .. } = this.wire {
            return this.poll_frames(context, bytes, close);
        }
        ready!(this.poll_ours(context))?;
        match this.wire {
            Wire::NoContinue if bytes.starts_with(CONTINUE) => Poll::Ready(Ok(CONTINUE.len())),
            Wire::Whole
            | Wire::Prefix(_)
            | Wire::ResetOnNextRequest
            | Wire::CloseAfterwards
            | Wire::CloseLate(_)
            | Wire::HalfCloseAfter(None)
            | Wire::SlowRead { .. }
            | Wire::NoContinue
            | Wire::Goodbye
            | Wire::Frames { .. }
            | Wire::Stream { .. } => this.poll_count(context, bytes),
            Wire::ResetAfter(place) => this.poll_until(context, bytes, place, |this, _| {
                Poll::Ready(Err(this.reset()))
            }),
            Wire::CloseAfter(place) => this.poll_until(context, bytes, place, |_, _| {
                Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
            }),
            Wire::StallAfter(place) => this.poll_until(context, bytes, place, Self::poll_stall),
            Wire::HalfCloseAfter(Some(place)) => {
                this.poll_until(context, bytes, place, |this, context| {
                    ready!(this.poll_mute(context))?;
                    Poll::Ready(Ok(bytes.len()))
                })
            }
            Wire::Drip {
                bytes: slice,
                every,
            } => this.poll_drip(context, bytes, slice, every),
            Wire::Replace { close: true, .. } => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Wire::Replace { close: false, .. } => Poll::Ready(Ok(bytes.len())),
            Wire::NoPong => this.poll_no_pong(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.frames.as_ref().is_none_or(Frames::between) {
            ready!(this.poll_ours(context))?;
        }
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        if this.sent > 0 && this.reading == Reading::Fine {
            match this.wire {
                Wire::ResetOnNextRequest => this.reading = Reading::ResetOnData,
                Wire::CloseAfterwards => this.reading = Reading::Ended,
                Wire::HalfCloseAfter(None) if !this.muted => ready!(this.poll_mute(context))?,
                Wire::Whole
                | Wire::ResetAfter(_)
                | Wire::CloseAfter(_)
                | Wire::StallAfter(_)
                | Wire::HalfCloseAfter(_)
                | Wire::Drip { .. }
                | Wire::SlowRead { .. }
                | Wire::Prefix(_)
                | Wire::Replace { .. }
                | Wire::CloseLate(_)
                | Wire::NoContinue
                | Wire::NoPong
                | Wire::Goodbye
                | Wire::Frames { .. }
                | Wire::Stream { .. } => {}
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.reading == Reading::Reset {
            return Poll::Ready(Ok(()));
        }
        if let Wire::CloseLate(by) = this.wire {
            this.wire = Wire::Whole;
            this.pause = pause(by);
        }
        ready!(poll_pause(&mut this.pause, context));
        Pin::new(&mut this.stream).poll_shutdown(context)
    }
}

impl AsyncRead for Faulty {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.listen();
        match this.reading {
            Reading::Ended => Poll::Ready(Ok(())),
            Reading::Reset => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            Reading::Fine => {
                if let Wire::SlowRead { bytes, every } = this.wire {
                    return this.poll_sip(context, buffer, bytes, every);
                }
                Pin::new(&mut this.stream).poll_read(context, buffer)
            }
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
