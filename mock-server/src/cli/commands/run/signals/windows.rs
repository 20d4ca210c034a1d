//! Windows has no signals. Ctrl-C and Ctrl-Break reach the command by themselves, from the console that it shares with this process.

use std::{convert::Infallible, io, process::ExitStatus};

use tokio::{
    process::Child,
    signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c},
};

/// What arrives from the console.
pub(in crate::cli::commands::run) struct Signals(CtrlC, CtrlBreak);

impl Signals {
    /// From now on, nothing from the console ends this process before the command.
    pub(in crate::cli::commands::run) fn listen() -> io::Result<Self> {
        Ok(Self(ctrl_c()?, ctrl_break()?))
    }

    /// Never completes: there is nothing to pass on.
    pub(in crate::cli::commands::run) async fn next(&mut self) -> Infallible {
        loop {
            tokio::select! {
                _ = self.0.recv() => {}
                _ = self.1.recv() => {}
            }
        }
    }
}

/// Passes a signal on, of which there are none.
pub(in crate::cli::commands::run) fn send(_: &Child, signal: Infallible) {
    match signal {}
}

/// Ends the command.
pub(in crate::cli::commands::run) fn terminate(child: &mut Child) {
    // It may have ended.
    let _ = child.start_kill();
}

/// The exit code of the command.
pub(in crate::cli::commands::run) fn exit_code(status: ExitStatus) -> Option<i32> {
    status.code()
}
