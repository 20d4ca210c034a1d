//! Frames of HTTP/2 that cost their sender nothing and make us work.
//!
//! The HTTP library bounds what they can make it keep, but not how much it works for them.

use std::time::Duration;

use tokio::time::Instant;

use super::http2_frames::{Frame, FrameTracker};

/// How a connection of HTTP/2 begins.
const PREFACE: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();
/// Frames of these kinds at most within [`WINDOW`].
pub(super) const MAX: u32 = 1_000;
const WINDOW: Duration = Duration::from_secs(10);

const PRIORITY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;

/// What has come in on a connection of HTTP/2.
#[derive(Debug)]
pub(super) struct FloodWatch {
    frames: FrameTracker,
    /// Bytes that come before the first frame.
    preface: usize,
    since: Instant,
    count: u32,
}

impl FloodWatch {
    /// For a new connection.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            frames: FrameTracker::default(),
            preface: PREFACE,
            since: now,
            count: 0,
        }
    }

    /// These bytes have come. Whether they are too much.
    pub(super) fn received(&mut self, bytes: &[u8], now: Instant) -> bool {
        let before = self.preface.min(bytes.len());
        self.preface -= before;
        if now - self.since >= WINDOW {
            (self.since, self.count) = (now, 0);
        }
        let count = &mut self.count;
        self.frames.pass_each(&bytes[before..], |frame: Frame| {
            *count += u32::from(match frame.kind {
                PING | SETTINGS => !frame.is_ack(),
                PRIORITY | RST_STREAM => true,
                _ => false,
            });
        });
        self.count > MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    /// Such frames, of a length that fits them.
    fn frames(kind: u8, flags: u8, count: u32) -> Vec<u8> {
        let length: u8 = match kind {
            PING => 8,
            PRIORITY => 5,
            _ => 0,
        };
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 0];
        frame.resize(9 + usize::from(length), kind);
        frame.repeat(count as usize)
    }

    #[test]
    fn frames_that_need_nothing_are_bounded_in_a_time() {
        let begin = clock::monotonic();
        for kind in [PING, SETTINGS, PRIORITY, RST_STREAM] {
            let mut watch = FloodWatch::new(begin);
            assert!(!watch.received(&[b'P'; PREFACE], begin));
            assert!(!watch.received(&frames(kind, 0, MAX), begin), "{kind}");
            let next = begin + WINDOW;
            assert!(!watch.received(&frames(kind, 0, MAX), next), "{kind}");
            assert!(watch.received(&frames(kind, 0, 1), next), "{kind}");
        }
        let mut watch = FloodWatch::new(begin);
        assert!(!watch.received(&[b'P'; PREFACE], begin));
        let acks = frames(PING, 1, 2 * MAX);
        let data = frames(0, 0, 2 * MAX);
        let windows = frames(8, 0, 2 * MAX);
        for part in [acks, data, windows].concat().chunks(7) {
            assert!(!watch.received(part, begin));
        }
    }
}
