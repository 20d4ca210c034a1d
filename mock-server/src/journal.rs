//! What happened: one entry a request, how far it came, and why it got the response it got.
//!
//! An entry is small: the steps before the one it ended at were passed, so only that one is kept,
//! and the list of decisions is written when somebody asks for it.

mod credential_use;
mod entry;
mod filter;
pub(crate) mod har;
mod reader;
mod request_id;

use std::{collections::VecDeque, sync::Arc};

use serde_json::{Value, json};
use tokio::sync::{Notify, futures::OwnedNotified};

pub(crate) use self::{
    credential_use::{CredentialKind, CredentialRejection, CredentialUse},
    entry::{AppliedFault, Entry, Rejection, Step},
    filter::Filter,
    reader::{Batch, Reader},
    request_id::{JournalPosition, RequestId, RequestIds},
};

use crate::{
    budget::{Budget, Reserved},
    config::limits::JOURNAL,
};

/// The last requests; older ones make room.
#[derive(Debug)]
pub(crate) struct Journal {
    ids: RequestIds,
    entries: VecDeque<Entry>,
    /// What they use of the server's memory. Where there is too little, fewer are kept.
    memory: Reserved,
    /// Requests ever recorded.
    recorded: u64,
    /// How often it was begun anew.
    resets: u64,
    /// Its organization is gone.
    closed: bool,
    /// Tells of news, once somebody has waited for some.
    news: Option<Arc<Notify>>,
}

/// A request that a journal has.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// Its id.
    pub id: RequestId,
    sequence: u64,
    /// How often the journal had been begun anew by then.
    resets: u64,
}

impl Journal {
    /// One without requests, which will have these ids.
    pub(crate) fn new(ids: RequestIds, budget: &Arc<Budget>) -> Self {
        Self {
            memory: budget.nothing(),
            ids,
            entries: VecDeque::new(),
            recorded: 0,
            resets: 0,
            closed: false,
            news: None,
        }
    }

    /// Adds a request.
    pub(crate) fn record(&mut self, entry: Entry) -> Recorded {
        if self.entries.len() == JOURNAL {
            self.forget_oldest();
        }
        let weight = entry.weight();
        while self.memory.grow(weight).is_err() {
            if !self.forget_oldest() {
                // The last request is kept in any case.
                self.memory.grow_always(weight);
                break;
            }
        }
        self.entries.push_back(entry);
        self.recorded += 1;
        self.tell();
        Recorded {
            id: self.ids.id(self.recorded),
            sequence: self.recorded,
            resets: self.resets,
        }
    }

    /// The caller of a request went away before its response was on its way. Who follows the journal has
    /// been told of the response, and is not told of this.
    pub(crate) fn abort(&mut self, recorded: &Recorded) {
        let place = recorded.sequence.checked_sub(self.forgotten() + 1);
        let entry = place
            .and_then(|index| usize::try_from(index).ok())
            .and_then(|index| self.entries.get_mut(index));
        if let Some(entry) = entry.filter(|_| self.resets == recorded.resets) {
            entry.aborted = true;
        }
    }

    /// The entry with this sequence number and its id, if it is still kept.
    pub(crate) fn entry(&self, sequence: u64) -> Option<(RequestId, &Entry)> {
        let index = usize::try_from(sequence.checked_sub(self.forgotten() + 1)?).ok()?;
        Some((self.ids.id(sequence), self.entries.get(index)?))
    }

    /// The entries after sequence number `after` that are wanted, oldest first, with their numbers.
    pub(crate) fn matching(
        &self,
        filter: &Filter,
        after: u64,
    ) -> impl Iterator<Item = (u64, &Entry)> {
        let forgotten = self.forgotten();
        let skipped = usize::try_from(after.saturating_sub(forgotten)).unwrap_or(usize::MAX);
        (forgotten + 1..)
            .zip(&self.entries)
            .skip(skipped)
            .filter(|(_, entry)| filter.matches(entry))
    }

    /// Those of them that make a page.
    pub(crate) fn page(&self, filter: &Filter, after: u64, limit: usize) -> Value {
        let entries: Vec<_> = self
            .matching(filter, after)
            .take(limit)
            .map(|(sequence, entry)| entry.to_json(self.ids.id(sequence), sequence))
            .collect();
        json!({"entries": entries, "recorded": self.recorded, "forgotten": self.forgotten()})
    }

    /// Requests that are kept.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Requests that are not kept any more.
    pub(crate) fn forgotten(&self) -> u64 {
        self.recorded - self.entries.len() as u64
    }

    /// Forgets a request, if there is one.
    fn forget_oldest(&mut self) -> bool {
        let oldest = self.entries.pop_front();
        self.memory.shrink(oldest.as_ref().map_or(0, Entry::weight));
        oldest.is_some()
    }

    /// Forgets every request. Sequence numbers go on.
    pub(crate) fn clear(&mut self) {
        // Also the place that they had.
        self.entries = VecDeque::new();
        self.memory.shrink(self.memory.bytes());
    }

    /// Begins anew. Who waits for news goes on to wait.
    pub(crate) fn reset(&mut self) {
        self.clear();
        self.recorded = 0;
        self.resets += 1;
        self.tell();
    }

    /// Ends it: nothing will come any more, and who waits for news learns so.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.tell();
    }

    /// Is ready when the journal is not any more what it is now; nothing when it is closed.
    pub(crate) fn news(&mut self) -> Option<OwnedNotified> {
        let news = || Arc::clone(self.news.get_or_insert_default()).notified_owned();
        (!self.closed).then(news)
    }

    fn tell(&self) {
        if let Some(news) = &self.news {
            news.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{entry::tests::entry, *};

    fn ids() -> RequestIds {
        RequestIds::new(7, Some("demo01"))
    }

    #[test]
    fn the_oldest_make_room_and_sequence_numbers_go_on() {
        let mut journal = Journal::new(ids(), &Budget::new(usize::MAX));
        for _ in 0..JOURNAL + 5 {
            journal.record(entry());
        }
        let page = journal.page(&Filter::default(), 0, usize::MAX);
        assert_eq!(page["entries"].as_array().unwrap().len(), JOURNAL);
        assert_eq!(
            (&page["forgotten"], &page["recorded"]),
            (&json!(5), &json!(JOURNAL + 5))
        );
        assert_eq!(page["entries"][0]["sequence"], 6);
        assert_eq!(
            journal.page(&Filter::default(), JOURNAL as u64 + 3, 1)["entries"][0]["sequence"],
            JOURNAL + 4
        );
    }
}
