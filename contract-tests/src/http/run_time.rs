//! Limits the time of a run. Each response has a time limit of its own, but a server that stays just below it could keep a run
//! for hours.

use std::time::Duration;

use super::Stopwatch;
use crate::finding::NotPassed;

/// The time of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunTime {
    watch: Stopwatch,
    max: Duration,
}

impl RunTime {
    /// A run that starts now, and sends requests for at most this long.
    pub(crate) fn start(max: Duration) -> Self {
        let watch = Stopwatch::start();
        Self { watch, max }
    }

    /// Whether another request may be sent.
    pub(super) fn check(self) -> Result<(), NotPassed> {
        if self.watch.elapsed() < self.max {
            return Ok(());
        }
        Err(NotPassed::Inconclusive(format!(
            "the run has taken {} s, its limit; no more requests are sent; --max-time raises the limit",
            self.max.as_secs_f64()
        )))
    }
}
