//! Limits the time of a run. Each response has a time limit of its own, but a server that stays just below it could keep a run
//! for hours.

use std::time::Duration;

use tokio::time::timeout;

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
        Err(self.over())
    }

    /// Waits for a response, but not longer than the run may take.
    pub(super) async fn limit<T>(
        self,
        response: impl Future<Output = Result<T, NotPassed>>,
    ) -> Result<T, NotPassed> {
        let left = self.max.saturating_sub(self.watch.elapsed());
        let response = timeout(left, response).await;
        response.unwrap_or_else(|_| Err(self.over()))
    }

    fn over(self) -> NotPassed {
        NotPassed::Inconclusive(format!(
            "the run has taken {} s, its limit; no more requests are sent; --max-time raises the limit",
            self.max.as_secs_f64()
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn run_does_not_wait_for_a_response_beyond_its_time() {
        let run_time = RunTime::start(Duration::from_secs(3));
        let response = run_time.limit(pending::<Result<(), _>>()).await;
        assert!(matches!(response, Err(NotPassed::Inconclusive(reason)) if reason.contains("3 s")));
    }
}
