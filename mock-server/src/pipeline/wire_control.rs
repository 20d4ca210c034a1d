//! How the pipeline tells a connection what becomes of a response's bytes.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use http::Version;
use parking_lot::Mutex;
use scenarios::WireFault;

/// Shared by a connection and the requests on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct WireControl(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// What the connection has not taken notice of yet.
    next: Mutex<Option<WireFault>>,
    /// Whether there is something to take notice of.
    pending: AtomicBool,
    /// Whether a fault was ever set.
    faulty: AtomicBool,
    /// Whether the connection is to end in good order.
    goodbye: AtomicBool,
}

impl WireControl {
    /// The bytes of the request meet this.
    pub(crate) fn set(&self, wire: WireFault) {
        if wire == WireFault::Goodbye {
            self.0.goodbye.store(true, Ordering::Release);
            return;
        }
        self.0.faulty.store(true, Ordering::Release);
        self.put(wire);
    }

    /// Ready when the connection is to end in good order. Nobody wakes who waits for it: the response that it
    /// is said with does so.
    pub(crate) async fn goodbye(&self) {
        poll_fn(|_| {
            if self.0.goodbye.load(Ordering::Acquire) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// A new request has come: what was set for the last response is over. Over HTTP/2, requests do not follow
    /// one another, and what was set is for the connection.
    pub(crate) fn begin(&self, version: Version) {
        if version != Version::HTTP_2 && self.0.faulty.load(Ordering::Acquire) {
            self.put(WireFault::Whole);
        }
    }

    /// What the connection has not taken notice of yet.
    pub(crate) fn take(&self) -> Option<WireFault> {
        if !self.0.pending.load(Ordering::Acquire) {
            return None;
        }
        let mut next = self.0.next.lock();
        self.0.pending.store(false, Ordering::Release);
        next.take()
    }

    fn put(&self, next: WireFault) {
        let mut known = self.0.next.lock();
        *known = Some(next);
        self.0.pending.store(true, Ordering::Release);
    }
}
