//! Runs slow work, such as parsing a large body, outside the threads that serve requests.

use std::{panic, sync::Arc, thread};

use jiff::Timestamp;
use tokio::{sync::Semaphore, task};

use super::App;
use crate::tenants::Organization;

/// Number of bytes from which work is slow. It takes a few milliseconds per MiB.
const LONG: usize = 64 * 1024;

/// Maximum number of concurrent units of slow work. The values in a body can take 30 times the memory of its bytes, and no
/// budget counts them.
const MAX_PLACES: usize = 2;

/// Limits concurrent slow work to half of the cores, so that the others stay free for other requests, and to
/// [`MAX_PLACES`].
#[derive(Clone, Debug)]
pub(crate) struct LongWork(Arc<Semaphore>);

impl Default for LongWork {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new((cores / 2).clamp(1, MAX_PLACES))))
    }
}

impl LongWork {
    /// Runs work on a number of bytes. If the caller is cancelled, the work still finishes, and counts as running
    /// until then.
    pub(crate) async fn on<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        if bytes < LONG {
            return work();
        }
        self.run(work).await
    }

    /// Runs work that is slow, or whose length is unknown.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let place = Arc::clone(&self.0).acquire_owned().await;
        let done = task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        match done.await {
            Ok(done) => done,
            // The task is never cancelled, so it has panicked.
            Err(error) => panic::resume_unwind(error.into_panic()),
        }
    }
}

impl App {
    /// Adds the companies that an organization's orders have delivered up to `now`, before its data is read or
    /// changed. Tens of thousands of companies take a second, so they neither occupy a thread that serves requests
    /// nor hold the organization's lock for long.
    pub(crate) async fn deliver(&self, organization: &Arc<Organization>, now: Timestamp) {
        if organization.state().store.deliver_part(now) {
            return;
        }
        let organization = Arc::clone(organization);
        let work = move || while !organization.state().store.deliver_part(now) {};
        self.long_work.run(work).await;
    }

    /// The same, up to the organization's current time.
    pub(crate) async fn deliver_all(&self, organization: &Arc<Organization>) {
        let now = organization.state().clock.now(self.machine_now());
        self.deliver(organization, now).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_has_a_place_until_it_is_done() {
        let long_work = LongWork::default();
        let places = long_work.0.available_permits();
        assert!((1..=MAX_PLACES).contains(&places), "{places}");
        let left = |long_work: &LongWork| long_work.0.available_permits();
        let within = long_work.clone();
        let during = long_work.on(LONG, move || left(&within)).await;
        assert_eq!((during, left(&long_work)), (places - 1, places));
    }
}
