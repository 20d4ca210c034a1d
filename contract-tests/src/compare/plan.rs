//! What a comparison would send, before anything is sent.

use schemas::operations;

use super::cases;
use crate::provider::{Plan, session::Options};

impl Plan {
    /// The plan for one side of a comparison. A valid request is prepared once for all cases of an operation.
    pub fn comparison(options: &Options) -> Self {
        let mut plan = Self::empty(options, "cases", ", ");
        let grant = options.grant();
        for operation in operations::all() {
            let mut prepared = false;
            for (case, needs) in cases(operation) {
                let once = if prepared { needs.samples(0) } else { needs };
                match grant.allow(&needs, Some(operation)) {
                    Ok(()) => {
                        prepared |= needs.prepares();
                        plan.add(&grant, case, &once, Some(operation));
                    }
                    Err(reason) => plan.skip(case, reason),
                }
            }
        }
        plan
    }
}
