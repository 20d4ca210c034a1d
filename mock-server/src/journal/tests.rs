//! Tests of what a journal keeps.

use http::Version;

use super::{entry::tests::entry, *};
use crate::config::{CaptureMode, limits::JOURNAL};

const LIMITS: CaptureLimits = CaptureLimits {
    mode: CaptureMode::Bodies,
    max: usize::MAX,
    max_per_journal: 10_000,
};

fn ids() -> RequestIds {
    RequestIds::new(7, Some("demo01"))
}

#[test]
fn evicts_the_oldest_entries_and_keeps_counting() {
    let budget = Budget::new(usize::MAX);
    let mut journal = Journal::new(ids(), JOURNAL, &budget, (&budget, LIMITS));
    for _ in 0..JOURNAL + 5 {
        journal.record(entry(), None);
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

#[test]
fn keeps_fewer_entries_if_there_is_little_memory() {
    const MEMORY: usize = 50_000;
    let budget = Budget::new(MEMORY);
    let journal = || Journal::new(ids(), JOURNAL, &budget, (&budget, LIMITS));
    let mut first = journal();
    for _ in 0..JOURNAL {
        first.record(entry(), None);
    }
    let weight = entry().weight();
    assert_eq!(first.len(), MEMORY / weight);
    assert_eq!(budget.used(), first.len() * weight);
    // The latest request is always kept.
    let mut other = journal();
    for _ in 0..3 {
        other.record(entry(), None);
    }
    assert_eq!(other.len(), 1);
    drop((first, other));
    assert_eq!(budget.used(), 0);
}

/// A capture with a body of this many bytes.
fn capture(bytes: usize) -> Arc<Capture> {
    Arc::new(Capture {
        version: Version::HTTP_11,
        request: CapturedMessage {
            headers: CapturedHeaders::default(),
            body: CapturedBody::copied(&vec![b' '; bytes]),
        },
        response: None,
        on_the_wire: None,
    })
}

/// For each entry, whether its capture is kept.
fn kept(journal: &Journal) -> Vec<bool> {
    let entries = journal.entries.iter();
    entries
        .map(|entry| entry.capture.kept().is_some())
        .collect()
}

#[test]
fn evicts_the_oldest_captures_and_keeps_their_entries() {
    let budget = Budget::new(usize::MAX);
    let captures = budget.part(15_000);
    let mut journal = Journal::new(ids(), JOURNAL, &budget, (&captures, LIMITS));
    for bytes in [4_000, 4_000, 4_000, 8_000] {
        journal.record(entry(), Some(capture(bytes)));
    }
    assert_eq!(kept(&journal), [false, false, false, true]);
    journal.record(entry(), None);
    journal.record(entry(), Some(capture(11_000)));
    assert!(matches!(journal.entries[4].capture, Captured::Off));
    assert!(matches!(journal.entries[5].capture, Captured::Dropped));
    assert_eq!(kept(&journal), [false, false, false, true, false, false]);
    // Another journal has used most of what all may use.
    let mut other = captures.nothing();
    journal.record(entry(), Some(capture(10)));
    other.grow(15_000 - captures.used()).unwrap();
    journal.record(entry(), Some(capture(1_000)));
    assert_eq!(kept(&journal)[3..], [false, false, false, true, true]);
    journal.drop_captures();
    assert_eq!(captures.used(), other.bytes());
    drop(other);
    journal.record(entry(), Some(capture(1_000)));
    for _ in 0..JOURNAL {
        journal.record(entry(), None);
    }
    assert_eq!(captures.used(), 0);
    journal.record(entry(), Some(capture(1_000)));
    journal.clear();
    assert_eq!((captures.used(), budget.used()), (0, 0));
}

#[test]
fn epochs_begin_at_the_time_of_the_process() {
    let before = Machine::start().now().as_microsecond().unsigned_abs();
    let first = next_epoch();
    assert!(first.abs_diff(before) < 3_600_000_000, "{first}");
    assert_ne!(next_epoch(), first);
}
