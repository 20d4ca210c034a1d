use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const TRIES: f64 = 10.0;

/// What all workers that share a key have in common: a pause, and tries that they may add.
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

    /// Before each call, of whichever worker.
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

    /// After an answer with Retry-After.
    pub fn rest(&self, time: Duration) {
        let mut until = self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *until = (*until).max(Instant::now() + time);
    }

    /// Before a call is made again; where it says no, the failure is final.
    pub fn take_try(&self) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let is_left = *tries >= 1.0;
        if is_left {
            *tries -= 1.0;
        }
        is_left
    }

    /// After a call that was made again so many times.
    pub fn succeeded(&self, again: u32) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let back = if again == 0 { 0.1 } else { f64::from(again) };
        *tries = TRIES.min(*tries + back);
    }
}

/// The wait where no answer names one, which is drawn.
pub fn backoff(tries: i32) -> Duration {
    Duration::from_millis(500).mul_f64(2_f64.powi(tries) * (0.5 + fastrand::f64() / 2.0))
}
