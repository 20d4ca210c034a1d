//! What asks a server to stop: SIGINT or SIGTERM; on Windows, Ctrl-C or Ctrl-Break.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

/// The signals that stop a server. They do not end this process by themselves any more.
#[cfg(unix)]
pub(super) struct StopSignals(Signal, Signal);
#[cfg(windows)]
pub(super) struct StopSignals(CtrlC, CtrlBreak);

impl StopSignals {
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self(interrupt, signal(SignalKind::terminate())?))
    }

    #[cfg(windows)]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self(ctrl_c()?, ctrl_break()?))
    }

    /// Completes when one arrives.
    pub(super) async fn received(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}
