//! What interrupts a run, so that it ends with a report of what is known so far.

use contract_tests::finding::Interrupted;

/// Resolves on Ctrl-C, on Ctrl-\\, on the signal that CI stops a job with, or when the terminal ends. From now on, none of
/// these ends the process by itself.
#[cfg(unix)]
pub(super) fn interrupted() -> Interrupted {
    use futures_util::future::select_all;
    use tokio::signal::unix::{SignalKind, signal};

    let signals = [
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let signals = signals.map(signal);
    Box::pin(async {
        // If no handler can be installed, the run continues to its end.
        let mut signals: Vec<_> = signals.into_iter().flatten().collect();
        if signals.is_empty() {
            std::future::pending::<()>().await;
        }
        select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    })
}

/// Resolves on Ctrl-C or Ctrl-Break. From now on, neither ends the process by itself.
#[cfg(windows)]
pub(super) fn interrupted() -> Interrupted {
    use tokio::signal::windows::{ctrl_break, ctrl_c};

    let signals = (ctrl_c(), ctrl_break());
    Box::pin(async {
        // If no handler can be installed, the run continues to its end.
        let (Ok(mut ctrl_c), Ok(mut ctrl_break)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = ctrl_c.recv() => {}
            _ = ctrl_break.recv() => {}
        }
    })
}
