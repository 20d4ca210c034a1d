//! Tracks positions in the bytes of an HTTP/2 connection: within a frame, or between two.
//!
//! Only whole frames may be inserted or dropped (RFC 9113, section 4.1), but the library writes as many bytes at a
//! time as fit.

/// Length of a frame's head. Its first three bytes are the length of the payload.
const HEAD: usize = 9;
/// The type of a `PING`, and the flag of its response. `SETTINGS` uses the same flag.
const PING: u8 = 6;
const ACK: u8 = 1;
/// The types of frames that belong to requests and responses: `DATA` and `HEADERS`.
const DATA: u8 = 0;
const HEADERS: u8 = 1;

/// The head of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    flags: u8,
}

impl Frame {
    /// Whether it acknowledges another frame.
    pub(super) fn is_ack(self) -> bool {
        self.flags & ACK != 0
    }

    /// Whether it belongs to a request or response.
    pub(super) fn is_content(self) -> bool {
        matches!(self.kind, DATA | HEADERS)
    }
}

/// A position in the bytes.
#[derive(Debug, Default)]
pub(super) struct FrameTracker {
    /// The head of the current frame, as far as it has passed.
    head: [u8; HEAD],
    seen: usize,
    /// Number of bytes left in the payload of the current frame.
    left: usize,
}

impl FrameTracker {
    /// A tracker for a connection that starts with these bytes, if it uses HTTP/2.
    pub(super) fn start(first: &[u8]) -> Option<Self> {
        (!first.starts_with(b"HTTP/")).then(Self::default)
    }

    /// Whether the position is between two frames.
    pub(super) fn between(&self) -> bool {
        self.seen == 0 && self.left == 0
    }

    /// Advances past these bytes. Returns whether some belong to a request or response.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> bool {
        let mut has_content = self.left > 0 && self.frame().is_content();
        self.pass_each(bytes, |frame| has_content |= frame.is_content());
        has_content
    }

    /// Advances past these bytes, and calls `seen` for each complete head.
    pub(super) fn pass_each(&mut self, mut bytes: &[u8], mut seen: impl FnMut(Frame)) {
        while !bytes.is_empty() {
            let in_head = self.left == 0;
            let step = self.step(bytes);
            bytes = &bytes[step..];
            if in_head && self.seen == 0 {
                seen(self.frame());
            }
        }
    }

    /// The last complete head.
    fn frame(&self) -> Frame {
        let [_, _, _, kind, flags, ..] = self.head;
        Frame { kind, flags }
    }

    /// How many of the next bytes belong to the same frame as the first of them.
    pub(super) fn length_within_frame(&self, bytes: &[u8]) -> usize {
        let (mut ahead, mut count) = (Self { ..*self }, 0);
        while count < bytes.len() {
            count += ahead.step(&bytes[count..]);
            if ahead.between() {
                break;
            }
        }
        count
    }

    /// How many of the next bytes are a response to a `PING`.
    pub(super) fn pong(&self, bytes: &[u8]) -> usize {
        match bytes {
            [_, _, _, PING, flags, ..] if self.between() && flags & ACK != 0 => {
                self.length_within_frame(bytes)
            }
            _ => 0,
        }
    }

    /// Advances to the end of the current head or payload, and returns the number of bytes.
    fn step(&mut self, bytes: &[u8]) -> usize {
        if self.left > 0 {
            let step = self.left.min(bytes.len());
            self.left -= step;
            return step;
        }
        let step = (HEAD - self.seen).min(bytes.len());
        self.head[self.seen..self.seen + step].copy_from_slice(&bytes[..step]);
        self.seen += step;
        if self.seen == HEAD {
            let [one, two, three, ..] = self.head;
            self.seen = 0;
            self.left = usize::from(one) << 16 | usize::from(two) << 8 | usize::from(three);
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, 1, 0, 0, 0, 0, 1];
        frame.resize(HEAD + usize::from(length), 7);
        frame
    }

    #[test]
    fn only_a_ping_ack_is_a_ping_ack() {
        let pong = b"\0\0\x08\x06\x01\0\0\0\0flooding\0\0";
        let ping = b"\0\0\x08\x06\0\0\0\0\0flooding";
        let mut frames = FrameTracker::default();
        assert_eq!((frames.pong(pong), frames.pong(ping)), (17, 0));
        frames.pass(&ping[..10]);
        assert_eq!(frames.pong(pong), 0);
    }

    proptest! {
        /// However the bytes are split, the tracker finds the end of every frame, and no others.
        #[test]
        fn finds_the_ends_of_frames(lengths in proptest::collection::vec(0..40_u8, 1..6), cut in 1..50_usize) {
            let bytes: Vec<_> = lengths.iter().flat_map(|length| frame(*length)).collect();
            let (mut frames, mut ends, mut place) = (FrameTracker::default(), Vec::new(), 0);
            while place < bytes.len() {
                let upcoming = &bytes[place..(place + cut).min(bytes.len())];
                let one = frames.length_within_frame(upcoming);
                frames.pass(&upcoming[..one]);
                place += one;
                if frames.between() {
                    ends.push(place);
                }
            }
            let mut end = 0;
            let expected: Vec<_> = lengths.iter().map(|length| { end += frame(*length).len(); end }).collect();
            prop_assert_eq!(ends, expected);
        }
    }
}
