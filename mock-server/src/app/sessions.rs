//! The sessions of people who are signed in to the dashboard.
//!
//! Like keys, a session is found by the SHA-256 of its id, so the ids are not stored. Browsers keep the id in a cookie.

use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, futures::Notified};

use crate::config::limits::MAX_SESSIONS;

/// How long a session lasts, used or not.
const LIFETIME: SignedDuration = SignedDuration::from_hours(12);

/// All sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// Oldest first.
    all: Mutex<Vec<Session>>,
    /// Notifies open pages when a session ends before its time.
    ended: Notify,
}

#[derive(Debug)]
struct Session {
    hash: [u8; 32],
    ends: Timestamp,
}

/// The system has no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the system cannot provide random bytes")]
pub(crate) struct NoRandomness;

impl Sessions {
    /// Starts a session at the machine time `now`, and returns its id. If there are too many, the oldest ends.
    pub(crate) fn start(&self, now: Timestamp) -> Result<String, NoRandomness> {
        let id = random()?;
        let mut sessions = self.all.lock();
        sessions.retain(|session| session.ends > now);
        if sessions.len() >= MAX_SESSIONS {
            sessions.remove(0);
            self.ended.notify_waiters();
        }
        sessions.push(Session {
            hash: hash(&id),
            ends: now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX),
        });
        Ok(id)
    }

    /// Whether a session with this id exists at the machine time `now`.
    pub(crate) fn has(&self, id: &str, now: Timestamp) -> bool {
        let hash = hash(id);
        let sessions = self.all.lock();
        let mut live = sessions.iter().filter(|session| session.ends > now);
        live.any(|session| session.hash == hash)
    }

    /// Ends a session.
    pub(crate) fn end(&self, id: &str) {
        let hash = hash(id);
        self.all.lock().retain(|session| session.hash != hash);
        self.ended.notify_waiters();
    }

    /// Completes when a session ends before its time, counted from this call on.
    pub(crate) fn next_end(&self) -> Notified<'_> {
        self.ended.notified()
    }
}

/// 256 random bits, in hexadecimal.
pub(crate) fn random() -> Result<String, NoRandomness> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(hex::encode(bytes))
}

/// The name of the cookie at a host. It contains the port, because browsers send cookies to all ports of a host.
pub(crate) fn cookie_name(host: &str) -> String {
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let port = port.parse().unwrap_or(80_u16);
    format!("mock_ui_{port}")
}

/// The value of the cookie with this name, if the browser sends exactly one.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut values = pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(one, value)| (one == name).then_some(value));
    values.next().filter(|_| values.next().is_none())
}

fn hash(id: &str) -> [u8; 32] {
    Sha256::digest(id).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn session_is_valid_until_sign_out_or_expiry() {
        let sessions = Sessions::default();
        let (one, other) = (
            sessions.start(at(0)).unwrap(),
            sessions.start(at(9)).unwrap(),
        );
        assert!(sessions.has(&one, at(1)) && !sessions.has("", at(1)));
        let end = LIFETIME.as_secs();
        assert!(sessions.has(&one, at(end - 1)) && !sessions.has(&one, at(end)));
        sessions.end(&other);
        assert!(!sessions.has(&other, at(10)) && sessions.has(&one, at(10)));
    }

    #[test]
    fn evicts_the_oldest_session() {
        let sessions = Sessions::default();
        let all: Vec<_> = (0..=MAX_SESSIONS)
            .map(|_| sessions.start(at(0)).unwrap())
            .collect();
        assert!(!sessions.has(&all[0], at(1)));
        assert!(all[1..].iter().all(|id| sessions.has(id, at(1))));
    }
}
