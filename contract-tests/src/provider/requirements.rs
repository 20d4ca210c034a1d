//! What a check needs of a server that is not under our control, and what it sends there at the most. The
//! plan is made from it, and the runner lets nothing run that it does not allow.

use schemas::Operation;

use crate::{contract::KeyRole, http::Requests, provider::valid_request};

/// Calls that are made at the most to use up a quota.
pub const BURST: usize = 1_100;

/// What a check needs, as the table has it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Requirements {
    /// The keys it calls with.
    pub keys: &'static [KeyRole],
    /// It mints keys, makes organizations or moves clocks, which a sandbox alone can do.
    pub sandbox: bool,
    /// It uses up the quota of a key, once for all checks that do.
    pub burst: bool,
    /// It makes requests up, by a seed.
    pub seed: bool,
    /// Calls of the operation that are prepared.
    prepared: usize,
    /// Calls by the method of the operation.
    requests: usize,
    /// Calls besides, where one of those fails, to find the smallest that does.
    shrinks: usize,
    /// Calls by the method of the operation, where it takes a body.
    body_requests: usize,
    /// Other calls.
    other_requests: Requests,
    /// Requests on a sandbox, besides.
    fill_requests: usize,
}

/// Nothing but a server.
pub(crate) const NO_KEYS: Requirements = Requirements::of(&[]);
/// A key that may do everything.
pub(crate) const FULL_KEY: Requirements = Requirements::of(&[KeyRole::Full]);
/// A sandbox.
pub(crate) const SANDBOX: Requirements = Requirements {
    sandbox: true,
    ..NO_KEYS
};

impl Requirements {
    /// These keys.
    pub const fn of(keys: &'static [KeyRole]) -> Self {
        let others = Requests {
            reads: 0,
            writes: 0,
            deletions: 0,
        };
        Self {
            keys,
            sandbox: false,
            burst: false,
            seed: false,
            prepared: 0,
            requests: 0,
            body_requests: 0,
            shrinks: 0,
            other_requests: others,
            fill_requests: 0,
        }
    }

    /// So many calls of the operation are prepared, with all that they need.
    #[must_use]
    pub const fn prepared(self, prepared: usize) -> Self {
        Self { prepared, ..self }
    }

    /// So many calls are made by the method of the operation.
    #[must_use]
    pub const fn requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    /// And so many besides, where one of those fails.
    #[must_use]
    pub const fn shrinks(self, shrinks: usize) -> Self {
        Self { shrinks, ..self }
    }

    /// So many others are reads.
    #[must_use]
    pub const fn reads(mut self, reads: usize) -> Self {
        self.other_requests.reads = reads;
        self
    }

    /// So many others write.
    #[must_use]
    pub const fn writes(mut self, writes: usize) -> Self {
        self.other_requests.writes = writes;
        self
    }

    /// So many others delete.
    #[must_use]
    pub const fn deletions(mut self, deletions: usize) -> Self {
        self.other_requests.deletions = deletions;
        self
    }

    /// So many calls are made besides, where the operation takes a body.
    #[must_use]
    pub const fn body_requests(self, body_requests: usize) -> Self {
        Self {
            body_requests,
            ..self
        }
    }

    /// So many requests are made on a sandbox only, where lists get rows before they are looked at.
    #[must_use]
    pub const fn fill_requests(self, fill_requests: usize) -> Self {
        Self {
            fill_requests,
            ..self
        }
    }

    /// And uses up the quota of a key.
    #[must_use]
    pub const fn burst(self) -> Self {
        Self {
            burst: true,
            ..self
        }
    }

    /// And makes requests up.
    #[must_use]
    pub const fn seeded(self) -> Self {
        Self { seed: true, ..self }
    }

    /// Whether calls of the operation are prepared.
    pub fn prepares(&self) -> bool {
        self.prepared > 0
    }

    /// What is sent besides at the most, where a request that was made up fails.
    pub fn max_shrink_requests(&self) -> usize {
        self.shrinks
    }

    /// What is sent on a sandbox besides.
    pub fn max_fill_requests(&self) -> usize {
        self.fill_requests
    }

    /// What is sent at the most, but for what uses up a quota, and what finds out how small a request that fails can be.
    pub fn max_requests(&self, operation: Option<&Operation>) -> Requests {
        let mut requests = self.other_requests;
        if let Some(operation) = operation {
            requests += valid_request::max_requests(operation).times(self.prepared);
            let bodies = if operation.request.is_some() {
                self.body_requests
            } else {
                0
            };
            requests += Requests::one(&operation.method).times(self.requests + bodies);
        }
        requests
    }
}
