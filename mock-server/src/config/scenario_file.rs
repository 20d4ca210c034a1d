//! Scenarios as files and control calls bring them, with what their types cannot say held to the contract.

use scenarios::{Scenario, ScenarioError};

use crate::contract;

/// Reads a scenario, and holds the bodies of its data to the contract.
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
