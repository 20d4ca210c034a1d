use std::{future::Future, io, process::ExitCode};

use tokio::signal::unix::{SignalKind, signal};

/// Runs the work until it is done or SIGTERM comes, which drops it: every wait and every request ends at once.
pub async fn until_terminated(work: impl Future<Output = ExitCode>) -> io::Result<ExitCode> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        code = work => Ok(code),
        _ = terminated.recv() => Ok(ExitCode::from(143)),
    }
}
