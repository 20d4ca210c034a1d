//! What all calls of a client have in common: a pause that every one keeps, tries that they share, and waits that differ by
//! chance, so that many clients do not come back at the same moment.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::{behaviour::Backoff, http::pause};

/// Further tries that all calls together have in hand, where they do not succeed.
const RETRY_BUDGET: u32 = 6;
/// Calls that succeed at once, and bring one more of them.
const SUCCESSES_PER_RETRY: u32 = 10;
/// The longest first wait between two tries, where waits are drawn.
pub(super) const FIRST_BACKOFF: Duration = Duration::from_millis(600);
/// The first wait where none is, and each where all are the same.
const CONSTANT_FIRST: Duration = Duration::from_secs(1);
const CONSTANT: Duration = Duration::from_secs(2);
/// By how much calls that waited for the same pause come apart.
const JITTER: Duration = Duration::from_millis(100);

/// What all calls of a client have in common.
#[derive(Debug)]
pub(super) struct Throttle {
    /// Before then, no call is sensible.
    not_before: Mutex<Option<Instant>>,
    /// Further tries in hand, by as many parts as there are successes to one.
    retry_budget: Mutex<u32>,
}

impl Throttle {
    pub(super) fn new() -> Self {
        Self {
            not_before: Mutex::default(),
            retry_budget: Mutex::new(RETRY_BUDGET * SUCCESSES_PER_RETRY),
        }
    }

    /// Lets no call begin for so long. A pause is never made shorter by another.
    pub(super) fn pause_until(&self, time: Duration) {
        let until = now() + time;
        let mut not_before = self.not_before.lock();
        *not_before = Some(not_before.map_or(until, |known| known.max(until)));
    }

    /// Waits until a call may begin, and a little longer by chance. A pause may grow meanwhile.
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

    /// Takes one of the further tries that are in hand, if one is.
    pub(super) fn take_retry(&self) -> bool {
        let mut retry_budget = self.retry_budget.lock();
        let less = retry_budget.checked_sub(SUCCESSES_PER_RETRY);
        *retry_budget = less.unwrap_or(*retry_budget);
        less.is_some()
    }

    /// A request has succeeded after a number of retries, which are given back to the budget.
    pub(super) fn succeeded(&self, tries: u32) {
        let back = if tries == 0 {
            1
        } else {
            tries * SUCCESSES_PER_RETRY
        };
        let mut retry_budget = self.retry_budget.lock();
        *retry_budget = (*retry_budget + back).min(RETRY_BUDGET * SUCCESSES_PER_RETRY);
    }
}

impl Backoff {
    /// The wait after a number of attempts.
    pub(super) fn wait(self, tries: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
        match self {
            Self::Jittered => jittered(FIRST_BACKOFF.saturating_mul(doubled)),
            Self::Doubled => CONSTANT_FIRST.saturating_mul(doubled),
            Self::Constant => CONSTANT,
            Self::None => Duration::ZERO,
        }
    }
}

/// A wait that is drawn: at least half of the longest, so that waits grow that are doubled.
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
    fn tries_are_spent_and_come_back_with_success() {
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
    fn a_pause_is_never_made_shorter() {
        let throttle = Throttle::new();
        assert_eq!(throttle.left(), None);
        throttle.pause_until(Duration::from_hours(1));
        throttle.pause_until(Duration::from_secs(1));
        assert!(throttle.left() > Some(Duration::from_mins(59)));
    }

    #[test]
    fn a_wait_is_between_the_half_and_the_whole() {
        let longest = Duration::from_secs(1);
        let mut retry_after_wait = (0..1_000).map(|_| jittered(longest));
        assert!(retry_after_wait.all(|wait| wait >= longest / 2 && wait <= longest));
    }
}
