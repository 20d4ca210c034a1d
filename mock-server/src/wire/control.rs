//! How the pipeline tells a connection what becomes of an answer's bytes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use parking_lot::Mutex;
use scenarios::Wire;

/// Shared by a connection and the requests on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct WireControl(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// What the connection has not taken notice of yet.
    next: Mutex<Option<Wire>>,
    /// Whether there is something to take notice of.
    news: AtomicBool,
    /// Whether a fault was ever set.
    faulty: AtomicBool,
}

impl WireControl {
    /// The next answer's bytes meet this.
    pub(crate) fn set(&self, wire: Wire) {
        self.0.faulty.store(true, Ordering::Release);
        self.tell(wire);
    }

    /// A new request has come: what was set for the last answer is over.
    pub(crate) fn begin(&self) {
        if self.0.faulty.load(Ordering::Acquire) {
            self.tell(Wire::Whole);
        }
    }

    /// What the connection has not taken notice of yet.
    pub(super) fn news(&self) -> Option<Wire> {
        if !self.0.news.load(Ordering::Acquire) {
            return None;
        }
        let mut next = self.0.next.lock();
        self.0.news.store(false, Ordering::Release);
        next.take()
    }

    fn tell(&self, next: Wire) {
        let mut known = self.0.next.lock();
        *known = Some(next);
        self.0.news.store(true, Ordering::Release);
    }
}
