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

/// The JSON Schema of a scenario file, as text.
///
/// # Panics
///
/// Never: a schema is JSON.
pub fn schema_text() -> String {
    let schema = schemars::schema_for!(Scenario);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON")
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
        if rule.faults.is_empty() && rule.then.is_none() {
            return Err(format!(
                "{name}: rule {number} does nothing; it needs `do` or `then`"
            ));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn an_error_says_where_what_and_what_would_be_right() {
        let error = wrong("name: a\nsummary: b\nrules:\n  - do: [{latncy: {of: 1s}}]\n");
        assert!(error.contains("4:") && error.contains("latncy"), "{error}");
        assert!(
            error.contains("latency") && error.contains("rate_limit"),
            "{error}"
        );
        let error = wrong("name: a\nsummary: b\nrules:\n  - do: [{latency: {of: soon}}]\n");
        assert!(
            error.contains("4:") && error.contains("`soon` is not a length of time such as 250ms"),
            "{error}"
        );
        let error = wrong("name: a\nsummary: b\ncolour: red\n");
        assert!(
            error.contains("3:") && error.contains("colour") && error.contains("rules"),
            "{error}"
        );
    }

    #[test]
    fn what_the_types_cannot_say_is_checked() {
        let rule = |rule: &str| wrong(&format!("name: a\nsummary: b\nrules: [{rule}]"));
        assert_eq!(
            wrong("name: Not One\nsummary: b\nrules: [{do: [{hang: {}}]}]")
                .lines()
                .count(),
            1
        );
        assert_eq!(
            wrong("name: a\nsummary: b"),
            "a: nothing happens; it needs `rules` or `steps`"
        );
        assert_eq!(
            rule("{do: []}"),
            "a: rule 1 does nothing; it needs `do` or `then`"
        );
        assert_eq!(
            rule("{when: {probability: 2}, do: [{hang: {}}]}"),
            "a: rule 1: probability 2 is not from 0 to 1"
        );
        assert_eq!(
            rule("{phase: before_auth, do: [{truncate: {after: 1}}]}"),
            "a: rule 1: truncate: it spoils an answer, so the only phase for it is after_handler"
        );
        assert_eq!(
            rule("{do: [{error: {status: 200}}]}"),
            "a: rule 1: error: status 200 is not from 400 to 599"
        );
        assert!(
            rule("{when: {operation: [list_order]}, do: [{hang: {}}]}")
                .contains("there is no operation `list_order`")
        );
    }

    #[test]
    fn json_is_read_as_well() {
        let text = r#"{"name": "a", "summary": "b", "rules": [{"when": {"nth": 2}, "do": [{"empty": {}}]}]}"#;
        assert_eq!(parse(text).unwrap().rules.len(), 1);
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let mut bomb =
            String::from("name: a\nsummary: &a0 [x, x, x, x, x, x, x, x, x, x]\nexpect:\n");
        for level in 1..12 {
            use std::fmt::Write;
            let below = format!("*a{}, ", level - 1).repeat(10);
            writeln!(bomb, "  - &a{level} [{below}]").unwrap();
        }
        assert!(parse(&bomb).is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(wrong(&" ".repeat(300_000)).starts_with("a scenario has 262144 bytes at the most"));
    }

    #[test]
    fn every_scenario_that_is_shipped_keeps_the_schema() {
        let schema: serde_json::Value = serde_json::from_str(&schema_text()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for scenario in crate::library::all() {
            let value = serde_json::to_value(scenario).unwrap();
            let errors: Vec<_> = validator
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert_eq!(errors, [""; 0], "{}", scenario.name);
        }
        let unknown =
            serde_json::json!({"name": "a", "summary": "b", "rules": [{"do": [{"latncy": {}}]}]});
        assert!(!validator.is_valid(&unknown));
    }
}
