use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

#[derive(Clone, Copy)]
struct Window {
    reset: u64,
    count: u32,
}

/// Fixed windows, one for each key, which begin with its first request.
pub struct Windows {
    pub limit: u32,
    pub seconds: u64,
    used: Mutex<HashMap<String, Window>>,
}

pub struct Admission {
    pub admitted: bool,
    /// `X-RateLimit-Remaining`.
    pub remaining: u32,
    /// `X-RateLimit-Reset`, in seconds since 1970.
    pub reset: u64,
    /// `Retry-After`, in whole seconds, if it is not admitted.
    pub retry_after: u64,
}

impl Windows {
    /// Call it once for each request that has a valid key. `now` is in seconds since 1970, rounded down.
    pub fn admit(&self, key_id: &str, now: u64) -> Admission {
        let new = Window {
            reset: now + self.seconds,
            count: 0,
        };
        // Reading and counting are one step, so concurrent requests cannot share a place.
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let window = used.entry(key_id.to_owned()).or_insert(new);
        if now >= window.reset {
            *window = new;
        }
        // A rejected request neither counts nor moves the reset.
        let admitted = window.count < self.limit;
        window.count += u32::from(admitted);
        Admission {
            admitted,
            remaining: self.limit - window.count,
            reset: window.reset,
            retry_after: window.reset - now,
        }
    }
}
