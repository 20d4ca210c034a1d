//! Waits for the end of standard input. A process cannot wait for another one by its id without calling the system directly.

use std::{
    io::{copy, sink, stdin},
    thread,
};

use tokio::sync::oneshot;

use crate::cli::arguments::Parent;

/// Whether the end of standard input matters.
pub(in crate::cli::commands) struct Watched(bool);

impl From<Parent> for Watched {
    fn from(parent: Parent) -> Self {
        Self(parent.pid.is_some())
    }
}

impl Watched {
    /// Completes when standard input has ended; never, if that does not matter. What it contains is discarded.
    pub(in crate::cli::commands) async fn ended(self) {
        if !self.0 {
            return std::future::pending().await;
        }
        let (ended, wait) = oneshot::channel::<()>();
        // The thread ends with the process.
        thread::spawn(move || {
            let _ = copy(&mut stdin(), &mut sink());
            drop(ended);
        });
        let _ = wait.await;
    }
}
