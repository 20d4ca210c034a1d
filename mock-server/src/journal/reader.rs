//! Somebody who reads a journal on from where they left off, and waits for more.

use serde_json::Value;

use super::{Filter, Journal};

/// Entries that one look takes along; the next look takes more.
const AT_A_TIME: usize = 100;

/// Where somebody is in a journal.
#[derive(Debug)]
pub(crate) struct Reader {
    filter: Filter,
    /// The last sequence number that was looked at.
    seen: u64,
    /// How often the journal had been begun anew by then.
    resets: u64,
}

/// What a look brought.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Requests that were forgotten before they were looked at, whether they were wanted or not.
    pub missed: u64,
    /// Entries that are wanted, oldest first, with their sequence numbers.
    pub entries: Vec<(u64, Value)>,
}

impl Reader {
    /// Reads what comes after a sequence number, or from now on.
    pub(crate) fn after(seen: Option<u64>, filter: Filter, journal: &Journal) -> Self {
        Self {
            filter,
            seen: seen.unwrap_or(journal.recorded),
            resets: journal.resets,
        }
    }

    /// How many more entries are wanted.
    pub(crate) fn count(&mut self, journal: &Journal) -> u64 {
        self.catch_up(journal);
        let wanted = journal.matching(&self.filter, self.seen).count() as u64;
        self.seen = self.seen.max(journal.recorded);
        wanted
    }

    /// More entries that are wanted, if there are any.
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

    /// Leaves behind what is forgotten; returns how much that is. A journal that was begun anew is read
    /// from its beginning.
    fn catch_up(&mut self, journal: &Journal) -> u64 {
        if self.resets != journal.resets {
            (self.seen, self.resets) = (0, journal.resets);
        }
        let missed = journal.forgotten().saturating_sub(self.seen);
        self.seen += missed;
        missed
    }
}
