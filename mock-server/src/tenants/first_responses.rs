//! The first response of each target, for faults that repeat it.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use parking_lot::Mutex;

use crate::budget::{Budget, Reserved};

/// Maximum memory of targets and bodies, in bytes. Later responses are not stored.
const MAX: usize = 8 * 1024 * 1024;

/// The body of the first response to each `GET`, by path and query.
#[derive(Debug)]
pub(crate) struct FirstResponses(Mutex<Known>);

#[derive(Debug)]
struct Known {
    bodies: HashMap<Box<str>, Bytes>,
    /// Memory of all entries.
    memory: Reserved,
}

impl FirstResponses {
    /// An empty store.
    pub(crate) fn new(budget: &Arc<Budget>) -> Self {
        Self(Mutex::new(Known {
            bodies: HashMap::new(),
            memory: budget.nothing(),
        }))
    }

    /// The body of the first response to a target. If there was none, stores this one and returns it.
    pub(crate) fn first(&self, target: &str, body: &Bytes) -> Bytes {
        let mut mutex_guard = self.0.lock();
        if let Some(first) = mutex_guard.bodies.get(target) {
            return first.clone();
        }
        let bytes = target.len() + body.len();
        if mutex_guard.memory.bytes() + bytes <= MAX && mutex_guard.memory.grow(bytes).is_ok() {
            mutex_guard.bodies.insert(target.into(), body.clone());
        }
        body.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_first_responses_up_to_a_size() {
        let memory = FirstResponses::new(&Budget::new(usize::MAX));
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
