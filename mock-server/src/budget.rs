//! How much memory callers may make the server use, counted where things are stored and received.
//!
//! What is counted is an estimate: of what a thing has on the heap, not of what the allocator needs for it. Work that takes
//! long, such as reading a large body, needs more for a moment; there are few places for it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// A number of bytes that can be used, and how many are.
#[derive(Debug)]
pub(crate) struct Budget {
    max: usize,
    used: AtomicUsize,
}

/// There is not enough of a budget left.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the server uses the {} MiB of memory that it may; delete organizations, or raise --max-memory",
    max / 1024 / 1024
)]
pub struct OverBudget {
    max: usize,
}

/// Bytes of a budget that are in use. They are free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Reserved {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    /// One that nothing uses yet.
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self {
            max,
            used: AtomicUsize::new(0),
        })
    }

    /// How many bytes are in use.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// How many bytes can be used.
    pub(crate) fn max(&self) -> usize {
        self.max
    }

    /// Whether there are this many left.
    pub(crate) fn has(&self, bytes: usize) -> Result<(), OverBudget> {
        let used = self.used().checked_add(bytes);
        used.filter(|used| *used <= self.max)
            .map(drop)
            .ok_or(OverBudget { max: self.max })
    }

    /// None of its bytes yet.
    pub(crate) fn nothing(self: &Arc<Self>) -> Reserved {
        Reserved {
            budget: Arc::clone(self),
            bytes: 0,
        }
    }

    fn take(&self, bytes: usize) -> Result<(), OverBudget> {
        let more = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.max);
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .map(drop)
            .map_err(|_| OverBudget { max: self.max })
    }
}

impl Reserved {
    /// How many bytes these are.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// This many more, if there are so many.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), OverBudget> {
        self.budget.take(bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// This many more, also where there are not so many.
    pub(crate) fn grow_always(&mut self, bytes: usize) {
        self.budget.used.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
    }

    /// This many less.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.budget.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.shrink(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_is_free_again_when_it_is_dropped() {
        let budget = Budget::new(100);
        let mut one = budget.nothing();
        one.grow(60).unwrap();
        let mut other = budget.nothing();
        assert_eq!(other.grow(41), Err(OverBudget { max: 100 }));
        assert_eq!(other.grow(usize::MAX), Err(OverBudget { max: 100 }));
        other.grow(40).unwrap();
        one.shrink(10);
        assert_eq!((one.bytes(), other.bytes(), budget.used()), (50, 40, 90));
        drop(one);
        assert_eq!(budget.used(), 40);
        drop(other);
        assert_eq!(budget.used(), 0);
    }
}
