//! A connection whose bytes can be made to go wrong.
//!
//! The library writes head and body of a response as it likes; here every byte of both passes by, so an
//! answer can end, stop or crawl at any of them, or be another altogether.

mod reading;

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use scenarios::WireFault;
use tokio::{
    io::{AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Sleep,
};

use self::reading::ReadState;
use super::{
    activity::Activity, flood::FloodWatch, http2_frames::FrameTracker, line_ends::LineEnds,
};
use crate::clock;

/// What the library says to a client that asks whether its body is wanted.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A connection whose bytes can be made to go wrong.
#[derive(Debug)]
pub(super) struct FaultyStream {
    stream: TcpStream,
    activity: Arc<Activity>,
    fault: WireFault,
    /// Bytes of the present answer that went out.
    sent: usize,
    /// Bytes of ours that go out before anything else, and how many of them did.
    injected: (Vec<u8>, usize),
    /// Until when nothing goes out.
    pause: Option<Pin<Box<Sleep>>>,
    /// Until when nothing is taken in.
    rest: Option<Pin<Box<Sleep>>>,
    /// Whether anything was ever written.
    begun: bool,
    /// Where it is, if it speaks HTTP/2.
    frames: Option<FrameTracker>,
    /// Whether the sending half is shut down: what is still written goes nowhere.
    half_closed: bool,
    /// What the next read meets.
    reading: ReadState,
    /// How the lines of heads end that come in.
    lines: LineEnds,
    /// What comes in, if it is HTTP/2.
    flood: FloodWatch,
}

impl FaultyStream {
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            activity,
            fault: WireFault::Whole,
            sent: 0,
            injected: (Vec::new(), 0),
            pause: None,
            rest: None,
            begun: false,
            frames: None,
            half_closed: false,
            reading: ReadState::Fine,
            lines: LineEnds::new(),
            flood: FloodWatch::new(clock::monotonic()),
        }
    }

    /// Takes notice of what the pipeline says of the request's bytes.
    fn take_fault(&mut self) {
        let Some(mut next) = self.activity.wire.take() else {
            return;
        };
        if self.fault == WireFault::NoPong && next == WireFault::Whole {
            // Pings are not answered on the connection, whatever is asked on it.
            return;
        }
        (self.sent, self.pause, self.rest) = (0, None, None);
        self.injected = (next.take_bytes(), 0);
        self.fault = next;
    }

    /// All that the library had to say is out. Over HTTP/1 a response ends with that, and the fault with it, unless it is
    /// about what comes after.
    fn flushed(&mut self) {
        if !self.activity.wire.flushed() || self.frames.is_some() {
            return;
        }
        match self.fault {
            WireFault::Whole
            | WireFault::ResetOnNextRequest
            | WireFault::CloseAfterwards
            | WireFault::CloseLate(_)
            | WireFault::HalfCloseAfter(_) => {}
            WireFault::ResetAfter(_)
            | WireFault::CloseAfter(_)
            | WireFault::StallAfter(_)
            | WireFault::Drip { .. }
            | WireFault::Prefix(_)
            | WireFault::Replace { .. }
            | WireFault::SlowRead { .. }
            | WireFault::NoContinue
            | WireFault::Goodbye
            | WireFault::Frames { .. }
            | WireFault::NoPong
            | WireFault::Stream { .. } => {
                self.fault = WireFault::Whole;
                (self.pause, self.rest) = (None, None);
            }
        }
    }

    fn reset(&mut self) -> io::Error {
        self.reading = ReadState::Reset;
        // Where the system does not let us, it is closed in good order instead.
        let _ = self.stream.set_zero_linger();
        io::ErrorKind::ConnectionReset.into()
    }

    /// Takes notice of a caller who takes nothing.
    fn noticed(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            self.activity.full();
        }
        written
    }

    /// Writes what is ours to its end.
    fn poll_injected(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.injected.1 < self.injected.0.len() {
            let left = &self.injected.0[self.injected.1..];
            let written = Pin::new(&mut self.stream).poll_write(context, left);
            self.injected.1 += ready!(self.noticed(written))?;
            self.activity.sent();
        }
        Poll::Ready(Ok(()))
    }

    /// Writes, and counts.
    fn poll_count(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        let written = ready!(self.noticed(written))?;
        self.sent += written;
        let frames = self.frames.as_mut();
        // What answers a caller's `PING` takes no request on.
        if frames.is_none_or(|frames| frames.pass(&bytes[..written])) {
            self.activity.sent();
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
            Poll::Ready(Ok(_)) | Poll::Pending => {
                self.activity.hold();
                Poll::Pending
            }
        }
    }

    /// Nothing more goes out, and the other side learns so.
    fn poll_half_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        self.half_closed = true;
        Poll::Ready(Ok(()))
    }

    /// Waits until nothing holds back what is sent.
    fn poll_pause(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let paused = poll_pause(&mut self.pause, context);
        if paused.is_pending() {
            self.activity.hold();
        }
        paused
    }

    fn poll_drip(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        at_a_time: usize,
        every: Duration,
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_pause(context));
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
                ready!(self.poll_injected(context))?;
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

impl AsyncWrite for FaultyStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        this.take_fault();
        if !this.begun {
            (this.begun, this.frames) = (true, FrameTracker::of(bytes));
        }
        if this.half_closed {
            return Poll::Ready(Ok(bytes.len()));
        }
        if let WireFault::Frames { close, .. } = this.fault {
            return this.poll_frames(context, bytes, close);
        }
        ready!(this.poll_injected(context))?;
        match this.fault {
            WireFault::NoContinue if bytes.starts_with(CONTINUE) => Poll::Ready(Ok(CONTINUE.len())),
            WireFault::Whole
            | WireFault::Prefix(_)
            | WireFault::ResetOnNextRequest
            | WireFault::CloseAfterwards
            | WireFault::CloseLate(_)
            | WireFault::HalfCloseAfter(None)
            | WireFault::SlowRead { .. }
            | WireFault::NoContinue
            | WireFault::Goodbye
            | WireFault::Frames { .. }
            | WireFault::Stream { .. } => this.poll_count(context, bytes),
            WireFault::ResetAfter(place) => this.poll_until(context, bytes, place, |this, _| {
                Poll::Ready(Err(this.reset()))
            }),
            WireFault::CloseAfter(place) => this.poll_until(context, bytes, place, |_, _| {
                Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
            }),
            WireFault::StallAfter(place) => {
                this.poll_until(context, bytes, place, Self::poll_stall)
            }
            WireFault::HalfCloseAfter(Some(place)) => {
                this.poll_until(context, bytes, place, |this, context| {
                    ready!(this.poll_half_close(context))?;
                    Poll::Ready(Ok(bytes.len()))
                })
            }
            WireFault::Drip {
                bytes: slice,
                every,
            } => this.poll_drip(context, bytes, slice, every),
            WireFault::Replace { close: true, .. } => {
                Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
            }
            WireFault::Replace { close: false, .. } => Poll::Ready(Ok(bytes.len())),
            WireFault::NoPong => this.poll_no_pong(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.frames.as_ref().is_none_or(FrameTracker::between) {
            ready!(this.poll_injected(context))?;
        }
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        if this.sent > 0 && this.reading == ReadState::Fine {
            if this.fault == WireFault::ResetOnNextRequest {
                this.reading = ReadState::ResetOnData;
            } else if this.fault == WireFault::CloseAfterwards {
                this.reading = ReadState::Ended;
                // Whoever waits for something to read has to look.
                context.waker().wake_by_ref();
            } else if this.fault == WireFault::HalfCloseAfter(None) && !this.half_closed {
                ready!(this.poll_half_close(context))?;
            }
        }
        this.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.reading == ReadState::Reset {
            return Poll::Ready(Ok(()));
        }
        if let WireFault::CloseLate(by) = this.fault {
            this.fault = WireFault::Whole;
            this.pause = pause(by);
        }
        ready!(this.poll_pause(context));
        Pin::new(&mut this.stream).poll_shutdown(context)
    }
}
