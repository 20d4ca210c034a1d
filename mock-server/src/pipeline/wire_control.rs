//! Passes faults on the bytes of responses from the pipeline to a connection.

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

/// State shared by a connection and its requests. Each request has its own handle from [`WireControl::begin`].
#[derive(Clone, Debug, Default)]
pub(crate) struct WireControl {
    shared: Arc<Shared>,
    /// The number of the request on the connection; 0 is the connection itself.
    request: u64,
}

#[derive(Debug, Default)]
struct Shared {
    /// The fault that the connection has not taken yet.
    next: Mutex<Option<WireFault>>,
    /// Whether there is a fault to take.
    pending: AtomicBool,
    /// Whether a fault was ever set.
    faulty: AtomicBool,
    /// Number of requests that have begun.
    requests: AtomicU64,
    /// Number of requests that have ended.
    ended: AtomicU64,
    /// The request that the fault applies to, until its response is complete.
    meets: AtomicU64,
    /// Whether all bytes of that response have been sent.
    gone: AtomicBool,
    /// The organization whose fault applies to the requests in progress.
    holder: Mutex<Option<Arc<str>>>,
    /// Whether the connection should end gracefully.
    goodbye: AtomicBool,
}

impl WireControl {
    /// Records that a fault of this organization applies to the request, and may hold the connection.
    pub(crate) fn hold_for(&self, organization: &Arc<str>) {
        *self.shared.holder.lock() = Some(Arc::clone(organization));
    }

    /// The organization whose fault was the last to apply.
    pub(crate) fn holder(&self) -> Option<Arc<str>> {
        self.shared.holder.lock().clone()
    }

    /// Sets a fault on the bytes of the request.
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

    /// Completes when the connection should end gracefully. Setting the flag wakes no task: the response that sets it
    /// does.
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

    /// Begins a new request, which ends the fault of the previous response. Over HTTP/2 requests overlap, so the
    /// fault ends only when its response has been sent.
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

    /// Ends the request: the HTTP library has the whole response, or none will be sent.
    pub(crate) fn end(&self) {
        let meets = &self.shared.meets;
        self.shared.ended.fetch_add(1, Ordering::AcqRel);
        // If another request has set its own fault meanwhile, that one stays.
        let _ = meets.compare_exchange(self.request, 0, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Whether no request is in progress.
    pub(crate) fn is_idle(&self) -> bool {
        let ended = self.shared.ended.load(Ordering::Acquire);
        ended == self.shared.requests.load(Ordering::Acquire)
    }

    /// Records that the library's buffer has been sent. Returns whether this completes the response that a fault
    /// was set for.
    pub(crate) fn flushed(&self) -> bool {
        let faulty = self.shared.faulty.load(Ordering::Acquire);
        let is_over = faulty && self.shared.meets.load(Ordering::Acquire) == 0;
        if is_over {
            self.shared.gone.store(true, Ordering::Release);
        }
        is_over
    }

    /// Takes the fault that the connection has not seen yet.
    pub(crate) fn take(&self) -> Option<WireFault> {
        if !self.shared.pending.load(Ordering::Acquire) {
            return None;
        }
        let mut next = self.shared.next.lock();
        self.shared.pending.store(false, Ordering::Release);
        next.take()
    }

    fn put(&self, next: WireFault) {
        let mut mutex_guard = self.shared.next.lock();
        *mutex_guard = Some(next);
        self.shared.pending.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_request_is_not_held_by_the_fault_of_the_one_before() {
        let connection = WireControl::default();
        let request = connection.begin(Version::HTTP_11);
        request.hold_for(&"demo01".into());
        request.end();
        assert_eq!(connection.holder().as_deref(), Some("demo01"));
        connection.begin(Version::HTTP_11);
        assert_eq!(connection.holder(), None);
    }

    #[test]
    fn fault_ends_with_the_response_it_was_set_for() {
        let connection = WireControl::default();
        let (wire_control, two) = (
            connection.begin(Version::HTTP_2),
            connection.begin(Version::HTTP_2),
        );
        wire_control.set(WireFault::CloseAfter(9));
        assert_eq!(connection.take(), Some(WireFault::CloseAfter(9)));
        two.end();
        assert!(!connection.flushed());
        wire_control.end();
        connection.begin(Version::HTTP_2);
        assert_eq!(connection.take(), None);
        assert!(connection.flushed());
        connection.begin(Version::HTTP_2);
        assert_eq!(connection.take(), Some(WireFault::Whole));
        wire_control.set(WireFault::CloseAfter(9));
        connection.begin(Version::HTTP_11);
        assert_eq!(connection.take(), Some(WireFault::Whole));
    }
}
