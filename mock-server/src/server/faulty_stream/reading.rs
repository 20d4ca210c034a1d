//! The reading half: a request can be taken in slowly, or meet the end of its connection.

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

/// How a head ends. The library looks at none that has not ended.
const HEAD_END: &[u8] = b"\r\n\r\n";
/// Bytes that are taken in at a time at most, where a request is taken in slowly.
const READ_AT_MOST: usize = 4_096;

/// What the next read meets.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum ReadState {
    /// What comes.
    #[default]
    Fine,
    /// A reset, as soon as something comes.
    ResetOnData,
    /// The end of a head that will be refused, and then the end.
    Spoiled(&'static [u8]),
    /// The end.
    Ended,
    /// It was reset: nothing must be sent any more, not even a farewell.
    Reset,
}

impl FaultyStream {
    /// Takes notice of what has come.
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
    }

    /// Reads no more than this many bytes, and then takes a rest.
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
        let most = at_a_time.min(READ_AT_MOST).min(buffer.remaining());
        let mut part = ReadBuf::new(&mut part[..most]);
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
