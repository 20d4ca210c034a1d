//! Signals of Unix.

use std::{
    future::poll_fn,
    io::{self, stderr, stdin, stdout},
    os::unix::process::ExitStatusExt,
    process::ExitStatus,
    task::Poll,
};

use rustix::{
    process::{Pid, Signal, getpgrp, kill_process},
    termios::tcgetpgrp,
};
use tokio::{
    process::Child,
    signal::unix::{self, SignalKind, signal},
};

/// What people and programs send to end a command, or to ask it for something.
const FORWARDED: [Signal; 6] = [
    Signal::HUP,
    Signal::INT,
    Signal::QUIT,
    Signal::TERM,
    Signal::USR1,
    Signal::USR2,
];

/// The signals that arrive at this process.
pub(in crate::cli::commands::run) struct Signals(Vec<(Signal, unix::Signal)>);

impl Signals {
    /// Receives signals from now on, instead of ending.
    pub(in crate::cli::commands::run) fn listen() -> io::Result<Self> {
        let streams = FORWARDED
            .map(|forwarded| Ok((forwarded, signal(SignalKind::from_raw(forwarded.as_raw()))?)));
        streams.into_iter().collect::<io::Result<_>>().map(Self)
    }

    /// The next signal that the command does not get by itself.
    pub(in crate::cli::commands::run) async fn next(&mut self) -> Signal {
        loop {
            let next = poll_fn(|context| {
                for (signal, stream) in &mut self.0 {
                    if stream.poll_recv(context).is_ready() {
                        return Poll::Ready(*signal);
                    }
                }
                Poll::Pending
            });
            let next = next.await;
            if !reaches_the_command(next) {
                return next;
            }
        }
    }
}

/// Whether a signal comes from the terminal, which sends it to the command, too. A second one would end many test
/// runners before they have cleaned up.
fn reaches_the_command(signal: Signal) -> bool {
    let group = getpgrp();
    let is_foreground = || {
        tcgetpgrp(stdin()) == Ok(group)
            || tcgetpgrp(stdout()) == Ok(group)
            || tcgetpgrp(stderr()) == Ok(group)
    };
    matches!(signal, Signal::INT | Signal::QUIT) && is_foreground()
}

/// Sends a signal to the command, unless it has ended.
pub(in crate::cli::commands::run) fn send(child: &Child, signal: Signal) {
    let pid = child
        .id()
        .and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
    if let Some(pid) = pid {
        // It may end at this moment.
        let _ = kill_process(pid, signal);
    }
}

/// Asks the command to end.
pub(in crate::cli::commands::run) fn terminate(child: &mut Child) {
    send(child, Signal::TERM);
}

/// The exit code of the command, as shells have it.
pub(in crate::cli::commands::run) fn exit_code(status: ExitStatus) -> Option<i32> {
    status.code().or_else(|| Some(128 + status.signal()?))
}
