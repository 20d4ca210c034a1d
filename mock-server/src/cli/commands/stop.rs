//! What asks a server to stop: SIGINT, SIGTERM, SIGQUIT or SIGHUP; on Windows, Ctrl-C or Ctrl-Break.

use std::io;
#[cfg(unix)]
use std::{fs, future::poll_fn, task::Poll};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

/// The signals that stop a server. They do not end this process by themselves any more.
#[cfg(unix)]
pub(super) struct StopSignals(Vec<Signal>);
#[cfg(windows)]
pub(super) struct StopSignals(CtrlC, CtrlBreak);

impl StopSignals {
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        let mut kinds = vec![
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::quit(),
        ];
        if !ignores_hangup() {
            kinds.push(SignalKind::hangup());
        }
        let signals = kinds.into_iter().map(signal);
        signals.collect::<io::Result<_>>().map(Self)
    }

    #[cfg(windows)]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self(ctrl_c()?, ctrl_break()?))
    }

    /// Completes when one arrives.
    #[cfg(unix)]
    pub(super) async fn received(&mut self) {
        poll_fn(|context| {
            let mut signals = self.0.iter_mut();
            if signals.any(|signal| signal.poll_recv(context).is_ready()) {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
    }

    /// Completes when one arrives.
    #[cfg(windows)]
    pub(super) async fn received(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

/// Whether whoever started this process made it ignore SIGHUP, as `nohup` does, so that it outlives its terminal.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The first bit is that of signal 1.
    ignored.is_some_and(|mask| mask & 1 != 0)
}
