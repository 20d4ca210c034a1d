//! The captures of a journal, within limits of bytes.

use std::{collections::VecDeque, sync::Arc};

use super::{Capture, Captured, Entry};
use crate::budget::{Budget, Reserved};

/// The memory of a journal's captures, and where the oldest is.
#[derive(Debug)]
pub(super) struct Captures {
    /// Maximum number of bytes.
    max: usize,
    memory: Reserved,
    /// Number of the first entries of the journal that have no capture any more.
    without: usize,
}

impl Captures {
    pub(super) fn new(budget: &Arc<Budget>, max: usize) -> Self {
        Self {
            max,
            memory: budget.nothing(),
            without: 0,
        }
    }

    /// Whether there is room for this many bytes more in this journal.
    pub(super) fn has(&self, bytes: usize) -> bool {
        self.memory.bytes() + bytes <= self.max
    }

    /// Keeps a capture, for which the oldest of the entries' captures make room.
    pub(super) fn keep(
        &mut self,
        capture: Arc<Capture>,
        entries: &mut VecDeque<Entry>,
    ) -> Captured {
        let weight = capture.weight();
        if weight > self.max {
            return Captured::Dropped;
        }
        while !self.has(weight) || self.memory.grow(weight).is_err() {
            if !self.drop_oldest(entries) {
                return Captured::Dropped;
            }
        }
        Captured::Kept(capture)
    }

    /// The journal forgets its first entry, which has this capture.
    pub(super) fn forget_first(&mut self, captured: &Captured) {
        self.without = self.without.saturating_sub(1);
        self.release(captured);
    }

    /// Drops all captures.
    pub(super) fn drop_all(&mut self, entries: &mut VecDeque<Entry>) {
        while self.drop_oldest(entries) {}
    }

    /// The journal has no entries any more.
    pub(super) fn clear(&mut self) {
        self.without = 0;
        self.memory.shrink(self.memory.bytes());
    }

    /// Drops the oldest capture. Returns `false` if there is none.
    fn drop_oldest(&mut self, entries: &mut VecDeque<Entry>) -> bool {
        while let Some(entry) = entries.get_mut(self.without) {
            self.without += 1;
            if entry.capture.kept().is_some() {
                self.release(&entry.capture);
                entry.capture = Captured::Dropped;
                return true;
            }
        }
        false
    }

    fn release(&mut self, captured: &Captured) {
        if let Captured::Kept(capture) = captured {
            self.memory.shrink(capture.weight());
        }
    }
}
