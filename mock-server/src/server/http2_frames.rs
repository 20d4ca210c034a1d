//! Where the bytes of an HTTP/2 connection are: within a frame, or between two.
//!
//! What is put in between or left out must be whole frames (RFC 9113, section 4.1), and the library writes
//! as much at a time as there is room for.

/// Bytes of a frame's head: three of them say how many come after it.
const HEAD: usize = 9;
/// The type of a `PING`, and the flag of one that is a response; of `SETTINGS`, too.
const PING: u8 = 6;
const ACK: u8 = 1;
/// The types of what belongs to requests and responses: `DATA` and `HEADERS`.
const DATA: u8 = 0;
const HEADERS: u8 = 1;

/// What the head of a frame says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    flags: u8,
}

impl Frame {
    /// Whether it acknowledges another.
    pub(super) fn is_ack(self) -> bool {
        self.flags & ACK != 0
    }

    /// Whether it belongs to a request or response.
    pub(super) fn is_content(self) -> bool {
        matches!(self.kind, DATA | HEADERS)
    }
}

/// How far the bytes have come.
#[derive(Debug, Default)]
pub(super) struct FrameTracker {
    /// The head of the present frame, as far as it has gone by.
    head: [u8; HEAD],
    seen: usize,
    /// Bytes of the present frame that come after its head.
    left: usize,
}

impl FrameTracker {
    /// Those of a connection whose first bytes these are, if it speaks HTTP/2.
    pub(super) fn of(first: &[u8]) -> Option<Self> {
        (!first.starts_with(b"HTTP/")).then(Self::default)
    }

    /// Whether no frame has begun.
    pub(super) fn between(&self) -> bool {
        self.seen == 0 && self.left == 0
    }

    /// These bytes have gone by. Whether some belong to a request or response.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> bool {
        let mut has_content = self.left > 0 && self.frame().is_content();
        self.pass_each(bytes, |frame| has_content |= frame.is_content());
        has_content
    }

    /// These bytes have gone by, and so the heads of these frames.
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

    /// What the last head says that was whole.
    fn frame(&self) -> Frame {
        let [_, _, _, kind, flags, ..] = self.head;
        Frame { kind, flags }
    }

    /// How many of these bytes, which come next, belong to the frame of the first of them.
    pub(super) fn of_one(&self, bytes: &[u8]) -> usize {
        let (mut ahead, mut count) = (Self { ..*self }, 0);
        while count < bytes.len() {
            count += ahead.step(&bytes[count..]);
            if ahead.between() {
                break;
            }
        }
        count
    }

    /// How many of these bytes, which come next, answer a `PING`.
    pub(super) fn pong(&self, bytes: &[u8]) -> usize {
        match bytes {
            [_, _, _, PING, flags, ..] if self.between() && flags & ACK != 0 => self.of_one(bytes),
            _ => 0,
        }
    }

    /// Goes on to the end of the present head or of what comes after it; says by how much.
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
    fn only_an_answer_to_a_ping_is_one() {
        let pong = b"\0\0\x08\x06\x01\0\0\0\0flooding\0\0";
        let ping = b"\0\0\x08\x06\0\0\0\0\0flooding";
        let mut frames = FrameTracker::default();
        assert_eq!((frames.pong(pong), frames.pong(ping)), (17, 0));
        frames.pass(&ping[..10]);
        assert_eq!(frames.pong(pong), 0);
    }

    proptest! {
        /// However the bytes are cut, the end of every frame is found, and nothing else is taken for one.
        #[test]
        fn frames_end_where_they_end(lengths in proptest::collection::vec(0..40_u8, 1..6), cut in 1..50_usize) {
            let bytes: Vec<_> = lengths.iter().flat_map(|length| frame(*length)).collect();
            let (mut frames, mut ends, mut place) = (FrameTracker::default(), Vec::new(), 0);
            while place < bytes.len() {
                let upcoming = &bytes[place..(place + cut).min(bytes.len())];
                let one = frames.of_one(upcoming);
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
