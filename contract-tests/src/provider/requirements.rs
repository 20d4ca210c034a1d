//! What a check requires of a server that is not a sandbox, and how many requests it sends there at most. The plan is made
//! from it, and the runner skips checks whose requirements are not met.

use http::Method;
use schemas::{Operation, OperationId};

use crate::{contract::KeyRole, http::Requests, provider::valid_request};

/// Maximum number of requests to use up a quota.
pub const BURST: usize = 1_100;

/// What a check requires, as the table states it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Requirements {
    /// The keys that it uses.
    pub keys: &'static [KeyRole],
    /// It creates keys or organizations, or moves clocks, which only a sandbox supports.
    pub sandbox: bool,
    /// It uses up the quota of a key; all such checks share one.
    pub burst: bool,
    /// It generates requests from a seed.
    pub seed: bool,
    /// Of these keys, it needs one to pass. Without, it sends its requests and reports only what is wrong.
    pub proving_keys: &'static [KeyRole],
    /// Those of its keys that must be known to lack the operation's scopes. Elsewhere, a key that is only known not to write
    /// may hold those of a read.
    pub keys_without_scopes: &'static [KeyRole],
    /// The operations that a check of the whole server uses.
    pub operations: &'static [OperationId],
    /// Those that it uses besides on a sandbox.
    pub sandbox_operations: &'static [OperationId],
    /// Valid requests of the operation to prepare, each with the requests that create the objects it needs.
    prepared: usize,
    /// Requests with the method of the operation.
    requests: usize,
    /// Further requests to shrink one that fails.
    shrinks: usize,
    /// Further requests if the operation takes a body.
    body_requests: usize,
    /// Further requests if the operation takes query parameters.
    query_requests: usize,
    /// Requests with the method of the operation on an object that exists, besides those that prepare it. A server that is
    /// not a sandbox gets them only where [`reads_known_object`].
    known_requests: usize,
    /// Requests that read rows of the list one by one.
    row_reads: usize,
    /// Requests with other methods.
    other_requests: Requests,
    /// Further requests on a sandbox, to fill lists or to measure again.
    fill_requests: usize,
}

/// Requires a server, but no key.
pub(crate) const NO_KEYS: Requirements = Requirements::new(&[]);
/// Requires a key with all scopes.
pub(crate) const FULL_KEY: Requirements = Requirements::new(&[KeyRole::Full]);
pub(crate) const SANDBOX: Requirements = Requirements {
    sandbox: true,
    ..NO_KEYS
};

impl Requirements {
    pub const fn new(keys: &'static [KeyRole]) -> Self {
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
            proving_keys: &[],
            keys_without_scopes: &[],
            operations: &[],
            sandbox_operations: &[],
            prepared: 0,
            requests: 0,
            body_requests: 0,
            query_requests: 0,
            shrinks: 0,
            known_requests: 0,
            row_reads: 0,
            other_requests: others,
            fill_requests: 0,
        }
    }

    #[must_use]
    pub const fn on(self, operations: &'static [OperationId]) -> Self {
        Self { operations, ..self }
    }

    #[must_use]
    pub const fn on_sandbox(self, sandbox_operations: &'static [OperationId]) -> Self {
        Self {
            sandbox_operations,
            ..self
        }
    }

    #[must_use]
    pub const fn proven_by(self, proving_keys: &'static [KeyRole]) -> Self {
        Self {
            proving_keys,
            ..self
        }
    }

    #[must_use]
    pub const fn without_scopes(self) -> Self {
        Self {
            keys_without_scopes: self.keys,
            ..self
        }
    }

    #[must_use]
    pub const fn known_requests(self, known_requests: usize) -> Self {
        Self {
            known_requests,
            ..self
        }
    }

    #[must_use]
    pub const fn row_reads(self, row_reads: usize) -> Self {
        Self { row_reads, ..self }
    }

    #[must_use]
    pub const fn prepared(self, prepared: usize) -> Self {
        Self { prepared, ..self }
    }

    #[must_use]
    pub const fn requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    #[must_use]
    pub const fn shrinks(self, shrinks: usize) -> Self {
        Self { shrinks, ..self }
    }

    #[must_use]
    pub const fn reads(mut self, reads: usize) -> Self {
        self.other_requests.reads = reads;
        self
    }

    #[must_use]
    pub const fn writes(mut self, writes: usize) -> Self {
        self.other_requests.writes = writes;
        self
    }

    #[must_use]
    pub const fn deletions(mut self, deletions: usize) -> Self {
        self.other_requests.deletions = deletions;
        self
    }

    #[must_use]
    pub const fn body_requests(self, body_requests: usize) -> Self {
        Self {
            body_requests,
            ..self
        }
    }

    #[must_use]
    pub const fn query_requests(self, query_requests: usize) -> Self {
        Self {
            query_requests,
            ..self
        }
    }

    #[must_use]
    pub const fn fill_requests(self, fill_requests: usize) -> Self {
        Self {
            fill_requests,
            ..self
        }
    }

    #[must_use]
    pub const fn burst(self) -> Self {
        Self {
            burst: true,
            ..self
        }
    }

    #[must_use]
    pub const fn seeded(self) -> Self {
        Self { seed: true, ..self }
    }

    pub fn prepares(&self) -> bool {
        self.prepared > 0
    }

    pub fn reads_rows(&self) -> bool {
        self.row_reads > 0
    }

    /// Maximum number of further requests if a generated request fails.
    pub fn max_shrink_requests(&self) -> usize {
        self.shrinks
    }

    /// Maximum number of further requests on a sandbox.
    pub fn max_fill_requests(&self, operation: Option<&Operation>) -> Requests {
        let mut requests = Requests {
            reads: self.fill_requests,
            writes: self.fill_requests,
            deletions: self.fill_requests,
        };
        if let Some(operation) = operation.filter(|one| !reads_known_object(one)) {
            requests += self.on_known_object(operation);
        }
        requests
    }

    fn on_known_object(&self, operation: &Operation) -> Requests {
        if self.known_requests == 0 {
            return Requests::default();
        }
        let mut requests = valid_request::max_requests(operation);
        requests += Requests::one(&operation.method).times(self.known_requests);
        requests
    }

    /// Maximum number of requests, without bursts, shrinking and filling.
    pub fn max_requests(&self, operation: Option<&Operation>) -> Requests {
        let mut requests = self.other_requests;
        requests.reads += self.row_reads;
        if let Some(operation) = operation {
            requests += valid_request::max_requests(operation).times(self.prepared);
            let bodies = if operation.request.is_some() {
                self.body_requests
            } else {
                0
            };
            let queries = if operation.query.is_empty() {
                0
            } else {
                self.query_requests
            };
            let own = self.requests + bodies + queries;
            requests += Requests::one(&operation.method).times(own);
            if reads_known_object(operation) {
                requests += self.on_known_object(operation);
            }
        }
        requests
    }
}

/// Whether the operation reads an object that can be found by reading.
pub(crate) fn reads_known_object(operation: &Operation) -> bool {
    let prepared = valid_request::max_requests(operation);
    operation.has_id() && operation.method == Method::GET && prepared.total() == prepared.reads
}
