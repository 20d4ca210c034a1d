//! State shared by all calls of a client: a pause that applies to each of them, a budget of retries, and randomized waits, so
//! that many clients do not come back at the same moment.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::{behaviour::Backoff, http::pause};

/// Number of retries that all calls may make together while none succeeds.
const RETRY_BUDGET: u32 = 6;
/// Number of immediate successes that add one retry to the budget.
const SUCCESSES_PER_RETRY: u32 = 10;
/// Maximum of the first wait between two attempts, if waits are randomized.
pub(super) const FIRST_BACKOFF: Duration = Duration::from_millis(600);
/// The first wait if waits are doubled, and each wait if all are the same.
const CONSTANT_FIRST: Duration = Duration::from_secs(1);
const CONSTANT: Duration = Duration::from_secs(2);
/// Maximum random delay between calls that waited for the same pause.
const JITTER: Duration = Duration::from_millis(100);

/// State shared by all calls of a client.
#[derive(Debug)]
pub(super) struct Throttle {
    /// No request may start before this time.
    not_before: Mutex<Option<Instant>>,
    /// The retries left, multiplied by the number of successes that add one.
    retry_budget: Mutex<u32>,
}

impl Throttle {
    pub(super) fn new() -> Self {
        Self {
            not_before: Mutex::default(),
            retry_budget: Mutex::new(RETRY_BUDGET * SUCCESSES_PER_RETRY),
        }
    }

    /// Lets no request start for this long. A pause never shortens another.
    pub(super) fn pause_until(&self, time: Duration) {
        let until = now() + time;
        let mut not_before = self.not_before.lock();
        *not_before = Some(not_before.map_or(until, |instant| instant.max(until)));
    }

    /// Waits until a request may start, plus a small random delay. A pause may be extended meanwhile.
    pub(super) async fn ready(&self) {
        while let Some(left) = self.left() {
            pause(left + JITTER.mul_f64(fastrand::f64())).await;
        }
    }

    fn left(&self) -> Option<Duration> {
        let until = (*self.not_before.lock())?;
        let left = until.saturating_duration_since(now());
        (!left.is_zero()).then_some(left)
    }

    /// Takes one retry from the budget, if one is left.
    pub(super) fn take_retry(&self) -> bool {
        let mut retry_budget = self.retry_budget.lock();
        let less = retry_budget.checked_sub(SUCCESSES_PER_RETRY);
        *retry_budget = less.unwrap_or(*retry_budget);
        less.is_some()
    }

    /// Records that a call succeeded after a number of retries, which are returned to the budget.
    pub(super) fn succeeded(&self, attempts: u32) {
        let back = if attempts == 0 {
            1
        } else {
            attempts * SUCCESSES_PER_RETRY
        };
        let mut retry_budget = self.retry_budget.lock();
        *retry_budget = (*retry_budget + back).min(RETRY_BUDGET * SUCCESSES_PER_RETRY);
    }
}

impl Backoff {
    /// The wait after a number of attempts.
    pub(super) fn wait(self, attempts: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        match self {
            Self::Jittered => jittered(FIRST_BACKOFF.saturating_mul(doubled)),
            Self::Doubled => CONSTANT_FIRST.saturating_mul(doubled),
            Self::Constant => CONSTANT,
            Self::None => Duration::ZERO,
        }
    }
}

/// A random wait of at least half the maximum, so that doubled waits do grow.
fn jittered(longest: Duration) -> Duration {
    longest.mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[expect(clippy::disallowed_methods, reason = "a client lives in the real time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spends_retries_and_regains_them_by_success() {
        let throttle = Throttle::new();
        let spend = || (0..100).take_while(|_| throttle.take_retry()).count();
        assert_eq!(spend(), 6);
        throttle.succeeded(2);
        assert_eq!(spend(), 2);
        (0..9).for_each(|_| throttle.succeeded(0));
        assert_eq!(spend(), 0);
        throttle.succeeded(0);
        assert_eq!(spend(), 1);
        throttle.succeeded(100);
        assert_eq!(spend(), 6);
    }

    #[test]
    fn never_shortens_a_pause() {
        let throttle = Throttle::new();
        assert_eq!(throttle.left(), None);
        throttle.pause_until(Duration::from_hours(1));
        throttle.pause_until(Duration::from_secs(1));
        assert!(throttle.left() > Some(Duration::from_mins(59)));
    }

    #[test]
    fn jitter_is_between_half_and_whole() {
        let longest = Duration::from_secs(1);
        let mut retry_after_wait = (0..1_000).map(|_| jittered(longest));
        assert!(retry_after_wait.all(|wait| wait >= longest / 2 && wait <= longest));
    }
}
