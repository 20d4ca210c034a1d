//! A connection that can apply faults to its bytes.
//!
//! The library writes the head and body of a response in parts of any size. Every byte passes through here, so a
//! response can end, stop or slow down at any byte, or be replaced. With TLS, these are the bytes before encryption: the
//! bytes on the wire mean nothing to a client until a whole record of them is there.

mod reading;

use std::{
    io, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use scenarios::WireFault;
use tokio::{io::AsyncWrite, time::Sleep};

use self::reading::ReadState;
use super::{
    activity::Activity, flood::FloodWatch, http2_frames::FrameTracker, line_ends::LineEnds,
    transport::Transport,
};
use crate::clock;

/// What the library sends to a client that expects `100 Continue`.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A connection that can apply faults to its bytes.
#[derive(Debug)]
pub(super) struct FaultyStream {
    stream: Transport,
    activity: Arc<Activity>,
    fault: WireFault,
    /// Number of bytes of the current response that were sent.
    sent: usize,
    /// Bytes to send before all others, and how many of them were sent.
    injected: (Vec<u8>, usize),
    /// Until when nothing is sent.
    pause: Option<Pin<Box<Sleep>>>,
    /// Until when nothing is read.
    rest: Option<Pin<Box<Sleep>>>,
    /// Whether anything was ever sent.
    begun: bool,
    /// The position between HTTP/2 frames, if the connection uses HTTP/2.
    frames: Option<FrameTracker>,
    /// Whether the sending half is shut down. Later writes are discarded.
    half_closed: bool,
    /// What happens on the next read.
    reading: ReadState,
    /// Number of bytes that were read since other connections had their turn.
    turn: usize,
    /// Checks the line ends of received heads.
    lines: LineEnds,
    /// Counts received HTTP/2 frames.
    flood: FloodWatch,
    /// Whether encrypted bytes wait for the client to read.
    is_full: bool,
}

impl FaultyStream {
    pub(super) fn new(stream: Transport, activity: Arc<Activity>) -> Self {
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
            turn: 0,
            lines: LineEnds::new(),
            flood: FloodWatch::new(clock::monotonic()),
            is_full: false,
        }
    }

    /// Takes the fault that the pipeline has set, if there is a new one.
    fn take_fault(&mut self) {
        let Some(mut next) = self.activity.wire.take() else {
            return;
        };
        if self.fault == WireFault::NoPong && next == WireFault::Whole {
            // `NoPong` applies to the whole connection, whatever later requests do.
            return;
        }
        (self.sent, self.pause, self.rest) = (0, None, None);
        self.injected = (next.take_bytes(), 0);
        self.fault = next;
    }

    /// The library's buffer has been sent. Over HTTP/1, this ends the response, and its fault, unless the fault
    /// applies after the response.
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
        // If the system does not allow this, the connection is closed normally instead.
        let _ = self.stream.set_zero_linger();
        io::ErrorKind::ConnectionReset.into()
    }

    /// Records whether the client does not read.
    fn note_error(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            self.activity.queue_full();
        }
        written
    }

    /// Sends what is encrypted and not sent yet, if there is TLS.
    fn poll_encrypted(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_pending() {
            self.is_full = true;
            self.activity.queue_full();
        } else if mem::take(&mut self.is_full) {
            self.activity.sent();
        }
        flushed
    }

    /// Sends the rest of the injected bytes.
    fn poll_injected(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.injected.1 < self.injected.0.len() {
            let left = &self.injected.0[self.injected.1..];
            let written = Pin::new(&mut self.stream).poll_write(context, left);
            self.injected.1 += ready!(self.note_error(written))?;
            self.activity.sent();
        }
        Poll::Ready(Ok(()))
    }

    /// Sends bytes, and counts them.
    fn poll_count(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        let written = ready!(self.note_error(written))?;
        self.sent += written;
        self.flood.sent(written);
        let frames = self.frames.as_mut();
        // The response to a client's `PING` is not progress of a request.
        if frames.is_none_or(|frames| frames.pass(&bytes[..written])) {
            self.activity.sent();
        }
        Poll::Ready(Ok(written))
    }

    /// Sends bytes up to an offset, and then does what `end` does.
    fn poll_until(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        place: usize,
        end: impl FnOnce(&mut Self, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let left = place.saturating_sub(self.sent).min(bytes.len());
        if left == 0 {
            ready!(self.poll_encrypted(context))?;
            return end(self, context);
        }
        self.poll_count(context, &bytes[..left])
    }

    /// Sends nothing more, until the client gives up.
    fn poll_stall(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.stream.poll_end(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        self.activity.hold();
        Poll::Pending
    }

    /// Sends nothing more, and shuts down the sending half.
    fn poll_half_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        self.half_closed = true;
        Poll::Ready(Ok(()))
    }

    /// Waits until no pause holds sending back.
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
        ready!(self.poll_encrypted(context))?;
        ready!(self.poll_pause(context));
        let slice = &bytes[..at_a_time.min(bytes.len())];
        let written = ready!(self.poll_count(context, slice))?;
        self.pause = pause(every);
        Poll::Ready(Ok(written))
    }

    /// Sends the injected frames, as soon as no other frame is partly sent.
    fn poll_frames(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        close: bool,
    ) -> Poll<io::Result<usize>> {
        match &self.frames {
            Some(frames) if !frames.between() => {
                let rest = frames.length_within_frame(bytes);
                self.poll_count(context, &bytes[..rest])
            }
            Some(_) | None => {
                ready!(self.poll_injected(context))?;
                if close {
                    ready!(self.poll_encrypted(context))?;
                    return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
                }
                self.poll_count(context, bytes)
            }
        }
    }

    /// Sends frame by frame, and drops responses to `PING`.
    fn poll_no_pong(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Some(frames) = &self.frames else {
            return self.poll_count(context, bytes);
        };
        let (pong, one) = (frames.pong(bytes), frames.length_within_frame(bytes));
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
            (this.begun, this.frames) = (true, FrameTracker::start(bytes));
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
                ready!(this.poll_encrypted(context))?;
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
        ready!(this.poll_encrypted(context))?;
        if this.sent > 0 && this.reading == ReadState::Fine {
            if this.fault == WireFault::ResetOnNextRequest {
                this.reading = ReadState::ResetOnData;
            } else if this.fault == WireFault::CloseAfterwards {
                this.reading = ReadState::Ended;
                // Wakes the reader, which must look at its new state.
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
