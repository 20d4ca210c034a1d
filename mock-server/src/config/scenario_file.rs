//! Scenarios from files and control requests. Request bodies in them are validated against the contract, which
//! their types cannot express.

use scenarios::{Scenario, ScenarioError};

use crate::contract;

/// Parses a scenario, and validates the request bodies in it.
pub(crate) fn read(text: &str) -> Result<Scenario, ScenarioError> {
    scenarios::parse_with(text, &|made| {
        let document = made.operation.operation().request;
        let errors = document.map_or_else(Vec::new, |document| {
            contract::field_errors(document, &made.body)
        });
        if errors.is_empty() {
            Ok(())
        } else {
            Err(contract::reasons(&errors))
        }
    })
}
