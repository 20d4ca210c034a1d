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
    samples: usize,
    /// Calls by the method of the operation.
    calls: usize,
    /// Calls besides, where one of those fails, to find the smallest that does.
    smaller: usize,
    /// Calls by the method of the operation, where it takes a body.
    bodies: usize,
    /// Other calls.
    others: Requests,
    /// Requests on a sandbox, besides.
    fills: usize,
}

/// Nothing but a server.
pub(crate) const NOTHING: Requirements = Requirements::of(&[]);
/// A key that may do everything.
pub(crate) const FULL: Requirements = Requirements::of(&[KeyRole::Full]);
/// A sandbox.
pub(crate) const SANDBOX: Requirements = Requirements {
    sandbox: true,
    ..NOTHING
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
            samples: 0,
            calls: 0,
            bodies: 0,
            smaller: 0,
            others,
            fills: 0,
        }
    }

    /// So many calls of the operation are prepared, with all that they need.
    #[must_use]
    pub const fn samples(self, samples: usize) -> Self {
        Self { samples, ..self }
    }

    /// So many calls are made by the method of the operation.
    #[must_use]
    pub const fn calls(self, calls: usize) -> Self {
        Self { calls, ..self }
    }

    /// And so many besides, where one of those fails.
    #[must_use]
    pub const fn smaller(self, smaller: usize) -> Self {
        Self { smaller, ..self }
    }

    /// So many others are reads.
    #[must_use]
    pub const fn reads(mut self, reads: usize) -> Self {
        self.others.reads = reads;
        self
    }

    /// So many others write.
    #[must_use]
    pub const fn writes(mut self, writes: usize) -> Self {
        self.others.writes = writes;
        self
    }

    /// So many others delete.
    #[must_use]
    pub const fn deletions(mut self, deletions: usize) -> Self {
        self.others.deletions = deletions;
        self
    }

    /// So many calls are made besides, where the operation takes a body.
    #[must_use]
    pub const fn bodies(self, bodies: usize) -> Self {
        Self { bodies, ..self }
    }

    /// So many requests are made on a sandbox only, where lists get rows before they are looked at.
    #[must_use]
    pub const fn fills(self, fills: usize) -> Self {
        Self { fills, ..self }
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
        self.samples > 0
    }

    /// What is sent besides at the most, where a request that was made up fails.
    pub fn where_one_fails(&self) -> usize {
        self.smaller
    }

    /// What is sent on a sandbox besides.
    pub fn on_a_sandbox(&self) -> usize {
        self.fills
    }

    /// What is sent at the most, but for what uses up a quota, and what finds out how small a request that fails can be.
    pub fn requests(&self, operation: Option<&Operation>) -> Requests {
        let mut requests = self.others;
        if let Some(operation) = operation {
            requests += valid_request::requests(operation).times(self.samples);
            let bodies = if operation.request.is_some() {
                self.bodies
            } else {
                0
            };
            requests += Requests::one(&operation.method).times(self.calls + bodies);
        }
        requests
    }
}
