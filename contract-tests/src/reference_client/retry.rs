//! One call: tried again where that is sensible, and where the others leave a try for it.

use reqwest::Method;
use serde_json::Value;

use super::{
    Failure,
    behaviour::{BadValue, PutOff, TooLong},
    death::die,
    http::{Client, pause},
    responses::{Try, Wait},
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
                Try::Done(value) => {
                    self.pace.succeeded(attempt - 1);
                    return Ok(value);
                }
                Try::Final(failure) => return Err(failure),
                Try::Again(failure, wait) => (failure, wait),
            };
            if matches!(failure, Failure::Refused(429)) && self.leaves_for_later(path) {
                return Err(failure);
            }
            let in_hand = || self.pace.take_try() || !self.habits.shares_tries;
            if attempt >= self.habits.attempts || !in_hand() {
                return Err(failure);
            }
            match wait {
                Some(Wait::For(asked)) if asked > self.habits.longest_wait => {
                    match self.habits.too_long {
                        TooLong::Report => return Err(Failure::TooLong(asked.as_secs())),
                        TooLong::BackOff => self.back_off(attempt).await,
                        TooLong::Cut => pause(self.habits.longest_wait).await,
                    }
                }
                // The next request waits for it, whichever call it is of.
                Some(Wait::For(asked)) if self.habits.shares_pauses => self.pace.rest(asked),
                Some(Wait::For(asked)) => pause(asked).await,
                Some(Wait::Unreadable) => match self.habits.bad_retry_after {
                    BadValue::Backoff => self.back_off(attempt).await,
                    BadValue::Crash(death) => die(death),
                    BadValue::NoWait => {}
                    BadValue::BusyLoop => {
                        self.hurry(&method, path, body, number).await;
                        return Err(failure);
                    }
                },
                Some(Wait::Not) => {}
                None => self.back_off(attempt).await,
            }
            attempt += 1;
        }
    }

    /// Whether whoever makes a call sees to it where it is put off.
    fn leaves_for_later(&self, path: &str) -> bool {
        let is_page = path.contains("offset=");
        self.habits.put_off != PutOff::TryAgain || self.habits.restarts_lists && is_page
    }

    /// Waits where the server says nothing.
    async fn back_off(&self, tries: u32) {
        pause(self.habits.backoff.wait(tries)).await;
    }

    /// Tries many times, without a wait.
    async fn hurry(&self, method: &Method, path: &str, body: Option<&str>, number: u64) {
        for _ in 0..10 {
            drop(self.once(method, path, body, number).await);
        }
    }
}
