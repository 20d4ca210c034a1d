//! Limits HTTP/2 frames that are cheap for the client and costly for the server.
//!
//! The HTTP library limits what such frames can make it store, but not the work that they cause.

use tokio::time::Instant;

use super::http2_frames::{Frame, FrameTracker};
use crate::config::limits::{CONTROL_FRAME_WINDOW, MAX_CONTROL_FRAMES};

/// Length of the HTTP/2 connection preface.
const PREFACE: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();

const PRIORITY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

/// How many bytes a client can be sent for each `WINDOW_UPDATE` that does not count. Clients send at most two, of the
/// stream and of the connection, for what they read at a time.
const UPDATED: usize = 512;

/// The frames that a connection has received.
#[derive(Debug)]
pub(super) struct FloodWatch {
    frames: FrameTracker,
    /// Number of bytes left before the first frame.
    preface: usize,
    since: Instant,
    count: u32,
    /// Number of bytes that were sent, and not acknowledged by a `WINDOW_UPDATE`.
    sent: usize,
}

impl FloodWatch {
    /// The state of a new connection.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            frames: FrameTracker::default(),
            preface: PREFACE,
            since: now,
            count: 0,
            sent: 0,
        }
    }

    /// Counts bytes that were sent.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.sent = self.sent.saturating_add(bytes);
    }

    /// Counts the frames in received bytes, and returns whether there are too many.
    pub(super) fn received(&mut self, bytes: &[u8], now: Instant) -> bool {
        let before = self.preface.min(bytes.len());
        self.preface -= before;
        if now - self.since >= CONTROL_FRAME_WINDOW {
            (self.since, self.count) = (now, 0);
        }
        let (count, sent) = (&mut self.count, &mut self.sent);
        self.frames.pass_each(&bytes[before..], |frame: Frame| {
            *count += u32::from(match frame.kind {
                PING | SETTINGS => !frame.is_ack(),
                PRIORITY | RST_STREAM => true,
                WINDOW_UPDATE => match sent.checked_sub(UPDATED) {
                    Some(rest) => {
                        *sent = rest;
                        false
                    }
                    None => true,
                },
                // The library ignores frames of unknown types.
                kind => kind > CONTINUATION,
            });
        });
        self.count > MAX_CONTROL_FRAMES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    /// Frames of a kind, each with a valid length.
    fn frames(kind: u8, flags: u8, count: u32) -> Vec<u8> {
        let length: u8 = match kind {
            PING => 8,
            PRIORITY => 5,
            WINDOW_UPDATE => 4,
            _ => 0,
        };
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 0];
        frame.resize(9 + usize::from(length), kind);
        frame.repeat(count as usize)
    }

    #[test]
    fn bounds_the_number_of_idle_frames_per_time() {
        let begin = clock::monotonic();
        for kind in [PING, SETTINGS, PRIORITY, RST_STREAM, WINDOW_UPDATE, 10, 255] {
            let mut watch = FloodWatch::new(begin);
            assert!(!watch.received(&[b'P'; PREFACE], begin));
            assert!(
                !watch.received(&frames(kind, 0, MAX_CONTROL_FRAMES), begin),
                "{kind}"
            );
            let next = begin + CONTROL_FRAME_WINDOW;
            assert!(
                !watch.received(&frames(kind, 0, MAX_CONTROL_FRAMES), next),
                "{kind}"
            );
            assert!(watch.received(&frames(kind, 0, 1), next), "{kind}");
        }
        let mut watch = FloodWatch::new(begin);
        assert!(!watch.received(&[b'P'; PREFACE], begin));
        let acks = frames(PING, 1, 2 * MAX_CONTROL_FRAMES);
        let data = frames(0, 0, 2 * MAX_CONTROL_FRAMES);
        let windows = frames(WINDOW_UPDATE, 0, 2 * MAX_CONTROL_FRAMES);
        watch.sent(2 * MAX_CONTROL_FRAMES as usize * UPDATED);
        for part in [acks, data, windows].concat().chunks(7) {
            assert!(!watch.received(part, begin));
        }
    }
}
