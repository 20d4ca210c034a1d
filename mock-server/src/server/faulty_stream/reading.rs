//! The reading half. It can read a request slowly, or end or reset the connection.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use scenarios::WireFault;
use tokio::io::{AsyncRead, ReadBuf};

use super::{FaultyStream, pause, poll_pause};
use crate::{app::metrics::Closed, clock};

/// The end of a head. The library ignores a head until it is complete.
const HEAD_END: &[u8] = b"\r\n\r\n";
/// Maximum number of bytes per read, if a request is read slowly.
const READ_AT_MOST: usize = 4_096;

/// How many bytes of HTTP/2 are read until other connections have their turn. A byte can stand for a whole header, so the
/// work for all that the system has received could take long.
const TURN: usize = 16 * 1024;

/// What happens on the next read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum ReadState {
    /// Bytes are read normally.
    #[default]
    Fine,
    /// The connection is reset as soon as bytes arrive.
    ResetOnData,
    /// The end of a head that will be rejected, and then the end of the connection.
    Spoiled(&'static [u8]),
    /// The end of the connection.
    Ended,
    /// The connection was reset: nothing may be sent any more, not even a final frame.
    Reset,
}

impl FaultyStream {
    /// Processes received bytes.
    fn received(&mut self, bytes: &mut [u8]) {
        if bytes.is_empty() {
            return;
        }
        self.activity.received();
        if self.lines.check(bytes, self.activity.wire.is_idle()) {
            self.reading = ReadState::Spoiled(HEAD_END);
        }
        if self.lines.is_http2() && self.flood.received(bytes, clock::monotonic()) {
            self.activity.close(Closed::Flood);
        }
        self.turn += bytes.len();
    }

    /// Lets others have their turn, if much was read of HTTP/2.
    fn poll_turn(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.turn < TURN || !self.lines.is_http2() {
            return Poll::Ready(());
        }
        self.turn = 0;
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Reads at most this many bytes, and then pauses.
    fn poll_slow_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        at_a_time: usize,
        every: Duration,
    ) -> Poll<io::Result<()>> {
        if poll_pause(&mut self.rest, context).is_pending() {
            self.activity.hold();
            return Poll::Pending;
        }
        let mut part = [0; READ_AT_MOST];
        let max = at_a_time.min(READ_AT_MOST).min(buffer.remaining());
        let mut part = ReadBuf::new(&mut part[..max]);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut part))?;
        buffer.put_slice(part.filled());
        self.rest = pause(every);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for FaultyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.take_fault();
        match this.reading {
            ReadState::Ended => Poll::Ready(Ok(())),
            ReadState::Reset => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            ReadState::Spoiled(left) => {
                let (now, later) = left.split_at(left.len().min(buffer.remaining()));
                buffer.put_slice(now);
                this.reading = ReadState::Spoiled(later);
                Poll::Ready(Ok(()))
            }
            ReadState::Fine => {
                ready!(this.poll_turn(context));
                let before = buffer.filled().len();
                let read = if let WireFault::SlowRead { bytes, every } = this.fault {
                    this.poll_slow_read(context, buffer, bytes, every)
                } else {
                    Pin::new(&mut this.stream).poll_read(context, buffer)
                };
                ready!(read)?;
                this.received(&mut buffer.filled_mut()[before..]);
                Poll::Ready(Ok(()))
            }
            ReadState::ResetOnData => {
                if ready!(this.stream.poll_arrival(context))? {
                    return Poll::Ready(Err(this.reset()));
                }
                Poll::Ready(Ok(()))
            }
        }
    }
}
