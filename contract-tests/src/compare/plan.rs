//! The requests that a comparison would send, determined before anything is sent.

use schemas::operations;

use super::cases;
use crate::provider::{Plan, dry_run::Kind, session::Options};

impl Plan {
    /// The plan for one side of a comparison. A valid request is prepared once for all cases of an operation.
    pub fn comparison(options: &Options) -> Self {
        let mut plan = Self::empty(options, Kind::Comparison);
        let permissions = options.run_permissions();
        for operation in operations::all() {
            let mut prepared = false;
            for (case, requirements) in cases(operation) {
                let once = if prepared {
                    requirements.prepared(0)
                } else {
                    requirements
                };
                match permissions.allow(&requirements, Some(operation)) {
                    Ok(()) => {
                        prepared |= requirements.prepares();
                        plan.add(case, &once, Some(operation));
                    }
                    Err(reason) => plan.skip(case, reason),
                }
            }
        }
        plan
    }
}
