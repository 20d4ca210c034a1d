//! The memory that clients can make the server use, counted where data is stored and received.
//!
//! The count is an estimate: it contains the data on the heap, but not the overhead of the allocator. Slow work,
//! such as reading a large body, temporarily needs more; its concurrency is limited.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// A limit of bytes, and the number in use.
#[derive(Debug)]
pub(crate) struct Budget {
    max: usize,
    used: AtomicUsize,
    /// The budget that this is a part of: what is used of the part is used of the whole.
    whole: Option<Arc<Self>>,
}

/// The budget is exhausted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the server uses the {} MiB of memory that it may; delete organizations, or raise --max-memory",
    max / 1024 / 1024
)]
pub struct OverBudget {
    max: usize,
}

/// Reserved bytes of a budget. They are released on drop.
#[derive(Debug)]
pub(crate) struct Reserved {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    /// A budget of which nothing is used.
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self {
            max,
            used: AtomicUsize::new(0),
            whole: None,
        })
    }

    /// A part of this budget with a limit of its own.
    pub(crate) fn part(self: &Arc<Self>, max: usize) -> Arc<Self> {
        Arc::new(Self {
            max,
            used: AtomicUsize::new(0),
            whole: Some(Arc::clone(self)),
        })
    }

    /// Number of bytes in use.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// The limit, in bytes.
    pub(crate) fn max(&self) -> usize {
        self.max
    }

    /// Fails if fewer bytes than this are left.
    pub(crate) fn has(&self, bytes: usize) -> Result<(), OverBudget> {
        let used = self.used().checked_add(bytes);
        used.filter(|used| *used <= self.max)
            .map(drop)
            .ok_or(OverBudget { max: self.max })
    }

    /// A reservation of zero bytes.
    pub(crate) fn nothing(self: &Arc<Self>) -> Reserved {
        Reserved {
            budget: Arc::clone(self),
            bytes: 0,
        }
    }

    /// A reservation, even beyond the limit.
    pub(crate) fn always(self: &Arc<Self>, bytes: usize) -> Reserved {
        let mut reserved = self.nothing();
        reserved.grow_always(bytes);
        reserved
    }

    fn take(&self, bytes: usize) -> Result<(), OverBudget> {
        let more = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.max);
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .map_err(|_| OverBudget { max: self.max })?;
        let taken = self
            .whole
            .as_ref()
            .map_or(Ok(()), |budget| budget.take(bytes));
        taken.inspect_err(|_| {
            self.used.fetch_sub(bytes, Ordering::Relaxed);
        })
    }

    fn take_always(&self, bytes: usize) {
        self.used.fetch_add(bytes, Ordering::Relaxed);
        if let Some(budget) = &self.whole {
            budget.take_always(bytes);
        }
    }

    fn give_back(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
        if let Some(budget) = &self.whole {
            budget.give_back(bytes);
        }
    }
}

impl Reserved {
    /// Number of reserved bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Reserves more bytes, or fails if there are not enough.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), OverBudget> {
        self.budget.take(bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// Reserves more bytes, even beyond the limit.
    pub(crate) fn grow_always(&mut self, bytes: usize) {
        self.budget.take_always(bytes);
        self.bytes += bytes;
    }

    /// Releases bytes.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.budget.give_back(bytes);
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
    fn reserved_bytes_are_free_after_drop() {
        let budget = Budget::new(100);
        let mut reserved = budget.nothing();
        reserved.grow(60).unwrap();
        let mut other = budget.nothing();
        assert_eq!(other.grow(41), Err(OverBudget { max: 100 }));
        assert_eq!(other.grow(usize::MAX), Err(OverBudget { max: 100 }));
        other.grow(40).unwrap();
        reserved.shrink(10);
        assert_eq!(
            (reserved.bytes(), other.bytes(), budget.used()),
            (50, 40, 90)
        );
        drop(reserved);
        assert_eq!(budget.used(), 40);
        drop(other);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn child_budget_counts_towards_its_parent_and_both_have_limits() {
        let budget = Budget::new(100);
        let part = budget.part(60);
        let (mut of_part, mut of_whole) = (part.nothing(), budget.nothing());
        assert_eq!(of_part.grow(61), Err(OverBudget { max: 60 }));
        of_whole.grow(50).unwrap();
        assert_eq!(of_part.grow(51), Err(OverBudget { max: 100 }));
        assert_eq!((part.used(), budget.used()), (0, 50));
        of_part.grow(50).unwrap();
        assert_eq!((part.used(), budget.used()), (50, 100));
        of_part.grow_always(1);
        assert_eq!((part.used(), budget.used()), (51, 101));
        drop(of_part);
        assert_eq!((part.used(), budget.used()), (0, 50));
    }
}
