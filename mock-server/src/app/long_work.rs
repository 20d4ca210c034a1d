//! Work that takes long, such as reading a large body, away from the threads that serve everybody.

use std::{panic, sync::Arc, thread};

use tokio::{sync::Semaphore, task};

/// Bytes from which on to work on them takes long. It takes some milliseconds for each MiB.
const LONG: usize = 64 * 1024;

/// Places for work that takes long: for half of the cores, so that the others are left to everybody else. Each needs
/// many times the memory of the bytes that it works on.
#[derive(Clone, Debug)]
pub(crate) struct LongWork(Arc<Semaphore>);

impl Default for LongWork {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new((cores / 2).max(1))))
    }
}

impl LongWork {
    /// Does some work on so many bytes. It ends although nobody waits for it any more, and has its place until then.
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
            // Nobody cancels it, so it has panicked.
            Err(error) => panic::resume_unwind(error.into_panic()),
        }
    }
}
