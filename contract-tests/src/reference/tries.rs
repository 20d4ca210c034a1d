//! One call: tried again where that is sensible.

use reqwest::Method;
use serde_json::Value;

use super::{
    Failure,
    answers::{Try, Wait},
    habits::BadValue,
    http::{Client, pause},
};

impl Client {
    /// Makes a call, as often as is sensible; returns the JSON of its success.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&str>,
    ) -> Result<Value, Failure> {
        let call = self
            .calls
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut backoff = self.habits.backoff;
        let mut attempt = 1;
        loop {
            let number = if self.habits.idempotency_key == Some(true) {
                u64::from(attempt) << 32 | call
            } else {
                call
            };
            let (failure, wait) = match self.once(&method, path, body, number).await {
                Try::Done(value) if attempt > 1 && self.habits.fails_after_recovery => {
                    drop(value);
                    return Err(Failure::Unexpected("success, though too late"));
                }
                Try::Done(value) => return Ok(value),
                Try::Final(failure) => return Err(failure),
                Try::Again(failure, wait) => (failure, wait),
            };
            if attempt >= self.habits.attempts {
                return Err(failure);
            }
            let wait = match wait {
                Some(Wait::For(asked)) if asked > self.habits.longest_wait => {
                    if !self.habits.cuts_waits_short {
                        return Err(Failure::TooLong(asked.as_secs()));
                    }
                    backoff
                }
                Some(Wait::For(asked)) => asked,
                Some(Wait::Unreadable) => match self.habits.bad_retry_after {
                    BadValue::Backoff => backoff,
                    BadValue::Crash => std::process::abort(),
                    BadValue::BusyLoop => {
                        self.hurry(&method, path, body, number).await;
                        return Err(failure);
                    }
                },
                None => backoff,
            };
            pause(wait).await;
            backoff *= self.habits.growth;
            attempt += 1;
        }
    }

    /// Tries many times, without a wait.
    async fn hurry(&self, method: &Method, path: &str, body: Option<&str>, number: u64) {
        for _ in 0..10 {
            drop(self.once(method, path, body, number).await);
        }
    }
}
