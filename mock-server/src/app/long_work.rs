//! Runs slow work, such as parsing a large body, outside the threads that serve requests.

use std::{panic, sync::Arc, thread};

use tokio::{sync::Semaphore, task};

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
