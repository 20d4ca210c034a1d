use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const TRIES: f64 = 10.0;

/// Shared by all workers with one key: a pause, and a budget of retries.
pub struct Pace {
    not_before: Mutex<Instant>,
    tries: Mutex<f64>,
}

impl Pace {
    pub fn new() -> Self {
        Self {
            not_before: Mutex::new(Instant::now()),
            tries: Mutex::new(TRIES),
        }
    }

    /// Call this before each request of any worker.
    pub async fn ready(&self) {
        loop {
            let until = *self
                .not_before
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left + Duration::from_millis(fastrand::u64(..100))).await;
        }
    }

    /// Call this after a response with Retry-After.
    pub fn rest(&self, time: Duration) {
        let mut until = self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *until = (*until).max(Instant::now() + time);
    }

    /// Call this before each retry. If it returns false, the failure is final.
    pub fn take_try(&self) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let is_left = *tries >= 1.0;
        if is_left {
            *tries -= 1.0;
        }
        is_left
    }

    /// Call this after a success, with the number of retries it took.
    pub fn succeeded(&self, again: u32) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let back = if again == 0 { 0.1 } else { f64::from(again) };
        *tries = TRIES.min(*tries + back);
    }
}

/// The wait if the response states none: exponential, with jitter.
pub fn backoff(tries: i32) -> Duration {
    Duration::from_millis(500).mul_f64(2_f64.powi(tries) * (0.5 + fastrand::f64() / 2.0))
}
