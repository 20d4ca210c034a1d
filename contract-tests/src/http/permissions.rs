//! What the owner of a server permits, and requests by what they may do to it.

use std::ops::AddAssign;

use http::Method;

/// What the owner of a server permits that is not under our control. Reading is always permitted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Permissions {
    /// To create and change things.
    pub writes: bool,
    /// To use up the quota of the key `limited`.
    pub bursts: bool,
    /// To delete things and to revoke keys.
    pub revocations: bool,
}

impl Permissions {
    /// Everything in these requests is permitted, or why not.
    pub fn allow(self, requests: Requests) -> Result<(), String> {
        let refused = |what: &str, flag: &str| {
            let on = "on a server that is no sandbox";
            Err(format!("would {what} {on}; {flag} permits it"))
        };
        if requests.writes > 0 && !self.writes {
            refused("write", "--allow-writes")
        } else if requests.deletions > 0 && !self.revocations {
            refused("delete or revoke", "--allow-revocations")
        } else {
            Ok(())
        }
    }

    /// Using up a quota is permitted, or why not.
    pub fn allow_burst(self) -> Result<(), String> {
        if self.bursts {
            return Ok(());
        }
        Err("would use up a quota; --allow-bursts permits it".to_owned())
    }
}

/// Requests, by what may come of them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Requests {
    /// `GET`, `HEAD` and `OPTIONS`.
    pub reads: usize,
    /// What may create or change something.
    pub writes: usize,
    /// `DELETE`, which also revokes.
    pub deletions: usize,
}

impl Requests {
    /// One, by a method.
    pub fn one(method: &Method) -> Self {
        let mut one = Self::default();
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS => one.reads = 1,
            Method::DELETE => one.deletions = 1,
            _ => one.writes = 1,
        }
        one
    }

    /// All of them.
    pub fn total(self) -> usize {
        self.reads + self.writes + self.deletions
    }

    pub(crate) fn times(self, times: usize) -> Self {
        Self {
            reads: self.reads * times,
            writes: self.writes * times,
            deletions: self.deletions * times,
        }
    }
}

impl AddAssign for Requests {
    fn add_assign(&mut self, other: Self) {
        self.reads += other.reads;
        self.writes += other.writes;
        self.deletions += other.deletions;
    }
}
