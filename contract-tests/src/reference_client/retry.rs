//! One call: retried where that is sensible, and while the shared budget of retries lasts.

use std::borrow::Cow;

use reqwest::Method;
use serde_json::Value;

use super::{
    Failure,
    behaviour::{BadRetryAfter, LongWait, OnLostPost, OnRateLimit},
    crash::crash_like,
    http::{Client, pause},
    key::Credential,
    responses::{Attempt, Wait},
};

impl Client {
    /// Makes a call, with as many retries as sensible; returns the JSON of its success.
    pub(super) async fn fetch_json(
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
            let number = if self.behaviour.idempotency_key == Some(true) {
                u64::from(attempt) << 32 | call
            } else {
                call
            };
            let body = body.map(|body| self.body_of_attempt(body, attempt));
            let (failure, wait) = match self.attempt(&method, path, body.as_deref(), number).await {
                Attempt::Done(value) if attempt > 1 && self.behaviour.fails_after_recovery => {
                    drop(value);
                    return Err(Failure::Unexpected("success, but too late"));
                }
                Attempt::Done(value) => {
                    self.throttle.succeeded(attempt - 1);
                    return Ok(value);
                }
                Attempt::Final(failure) => return Err(failure),
                Attempt::Retry(failure, wait) => (failure, wait),
            };
            if matches!(failure, Failure::Refused(429)) && self.leaves_for_later(path) {
                return Err(failure);
            }
            let retry_budget = || self.throttle.take_retry() || !self.behaviour.shares_retry_budget;
            if attempt >= self.behaviour.max_attempts || !retry_budget() {
                return Err(failure);
            }
            match wait {
                Some(Wait::For(asked)) if asked > self.behaviour.max_wait => {
                    match self.behaviour.on_long_wait {
                        LongWait::Report => return Err(Failure::LongWait(asked.as_secs())),
                        LongWait::BackOff => self.back_off(attempt).await,
                        LongWait::Cut => pause(self.behaviour.max_wait).await,
                    }
                }
                // The next request waits for it, whichever call it belongs to.
                Some(Wait::For(asked)) if self.behaviour.shares_pauses => {
                    self.throttle.pause_until(asked);
                }
                Some(Wait::For(asked)) => pause(asked).await,
                Some(Wait::Unreadable) => match self.behaviour.on_bad_retry_after {
                    BadRetryAfter::Backoff => self.back_off(attempt).await,
                    BadRetryAfter::Crash(crash) => crash_like(crash),
                    BadRetryAfter::NoWait => {}
                    BadRetryAfter::BusyLoop => {
                        self.repeat_at_once(&method, path, body.as_deref(), number)
                            .await;
                        return Err(failure);
                    }
                },
                Some(Wait::Immediate) => {}
                None => self.back_off(attempt).await,
            }
            attempt += 1;
        }
    }

    /// One attempt, and another with a new access token if the API rejects the first one's.
    async fn attempt(
        &self,
        method: &Method,
        path: &str,
        body: Option<&str>,
        number: u64,
    ) -> Attempt {
        loop {
            let tokens = match self.credential.now(&self.behaviour).await {
                Ok(tokens) => tokens,
                Err(failure) => return Attempt::Final(failure),
            };
            let attempt = self.try_once(&tokens, method, path, body, number).await;
            let Credential::Session(session) = &self.credential else {
                return attempt;
            };
            match attempt {
                Attempt::Final(Failure::Unauthorized) => {
                    if let Err(failure) = session.renew(&tokens).await {
                        return Attempt::Final(failure);
                    }
                }
                Attempt::Done(_) => {
                    session.note_success(&tokens.access).await;
                    return attempt;
                }
                Attempt::Final(_) | Attempt::Retry(..) => return attempt,
            }
        }
    }

    /// The body of an attempt; a stream that is not rewound is at its end after the first.
    fn body_of_attempt<'a>(&self, body: &'a str, attempt: u32) -> Cow<'a, str> {
        match attempt {
            1 => body.into(),
            _ if !self.behaviour.rewinds_bodies => "".into(),
            _ if self.behaviour.on_lost_post == OnLostPost::RepeatAnew => {
                let title = format!("Hotels, attempt {attempt}");
                body.replacen("Hotels", &title, 1).into()
            }
            _ => body.into(),
        }
    }

    /// Whether the caller, not this call, handles a 429.
    fn leaves_for_later(&self, path: &str) -> bool {
        let is_page = path.contains("offset=");
        self.behaviour.on_rate_limit != OnRateLimit::TryAgain
            || self.behaviour.restarts_lists && is_page
    }

    /// Waits if the server does not state how long.
    async fn back_off(&self, attempts: u32) {
        pause(self.behaviour.backoff.wait(attempts)).await;
    }

    /// Sends many requests without a wait.
    async fn repeat_at_once(&self, method: &Method, path: &str, body: Option<&str>, number: u64) {
        for _ in 0..10 {
            drop(self.attempt(method, path, body, number).await);
        }
    }
}
