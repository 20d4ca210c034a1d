//! What the owner of a server permits, and numbers of requests by their effect.

use std::ops::AddAssign;

use http::Method;

/// What the owner of a server that is not a sandbox permits. Reading is always permitted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Permissions {
    /// Creating and changing objects.
    pub writes: bool,
    /// Using up the quota of the key `limited`.
    pub bursts: bool,
    /// Deleting objects and revoking keys.
    pub revocations: bool,
}

impl Permissions {
    /// Returns why these requests are not permitted, if so.
    pub fn allow(self, requests: Requests) -> Result<(), String> {
        let refused = |what: &str, flag: &str| {
            let on = "on a server that is not a sandbox";
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

    /// Returns why a quota must not be used up, if so.
    pub fn allow_burst(self) -> Result<(), String> {
        if self.bursts {
            return Ok(());
        }
        Err("would use up a quota; --allow-bursts permits it".to_owned())
    }
}

/// Numbers of requests, by their effect.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Requests {
    /// `GET`, `HEAD` and `OPTIONS`.
    pub reads: usize,
    /// All others, which may create or change something.
    pub writes: usize,
    /// `DELETE`, which also revokes keys.
    pub deletions: usize,
}

impl Requests {
    pub fn one(method: &Method) -> Self {
        let mut requests = Self::default();
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS => requests.reads = 1,
            Method::DELETE => requests.deletions = 1,
            _ => requests.writes = 1,
        }
        requests
    }

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
