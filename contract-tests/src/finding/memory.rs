//! Limits the memory that responses, and the traffic of a proxy, take at a time. Others decide on their size, and many are
//! read concurrently.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory for the responses of a run in KiB. Checks make copies of parts of them, so a run takes more.
const TOTAL: usize = 160 * 1024;
/// A response up to this size in bytes needs no reservation: there are at most a few at a time.
const FREE: usize = 512 * 1024;
/// Maximum size of a body as a JSON value in bytes. A page of 100 rows with 100 fields each takes less than 2 MiB.
pub(crate) const MAX_PARSED: usize = 24 * 1024 * 1024;

/// Bytes per object and per item. Even an object with one field takes a node for 11, and a list grows in steps.
const PER_OBJECT: usize = 700;
const PER_ITEM: usize = 128;

/// The memory for the responses of a run, or for a part of what a proxy keeps.
#[derive(Clone, Debug)]
pub(crate) struct Memory(Arc<Semaphore>);

/// A reserved part of the memory.
#[derive(Debug)]
pub(crate) struct Reservation {
    _permit: OwnedSemaphorePermit,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new(TOTAL)
    }
}

/// There is no memory left.
#[derive(Debug)]
pub(crate) struct Exhausted;

/// A part of the memory that is reserved step by step.
#[derive(Debug)]
pub(crate) struct Held {
    memory: Memory,
    permit: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Reserves what is missing to hold this many bytes in all. What was reserved before stays reserved.
    pub(crate) fn hold(&mut self, bytes: usize) -> Result<(), Exhausted> {
        let held = self
            .permit
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = bytes.div_ceil(1024).saturating_sub(held);
        if missing == 0 {
            return Ok(());
        }
        let more = self.memory.acquire(missing)?;
        match &mut self.permit {
            Some(held) => held.merge(more),
            None => self.permit = Some(more),
        }
        Ok(())
    }

    /// Releases what is reserved beyond this many bytes.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        if let Some(permit) = &mut self.permit {
            let excess = permit.num_permits().saturating_sub(bytes.div_ceil(1024));
            drop(permit.split(excess));
        }
    }
}

impl Memory {
    /// Memory of which nothing is reserved.
    pub(crate) fn new(kib: usize) -> Self {
        Self(Arc::new(Semaphore::new(kib)))
    }

    /// A reservation of nothing.
    pub(crate) fn nothing(&self) -> Held {
        Held {
            memory: self.clone(),
            permit: None,
        }
    }

    /// Reserves memory; none is needed for a small response.
    pub(crate) fn reserve(&self, bytes: usize) -> Result<Option<Arc<Reservation>>, Exhausted> {
        if bytes <= FREE {
            return Ok(None);
        }
        let permit = self.acquire(bytes / 1024)?;
        Ok(Some(Arc::new(Reservation { _permit: permit })))
    }

    fn acquire(&self, kib: usize) -> Result<OwnedSemaphorePermit, Exhausted> {
        let kib = u32::try_from(kib).map_err(|_| Exhausted)?;
        let permit = Arc::clone(&self.0).try_acquire_many_owned(kib);
        permit.map_err(|_| Exhausted)
    }
}

/// An upper bound of the memory that a JSON text takes as a value; a text with many commas in strings takes less.
pub(crate) fn parsed_size(text: &[u8]) -> usize {
    if !matches!(text.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return text.len();
    }
    let marks = memchr::memchr3_iter(b'{', b'[', b',', text);
    let size = marks.map(|at| match text[at] {
        b'{' => PER_OBJECT,
        _ => PER_ITEM,
    });
    text.len() + size.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use docs::generated::assert_says;

    use super::*;

    #[test]
    fn book_has_these_limits() {
        let parsed = format!("or of more than {} MiB when parsed,", MAX_PARSED >> 20);
        let all = format!(
            "All responses that are being judged may use {} MiB;",
            TOTAL >> 10
        );
        for limit in [parsed, all] {
            assert_says("reference/reports.md", &limit);
        }
    }

    #[test]
    fn memory_is_returned_and_small_responses_need_none() {
        let memory = Memory::default();
        let whole = memory.reserve(TOTAL * 1024).unwrap();
        assert!(memory.reserve(FREE + 1).is_err());
        assert!(memory.reserve(FREE).unwrap().is_none());
        drop(whole);
        assert!(memory.reserve(FREE + 1).unwrap().is_some());
        assert!(memory.reserve(usize::MAX).is_err());
    }

    fn other_holds(memory: &Memory, bytes: usize) -> Result<(), Exhausted> {
        memory.nothing().hold(bytes)
    }

    #[test]
    fn reservation_grows_while_there_is_memory_and_shrinks() {
        let memory = Memory::new(10);
        let (mut one, mut other) = (memory.nothing(), memory.nothing());
        one.hold(1).unwrap();
        one.hold(6 * 1024).unwrap();
        one.hold(5 * 1024).unwrap();
        assert!(other.hold(4 * 1024 + 1).is_err());
        other.hold(4 * 1024).unwrap();
        assert!(one.hold(6 * 1024 + 1).is_err());
        drop(other);
        one.hold(10 * 1024).unwrap();
        one.shrink(11 * 1024);
        assert!(other_holds(&memory, 1).is_err());
        one.shrink(3 * 1024 + 1);
        assert!(other_holds(&memory, 6 * 1024 + 1).is_err());
        other_holds(&memory, 6 * 1024).unwrap();
        drop(one);
        other_holds(&memory, 10 * 1024).unwrap();
    }

    #[test]
    fn allowed_pages_are_far_below_the_limit() {
        let field = |number| format!("\"a_field_with_number_{number}\": \"{}\"", "x".repeat(60));
        let row = format!("{{{}}}", (0..60).map(field).collect::<Vec<_>>().join(","));
        let page = format!("[{}]", vec![row; 100].join(","));
        assert!(parsed_size(page.as_bytes()) < MAX_PARSED / 10);
        assert!(parsed_size("{\"\":1},".repeat(1_000_000).as_bytes()) > MAX_PARSED);
    }
}
