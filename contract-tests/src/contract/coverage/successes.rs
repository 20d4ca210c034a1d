//! Which operations a run has seen at work.

use schemas::{ErrorCode, Operation};

use super::{CoverageLog, NO_RESPONSE_TO_A_KEY, ResponseKey};
use crate::finding::NotPassed;

/// Statuses that a server may return for an operation that it lacks.
const SAYS_NOTHING: [u16; 4] = [401, 404, 405, 429];

impl CoverageLog {
    /// Skips the check if no success of the operation was seen.
    pub(crate) fn require_success(&self, operation: &Operation) -> Result<(), NotPassed> {
        let (entries, success) = (self.0.lock(), operation.success.as_u16());
        let mut counts = entries.counts.keys();
        if counts.any(|(id, status, _)| *id == operation.id && *status == success) {
            return Ok(());
        }
        Err(NotPassed::Skipped(NO_RESPONSE_TO_A_KEY.to_owned()))
    }

    /// Skips the check if no response shows that the operation exists.
    pub(crate) fn require_existing(&self, operation: &Operation) -> Result<(), NotPassed> {
        let entries = self.0.lock();
        let shows = |(id, status, code): &ResponseKey| {
            let code = code.as_deref();
            let of_an_object =
                operation.has_id() && code == Some(ErrorCode::EntityNotFound.as_str());
            // A gateway redirects, and rejects paths that it does not know, without a code.
            let of_the_api =
                *status < 300 || code.is_some_and(|code| code.parse::<ErrorCode>().is_ok());
            *id == operation.id
                && of_the_api
                && (of_an_object || !SAYS_NOTHING.contains(status))
                && *status < 500
        };
        if entries.counts.keys().any(shows) {
            return Ok(());
        }
        Err(NotPassed::Skipped(NO_RESPONSE_TO_A_KEY.to_owned()))
    }
}
