//! Time since a trial began. Clients sleep for real, so what they do is judged by the real time.

use std::time::{Duration, Instant};

/// Runs since a trial began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// One that begins now.
    #[expect(
        clippy::disallowed_methods,
        reason = "a client is judged by the time that it really waits"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has run.
    pub(crate) fn read(self) -> Duration {
        self.0.elapsed()
    }
}
