//! From text to a scenario, with errors that say where, what, and what would be right.

use crate::scenario::{MAX_PARTS, Scenario};

/// Bytes of a scenario file at the most.
const MAX_BYTES: usize = 256 * 1024;

/// Why a text is no scenario. What it says ends with the place in the text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ScenarioError(String);

/// Reads YAML, or JSON, which is YAML.
pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    if text.len() > MAX_BYTES {
        return Err(ScenarioError(format!(
            "a scenario has {MAX_BYTES} bytes at the most, this one has {}",
            text.len()
        )));
    }
    let scenario: Scenario =
        serde_saphyr::from_str(text).map_err(|error| ScenarioError(error.to_string()))?;
    check(&scenario).map_err(ScenarioError)?;
    Ok(scenario)
}

/// What the types cannot say.
fn check(scenario: &Scenario) -> Result<(), String> {
    let name = &scenario.name;
    let plain = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !name.split('-').all(plain) {
        return Err(format!(
            "name `{name}` is not small letters and digits with hyphens between them, such as revoked-mid-run"
        ));
    }
    if scenario.rules.is_empty() && scenario.steps.is_empty() {
        return Err(format!(
            "{name}: nothing happens; it needs `rules` or `steps`"
        ));
    }
    if scenario.rules.len() > MAX_PARTS || scenario.steps.len() > MAX_PARTS {
        return Err(format!("{name}: more than {MAX_PARTS} rules or steps"));
    }
    for (number, rule) in (1..).zip(&scenario.rules) {
        if rule.faults.is_empty() {
            return Err(format!("{name}: rule {number} does nothing; `do` is empty"));
        }
        let probability = rule.when.probability.unwrap_or_default();
        if !(0.0..=1.0).contains(&probability) {
            return Err(format!(
                "{name}: rule {number}: probability {probability} is not from 0 to 1"
            ));
        }
        for fault in &rule.faults {
            fault
                .check(rule.phase)
                .map_err(|error| format!("{name}: rule {number}: {}: {error}", fault.id()))?;
        }
    }
    Ok(())
}
