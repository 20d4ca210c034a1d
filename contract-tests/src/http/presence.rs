//! Detects that a server is gone. Otherwise it would fail every remaining check.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::Stopwatch;

/// Why a request is not sent, or has no response.
pub(crate) const GONE: &str = "the server no longer accepts connections";
/// How long a server may take to restart, and how often to look.
const RESTART_TIME: Duration = Duration::from_secs(2);
const RESTART_POLL: Duration = Duration::from_millis(100);
/// How long a server that dies may go on accepting connections: its open ones can end before it stops listening.
const DYING_TIME: Duration = Duration::from_millis(500);

/// What is known of a server.
#[derive(Debug, Default)]
pub(super) struct Presence {
    /// It has responded.
    answered: AtomicBool,
    /// It has responded, and no longer accepts connections.
    gone: AtomicBool,
}

/// What a server does with a request on a new connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reaction {
    Responds,
    /// It accepts the connection, and does not respond.
    Accepts,
    Refuses,
}

impl Presence {
    pub(super) fn note_response(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Whether the server is gone, after a connection to it has failed. One that never responded is not gone: it was never there.
    pub(super) async fn has_gone<P: Future<Output = Reaction>>(
        &self,
        probe: impl Fn() -> P,
    ) -> bool {
        if !self.answered.load(Ordering::Relaxed) {
            return false;
        }
        let watch = Stopwatch::start();
        while !self.is_gone() {
            match probe().await {
                Reaction::Responds => return false,
                Reaction::Accepts if watch.elapsed() >= DYING_TIME => return false,
                Reaction::Refuses if watch.elapsed() >= RESTART_TIME => {
                    self.gone.store(true, Ordering::Relaxed);
                }
                Reaction::Accepts | Reaction::Refuses => pause(RESTART_POLL).await,
            }
        }
        true
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server restarts in the real time that it runs in"
)]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
