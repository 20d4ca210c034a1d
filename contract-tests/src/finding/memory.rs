//! Limits the memory that responses take at a time. A server decides on the size of its responses, and many are read
//! concurrently.

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

/// The memory for the responses of a run.
#[derive(Clone, Debug)]
pub(crate) struct Memory(Arc<Semaphore>);

/// A reserved part of the memory.
#[derive(Debug)]
pub(crate) struct Reservation {
    _permit: OwnedSemaphorePermit,
}

impl Default for Memory {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(TOTAL)))
    }
}

/// There is no memory left.
#[derive(Debug)]
pub(crate) struct Exhausted;

impl Memory {
    /// Reserves memory; none is needed for a small response.
    pub(crate) fn reserve(&self, bytes: usize) -> Result<Option<Arc<Reservation>>, Exhausted> {
        if bytes <= FREE {
            return Ok(None);
        }
        let kib = u32::try_from(bytes / 1024).map_err(|_| Exhausted)?;
        let permit = Arc::clone(&self.0).try_acquire_many_owned(kib);
        let permit = permit.map_err(|_| Exhausted)?;
        Ok(Some(Arc::new(Reservation { _permit: permit })))
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
    use super::*;

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

    #[test]
    fn allowed_pages_are_far_below_the_limit() {
        let field = |number| format!("\"a_field_with_number_{number}\": \"{}\"", "x".repeat(60));
        let row = format!("{{{}}}", (0..60).map(field).collect::<Vec<_>>().join(","));
        let page = format!("[{}]", vec![row; 100].join(","));
        assert!(parsed_size(page.as_bytes()) < MAX_PARSED / 10);
        assert!(parsed_size("{\"\":1},".repeat(1_000_000).as_bytes()) > MAX_PARSED);
    }
}
