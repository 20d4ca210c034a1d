//! Findings on standard error as soon as they are made. A thread of its own prints them, because traffic must not wait for a
//! reader.

use std::{
    io::Write,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel},
    thread,
    time::Duration,
};

use contract_tests::traffic::Finding;

use super::output::to_stderr;

/// Maximum number of findings that wait to be printed. Others are only in the report.
const MAX_WAITING: usize = 1_000;
/// How long the end of a run waits for a reader that reads nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The end of printing.
pub(super) struct Printed {
    last: Sender<String>,
    /// Says that something was printed; it ends when everything is.
    progress: Receiver<()>,
}

/// Starts to print. The function prints a finding, unless too many wait; printing ends after it is dropped.
pub(super) fn start() -> (impl Fn(&Finding) + Send + Sync, Printed) {
    let (sender, findings) = sync_channel(MAX_WAITING);
    let (last, last_text) = channel();
    let (progressed, progress) = sync_channel(1);
    thread::spawn(move || print_all(findings.into_iter().chain(last_text), &progressed));
    let print = move |finding: &Finding| {
        let _ = sender.try_send(format!("{}\n", finding.line()));
    };
    (print, Printed { last, progress })
}

fn print_all(texts: impl Iterator<Item = String>, progressed: &SyncSender<()>) {
    let mut out = to_stderr();
    for text in texts {
        for line in text.split_inclusive('\n') {
            let _ = out.write_all(line.as_bytes());
            let _ = progressed.try_send(());
        }
    }
}

impl Printed {
    /// Prints a last text, and waits until it and all findings are printed, but not for a reader that does not read. Returns
    /// whether they are; otherwise, whoever prints to standard error waits forever.
    pub(super) fn end_with(self, text: String) -> bool {
        let Self { last, progress } = self;
        let _ = last.send(text);
        drop(last);
        loop {
            match progress.recv_timeout(PATIENCE) {
                Ok(()) => {}
                Err(RecvTimeoutError::Disconnected) => return true,
                Err(RecvTimeoutError::Timeout) => return false,
            }
        }
    }
}
