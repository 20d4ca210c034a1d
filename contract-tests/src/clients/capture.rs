//! Captures the output of a program while it runs, and keeps its start and its end.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    task::JoinHandle,
};

/// Number of bytes of each output that are kept: of its start, and of its end, which shows how the program ended.
const MAX_FIRST: usize = 1024 * 1024;
const MAX_LAST: usize = 64 * 1024;
/// Replaces the bytes between the two.
const OMITTED: &[u8] = b"\n[...]\n";
/// How long to wait for the remaining output of a program that has exited: a process that it left behind may hold its outputs
/// open.
const DRAIN_TIME: Duration = Duration::from_millis(200);

/// The output of a program.
type SharedOutput = Arc<Mutex<CapturedOutput>>;

/// The stored part of it.
#[derive(Debug, Default)]
struct CapturedOutput {
    first: Vec<u8>,
    last: VecDeque<u8>,
    /// Whether bytes between these were omitted.
    omitted: bool,
}

impl CapturedOutput {
    fn push(&mut self, bytes: &[u8]) {
        let room = MAX_FIRST.saturating_sub(self.first.len()).min(bytes.len());
        self.first.extend_from_slice(&bytes[..room]);
        self.last.extend(&bytes[room..]);
        let beyond = self.last.len().saturating_sub(MAX_LAST);
        self.omitted |= beyond > 0;
        self.last.drain(..beyond);
    }

    fn take(&mut self) -> Vec<u8> {
        let Self {
            mut first,
            last,
            omitted,
        } = std::mem::take(self);
        if omitted {
            first.extend_from_slice(OMITTED);
        }
        first.extend(last);
        first
    }
}

/// The capture of one of a program's outputs.
#[derive(Debug)]
pub(super) struct Capture {
    printed: SharedOutput,
    task: JoinHandle<()>,
}

impl Capture {
    /// Stores the start and the end of the output, and discards the rest.
    pub(super) fn start(output: Option<impl AsyncRead + Unpin + Send + 'static>) -> Self {
        let printed = SharedOutput::default();
        let captured = Arc::clone(&printed);
        let task = tokio::spawn(async move {
            let Some(mut output) = output else { return };
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(read @ 1..) = output.read(&mut buffer).await {
                let mut captured = captured
                    .lock()
                    .expect("nobody panics with the output in hand");
                captured.push(&buffer[..read]);
            }
        });
        Self { printed, task }
    }

    /// The captured output, once it is complete or nothing more arrives.
    pub(super) async fn drain(self) -> Vec<u8> {
        let Self { printed, mut task } = self;
        if tokio::time::timeout(DRAIN_TIME, &mut task).await.is_err() {
            task.abort();
        }
        let mut printed = printed
            .lock()
            .expect("nobody panics with the output in hand");
        printed.take()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.printed.lock().unwrap().first.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_start_and_the_end_of_long_output() {
        let mut captured = CapturedOutput::default();
        captured.push(&vec![b'a'; MAX_FIRST - 1]);
        captured.push(b"bc");
        let whole = captured.take();
        assert!(whole.len() == MAX_FIRST + 1 && whole.ends_with(b"abc"));
        for _ in 0..3 {
            captured.push(&vec![b'a'; MAX_FIRST]);
        }
        captured.push(b"the end");
        let cut = captured.take();
        assert_eq!(cut.len(), MAX_FIRST + OMITTED.len() + MAX_LAST);
        assert!(cut.ends_with(b"aathe end"));
    }
}
