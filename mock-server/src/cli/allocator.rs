//! The allocator, and how memory that is free returns to the operating system.
//!
//! What a thread has allocated and another one has freed returns only when the first one collects it, or ends. The
//! threads of the runtime do neither while they wait for requests.

use std::{
    cell::Cell,
    io,
    time::{Duration, Instant},
};

/// The allocator of the programs. A library leaves the choice to whoever links it.
pub use mimalloc::MiMalloc as Allocator;
use tokio::runtime::{Builder, Runtime};

/// Minimum time between two collections of a thread, and the time until a thread without work is woken for one.
const EVERY: Duration = Duration::from_secs(5);

#[expect(
    unsafe_code,
    reason = "the crate `mimalloc` has no safe function for this; it takes no pointers, and any thread may call it at any time"
)]
mod ffi {
    // SAFETY: this is the declaration in `mimalloc.h`.
    unsafe extern "C" {
        /// Returns the free memory of this thread; with `force`, of pages that it would soon need again, too.
        pub(super) safe fn mi_collect(force: bool);
    }
}

thread_local! {
    static COLLECTED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The runtime of the server. Its threads collect free memory when they run out of work.
pub(crate) fn runtime() -> io::Result<Runtime> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(collect)
        .build()?;
    runtime.spawn(wake_all());
    Ok(runtime)
}

fn collect() {
    let now = now();
    let last = COLLECTED.get();
    if last.is_none_or(|last| now.duration_since(last) >= EVERY) {
        COLLECTED.set(Some(now));
        ffi::mi_collect(true);
    }
}

/// Wakes all threads again and again. Tasks that do nothing are enough: a thread that finds one wakes the next one
/// before it waits again.
async fn wake_all() {
    let threads = tokio::runtime::Handle::current().metrics().num_workers();
    loop {
        pause().await;
        for _ in 0..threads {
            tokio::spawn(async {});
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "memory is free in real time, whatever an organization's clock says"
)]
fn now() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "memory is free in real time, whatever an organization's clock says"
)]
async fn pause() {
    tokio::time::sleep(EVERY).await;
}
