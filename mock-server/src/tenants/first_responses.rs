//! What was answered first, for faults that show it again.

use std::collections::HashMap;

use bytes::Bytes;
use parking_lot::Mutex;

/// Bytes that are remembered at most, with what they answered. What comes after that is not remembered.
const MAX: usize = 8 * 1024 * 1024;

/// What every `GET` was answered first, by its path and query.
#[derive(Debug, Default)]
pub(crate) struct FirstResponses(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    bodies: HashMap<Box<str>, Bytes>,
    /// Bytes of all of them.
    bytes: usize,
}

impl FirstResponses {
    /// The body that a request was answered with first: this one, where it was not answered before.
    pub(crate) fn first(&self, target: &str, body: &Bytes) -> Bytes {
        let mut known = self.0.lock();
        if let Some(first) = known.bodies.get(target) {
            return first.clone();
        }
        let bytes = known.bytes + target.len() + body.len();
        if bytes <= MAX {
            known.bytes = bytes;
            known.bodies.insert(target.into(), body.clone());
        }
        body.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_is_remembered_until_it_is_too_much() {
        let memory = FirstResponses::default();
        let [one, two] = [Bytes::from_static(b"1"), Bytes::from_static(b"2")];
        assert_eq!(memory.first("/a", &one), one);
        assert_eq!(memory.first("/a", &two), one);
        assert_eq!(memory.first("/b", &two), two);
        memory.first("/large", &vec![0; MAX - 100].into());
        let more = Bytes::from(vec![1; 100]);
        memory.first("/more", &more);
        assert_eq!(memory.first("/more", &two), two);
        assert_eq!(memory.first("/a", &two), one);
    }
}
