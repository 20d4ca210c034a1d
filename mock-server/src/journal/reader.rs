//! A reader that follows a journal from a position.

use std::mem;

use serde_json::Value;

use super::{Entry, Filter, Journal};

/// Maximum number of entries that one read returns.
const AT_A_TIME: usize = 100;

/// A position in a journal.
#[derive(Debug)]
pub(crate) struct Reader {
    filter: Filter,
    /// The last sequence number that was read.
    seen: u64,
    /// Number of resets when it was read.
    resets: u64,
}

/// The result of a read.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Number of requests that were dropped before they were read, matching or not.
    pub missed: u64,
    /// Matching entries, oldest first, with their sequence numbers.
    pub entries: Vec<(u64, Value)>,
}

impl Reader {
    /// A reader that starts after a sequence number, or at the end of the journal.
    pub(crate) fn after(seen: Option<u64>, filter: Filter, journal: &Journal) -> Self {
        Self {
            filter,
            seen: seen.unwrap_or(journal.recorded),
            resets: journal.resets,
        }
    }

    /// Number of new matching entries.
    pub(crate) fn count(&mut self, journal: &Journal) -> u64 {
        let (_, new) = self.pass(journal);
        new.count() as u64
    }

    /// Passes over all new entries. Returns the number of those that were dropped before, matching or not, and those
    /// that match, oldest first, with their sequence numbers.
    pub(crate) fn pass<'a>(
        &mut self,
        journal: &'a Journal,
    ) -> (u64, impl Iterator<Item = (u64, &'a Entry)>) {
        let missed = self.catch_up(journal);
        let end = self.seen.max(journal.recorded);
        let seen = mem::replace(&mut self.seen, end);
        (missed, journal.matching(&self.filter, seen))
    }

    /// Returns new matching entries, if there are any.
    pub(crate) fn look(&mut self, journal: &Journal) -> Batch {
        let missed = self.catch_up(journal);
        let entries: Vec<_> = journal
            .matching(&self.filter, self.seen)
            .take(AT_A_TIME)
            .map(|(sequence, entry)| (sequence, entry.to_json(journal.ids.id(sequence), sequence)))
            .collect();
        self.seen = match entries.last() {
            Some((last, _)) if entries.len() == AT_A_TIME => *last,
            _ => self.seen.max(journal.recorded),
        };
        Batch { missed, entries }
    }

    /// Skips dropped entries, and returns their number. After a reset, reading starts at the beginning of the
    /// journal.
    fn catch_up(&mut self, journal: &Journal) -> u64 {
        if self.resets != journal.resets {
            (self.seen, self.resets) = (0, journal.resets);
        }
        let missed = journal.forgotten().saturating_sub(self.seen);
        self.seen += missed;
        missed
    }
}
