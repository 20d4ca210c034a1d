//! The journal of requests: one entry per request, with the step that it reached and the reason for its response.
//!
//! An entry is small: it stores only the step where the request ended, because all earlier steps passed. The list
//! of decisions is built on request.

mod capture;
mod captures;
mod credential_use;
mod entry;
mod filter;
pub(crate) mod har;
mod reader;
mod request_id;
#[cfg(test)]
mod tests;
mod verify;

use std::{
    collections::VecDeque,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::sync::{Notify, futures::OwnedNotified};

use self::captures::Captures;
pub(crate) use self::{
    capture::{
        Absent, Capture, Captured, CapturedBody, CapturedHeader, CapturedHeaders, CapturedMessage,
        CapturedResponse, KeptBody, OnTheWire, OwnKey, masking,
    },
    credential_use::{CredentialKind, CredentialRejection, CredentialUse},
    entry::{AppliedFault, Entry, Rejection, Step},
    filter::{Filter, spelled_words},
    reader::{Batch, Reader},
    request_id::{JournalPosition, RequestId, RequestIds},
    verify::{Count, Expectation, MatcherBody, MatcherError, Recording, Size, Verification},
};

use crate::{
    budget::{Budget, Reserved},
    clock::Machine,
    config::CaptureLimits,
};

/// The latest requests. When the journal is full, the oldest is dropped.
#[derive(Debug)]
pub(crate) struct Journal {
    ids: RequestIds,
    /// Maximum number of entries.
    max: usize,
    entries: VecDeque<Entry>,
    /// The server memory that the entries use. If there is too little, fewer entries are kept.
    memory: Reserved,
    /// The headers and bodies of the latest of them.
    captures: Captures,
    /// Number of requests ever recorded.
    recorded: u64,
    /// Number of requests that were deleted on request.
    cleared: u64,
    /// Number of resets.
    resets: u64,
    /// Which list of requests this is: no other one has the same number.
    epoch: u64,
    /// Whether the organization was removed.
    closed: bool,
    /// Notifies waiting readers of changes. It exists once somebody has waited.
    news: Option<Arc<Notify>>,
}

/// The number of another list of requests. Journals differ in it, and a journal before and after it was reset or cleared.
/// The numbers begin at the time of the first one, so that those of a process that was started again differ, too.
fn next_epoch() -> u64 {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
        let start = Machine::start().now().as_microsecond();
        AtomicU64::new(start.unsigned_abs())
    });
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A handle to a recorded request.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub id: RequestId,
    sequence: u64,
    /// Number of resets before the request was recorded.
    resets: u64,
}

impl Journal {
    /// An empty journal of at most `max` entries that uses these ids, and the memory of `budget` for its entries, and of
    /// `captures` for headers and bodies.
    pub(crate) fn new(
        ids: RequestIds,
        max: usize,
        budget: &Arc<Budget>,
        captures: (&Arc<Budget>, CaptureLimits),
    ) -> Self {
        Self {
            memory: budget.nothing(),
            captures: Captures::new(captures.0, captures.1.max_per_journal),
            ids,
            max,
            entries: VecDeque::new(),
            recorded: 0,
            cleared: 0,
            resets: 0,
            epoch: next_epoch(),
            closed: false,
            news: None,
        }
    }

    /// Records a request, and keeps its capture if there is room.
    pub(crate) fn record(&mut self, mut entry: Entry, capture: Option<Arc<Capture>>) -> Recorded {
        if self.entries.len() == self.max {
            self.forget_oldest();
        }
        let weight = entry.weight();
        while self.memory.grow(weight).is_err() {
            if !self.forget_oldest() {
                // The latest request is always kept.
                self.memory.grow_always(weight);
                break;
            }
        }
        if let Some(capture) = capture {
            entry.capture = self.captures.keep(capture, &mut self.entries);
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

    /// Marks a request whose client disconnected before the response was sent. Readers that follow the journal
    /// already have the response, and are not notified.
    pub(crate) fn abort(&mut self, recorded: &Recorded) {
        let place = recorded.sequence.checked_sub(self.forgotten() + 1);
        let entry = place
            .and_then(|index| usize::try_from(index).ok())
            .and_then(|index| self.entries.get_mut(index));
        if let Some(entry) = entry.filter(|_| self.resets == recorded.resets) {
            entry.aborted = true;
        }
    }

    /// The entry with this sequence number, and its id, if it is still kept.
    pub(crate) fn entry(&self, sequence: u64) -> Option<(RequestId, &Entry)> {
        let index = usize::try_from(sequence.checked_sub(self.forgotten() + 1)?).ok()?;
        Some((self.ids.id(sequence), self.entries.get(index)?))
    }

    /// The entries after sequence number `after` that match, oldest first, with their numbers.
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

    /// The id of the request with this sequence number.
    pub(crate) fn id(&self, sequence: u64) -> RequestId {
        self.ids.id(sequence)
    }

    /// One page of the matching entries.
    pub(crate) fn page(&self, filter: &Filter, after: u64, limit: usize) -> Value {
        let entries: Vec<_> = self
            .matching(filter, after)
            .take(limit)
            .map(|(sequence, entry)| entry.to_json(self.ids.id(sequence), sequence))
            .collect();
        json!({"entries": entries, "recorded": self.recorded, "forgotten": self.forgotten()})
    }

    /// The requests after sequence number `after`, to verify them. They are cloned, so that the lock is not held meanwhile.
    pub(crate) fn recording(&self, after: u64) -> Recording {
        let all = Filter::default();
        let entries = self.with_ids(&all, after);
        Recording {
            entries: entries
                .map(|(id, sequence, entry)| (id, sequence, entry.clone()))
                .collect(),
            missing: self.forgotten().saturating_sub(after.max(self.cleared)),
        }
    }

    /// Number of requests that are kept.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Maximum number of requests that are kept.
    pub(crate) fn max(&self) -> usize {
        self.max
    }

    /// Number of requests ever recorded, which is the sequence number of the last one.
    pub(crate) fn recorded(&self) -> u64 {
        self.recorded
    }

    /// Which list of requests this is now. No other one has the same number.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Number of requests that are no longer kept.
    pub(crate) fn forgotten(&self) -> u64 {
        self.recorded - self.entries.len() as u64
    }

    /// Number of requests that made room for later ones, since the journal was cleared.
    pub(crate) fn displaced(&self) -> u64 {
        self.forgotten() - self.cleared
    }

    /// Drops the oldest request. Returns `false` if there is none.
    fn forget_oldest(&mut self) -> bool {
        let Some(oldest) = self.entries.pop_front() else {
            return false;
        };
        self.memory.shrink(oldest.weight());
        self.captures.forget_first(&oldest.capture);
        true
    }

    /// Whether captures may use this many bytes more, without dropping others of this journal.
    pub(crate) fn may_capture(&self, bytes: usize) -> bool {
        self.captures.has(bytes)
    }

    /// Drops all captures. The entries stay.
    pub(crate) fn drop_captures(&mut self) {
        self.captures.drop_all(&mut self.entries);
    }

    /// Drops all requests, and notifies waiting readers. Sequence numbers continue.
    pub(crate) fn clear(&mut self) {
        // Releases the buffer, too.
        self.entries = VecDeque::new();
        self.cleared = self.recorded;
        self.memory.shrink(self.memory.bytes());
        self.captures.clear();
        self.epoch = next_epoch();
        self.tell();
    }

    /// Resets the journal, and notifies waiting readers.
    pub(crate) fn reset(&mut self) {
        self.clear();
        (self.recorded, self.cleared) = (0, 0);
        self.resets += 1;
    }

    /// Closes the journal: no entries follow. Waiting readers are notified.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.tell();
    }

    /// A future that completes when the journal changes; `None` if it is closed.
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
