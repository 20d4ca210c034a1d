//! Detects that a server is gone. Otherwise it would fail every remaining check.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::{net::TcpStream, time::timeout};
use url::Url;

use super::Stopwatch;

/// Why a request is not sent, or has no response.
pub(crate) const GONE: &str = "the server no longer accepts connections";
/// How long a server may take to restart, and how often to look.
const RESTART_TIME: Duration = Duration::from_secs(2);
const RESTART_POLL: Duration = Duration::from_millis(100);

/// What is known of a server.
#[derive(Debug, Default)]
pub(super) struct Presence {
    /// It has responded.
    answered: AtomicBool,
    /// It has responded, and no longer accepts connections.
    gone: AtomicBool,
}

impl Presence {
    pub(super) fn note_response(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Whether the server is gone, after a connection to it has failed. One that never responded is not gone: it was never there.
    pub(super) async fn has_gone(&self, url: &Url, connect_time: Duration) -> bool {
        if !self.answered.load(Ordering::Relaxed) {
            return false;
        }
        let watch = Stopwatch::start();
        while !self.is_gone() {
            if accepts_connections(url, connect_time).await {
                return false;
            }
            if watch.elapsed() >= RESTART_TIME {
                self.gone.store(true, Ordering::Relaxed);
            }
            pause(RESTART_POLL).await;
        }
        true
    }
}

async fn accepts_connections(url: &Url, connect_time: Duration) -> bool {
    let Ok(addresses) = url.socket_addrs(|| None) else {
        return false;
    };
    let connected = timeout(connect_time, TcpStream::connect(&*addresses)).await;
    matches!(connected, Ok(Ok(_)))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server restarts in the real time that it runs in"
)]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
