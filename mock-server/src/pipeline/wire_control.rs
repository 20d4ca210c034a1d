//! How the pipeline tells a connection what becomes of a response's bytes.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::Poll,
};

use http::Version;
use parking_lot::Mutex;
use scenarios::WireFault;

/// Shared by a connection and the requests on it; each request has one of its own from [`WireControl::begin`].
#[derive(Clone, Debug, Default)]
pub(crate) struct WireControl {
    shared: Arc<Shared>,
    /// Which request of the connection this is; none has 0.
    request: u64,
}

#[derive(Debug, Default)]
struct Shared {
    /// What the connection has not taken notice of yet.
    next: Mutex<Option<WireFault>>,
    /// Whether there is something to take notice of.
    pending: AtomicBool,
    /// Whether a fault was ever set.
    faulty: AtomicBool,
    /// How many requests have come.
    requests: AtomicU64,
    /// How many of them are over.
    ended: AtomicU64,
    /// The request that the fault was set for, until its response has gone by.
    meets: AtomicU64,
    /// Whether what the library had of that response has gone out, too.
    gone: AtomicBool,
    /// Whose fault meets what is under way.
    holder: Mutex<Option<Arc<str>>>,
    /// Whether the connection is to end in good order.
    goodbye: AtomicBool,
}

impl WireControl {
    /// A fault of this organization meets the request, and may hold the connection.
    pub(crate) fn hold_for(&self, organization: &Arc<str>) {
        *self.shared.holder.lock() = Some(Arc::clone(organization));
    }

    /// Whose fault was the last to meet a request.
    pub(crate) fn holder(&self) -> Option<Arc<str>> {
        self.shared.holder.lock().clone()
    }

    /// The bytes of the request meet this.
    pub(crate) fn set(&self, wire: WireFault) {
        if wire == WireFault::Goodbye {
            self.shared.goodbye.store(true, Ordering::Release);
            return;
        }
        self.shared.meets.store(self.request, Ordering::Release);
        self.shared.gone.store(false, Ordering::Release);
        self.shared.faulty.store(true, Ordering::Release);
        self.put(wire);
    }

    /// Ready when the connection is to end in good order. Nobody wakes who waits for it: the response that it
    /// is said with does so.
    pub(crate) async fn goodbye(&self) {
        poll_fn(|_| {
            if self.shared.goodbye.load(Ordering::Acquire) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// A new request has come, whatever it asks for: what was set for the last response is over. Over HTTP/2, requests
    /// do not follow one another: it is over when that response has gone out.
    pub(crate) fn begin(&self, version: Version) -> Self {
        let faulty = self.shared.faulty.load(Ordering::Acquire);
        let gone = &self.shared.gone;
        if faulty && (version != Version::HTTP_2 || gone.load(Ordering::Acquire)) {
            self.put(WireFault::Whole);
        }
        if version != Version::HTTP_2 {
            *self.shared.holder.lock() = None;
        }
        Self {
            shared: Arc::clone(&self.shared),
            request: self.shared.requests.fetch_add(1, Ordering::AcqRel) + 1,
        }
    }

    /// The library has all of the response, or none is sent.
    pub(crate) fn end(&self) {
        let meets = &self.shared.meets;
        self.shared.ended.fetch_add(1, Ordering::AcqRel);
        // Where another request has set its own meanwhile, that one is not over.
        let _ = meets.compare_exchange(self.request, 0, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Whether no request is under way.
    pub(crate) fn is_idle(&self) -> bool {
        let ended = self.shared.ended.load(Ordering::Acquire);
        ended == self.shared.requests.load(Ordering::Acquire)
    }

    /// All that the library had has gone out. Whether the response that a fault was set for is over with that.
    pub(crate) fn flushed(&self) -> bool {
        let faulty = self.shared.faulty.load(Ordering::Acquire);
        let over = faulty && self.shared.meets.load(Ordering::Acquire) == 0;
        if over {
            self.shared.gone.store(true, Ordering::Release);
        }
        over
    }

    /// What the connection has not taken notice of yet.
    pub(crate) fn take(&self) -> Option<WireFault> {
        if !self.shared.pending.load(Ordering::Acquire) {
            return None;
        }
        let mut next = self.shared.next.lock();
        self.shared.pending.store(false, Ordering::Release);
        next.take()
    }

    fn put(&self, next: WireFault) {
        let mut known = self.shared.next.lock();
        *known = Some(next);
        self.shared.pending.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_over_with_the_response_that_it_was_set_for() {
        let connection = WireControl::default();
        let (one, two) = (
            connection.begin(Version::HTTP_2),
            connection.begin(Version::HTTP_2),
        );
        one.set(WireFault::CloseAfter(9));
        assert_eq!(connection.take(), Some(WireFault::CloseAfter(9)));
        two.end();
        assert!(!connection.flushed());
        one.end();
        connection.begin(Version::HTTP_2);
        assert_eq!(connection.take(), None);
        assert!(connection.flushed());
        connection.begin(Version::HTTP_2);
        assert_eq!(connection.take(), Some(WireFault::Whole));
        one.set(WireFault::CloseAfter(9));
        connection.begin(Version::HTTP_11);
        assert_eq!(connection.take(), Some(WireFault::Whole));
    }
}
