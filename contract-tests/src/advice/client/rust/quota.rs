use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;

const DAY: Duration = Duration::from_hours(24);

/// What the last response said of the quota of a key.
pub struct Quota {
    not_before: SystemTime,
}

impl Quota {
    pub fn new() -> Self {
        Self {
            not_before: UNIX_EPOCH,
        }
    }

    /// Call this after each response.
    pub fn note(&mut self, headers: &HeaderMap) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse().ok();
        if number("x-ratelimit-remaining") == Some(0) {
            // A time in seconds since 1970, not a wait. What is no number or more than a day away is ignored.
            let reset = number("x-ratelimit-reset").map(Duration::from_secs);
            let reset = reset.and_then(|reset| UNIX_EPOCH.checked_add(reset));
            if let Some(reset) = reset.filter(|reset| *reset < SystemTime::now() + DAY) {
                self.not_before = reset;
            }
        }
    }

    /// Call this before each request.
    pub async fn wait(&self) {
        while let Ok(left) = self.not_before.duration_since(SystemTime::now()) {
            tokio::time::sleep(left.max(Duration::from_millis(1))).await;
        }
    }
}
