//! What a scenario has to keep that its types cannot say.

use std::collections::HashSet;

use schemas::OperationId;

use crate::{
    faults::Fault,
    scenario::{Action, MAX_PARTS, Made, OwnKey, Rule, Scenario},
};

/// What is wrong with a scenario, if something is.
pub(crate) fn check(scenario: &Scenario) -> Result<(), String> {
    is_name(&scenario.name)?;
    let in_scenario = |error| format!("{}: {error}", scenario.name);
    parts(scenario).map_err(in_scenario)
}

/// Small letters and digits, with hyphens between them.
fn is_name(name: &str) -> Result<(), String> {
    let plain = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if name.split('-').all(plain) {
        return Ok(());
    }
    Err(format!(
        "name `{name}` is not small letters and digits with hyphens between them, such as revoked-mid-run"
    ))
}

fn parts(scenario: &Scenario) -> Result<(), String> {
    let Scenario {
        keys,
        data,
        rules,
        steps,
        ..
    } = scenario;
    let counts = [keys.len(), data.len(), rules.len(), steps.len()];
    if counts == [0; 4] {
        return Err("nothing happens; it needs `rules`, `steps`, `keys` or `data`".to_owned());
    }
    if counts.iter().any(|count| *count > MAX_PARTS) {
        return Err(format!("more than {MAX_PARTS} keys, data, rules or steps"));
    }
    let mut known = HashSet::new();
    for key in keys {
        own_key(key, &mut known).map_err(|error| format!("key {}: {error}", key.name))?;
    }
    for (number, made) in (1..).zip(data) {
        makes_something(made).map_err(|error| format!("data {number}: {error}"))?;
    }
    for (number, one) in (1..).zip(rules) {
        rule(one, &known).map_err(|error| format!("rule {number}: {error}"))?;
    }
    for (number, step) in (1..).zip(steps) {
        let mut actions = step.actions.iter();
        actions
            .try_for_each(|one| action(one, &known))
            .map_err(|error| format!("step {number}: {error}"))?;
    }
    Ok(())
}

fn own_key<'a>(key: &'a OwnKey, known: &mut HashSet<&'a str>) -> Result<(), String> {
    is_name(&key.name)?;
    if key.preset.is_some() == key.scopes.is_some() {
        return Err("say what it may do: either `preset` or `scopes`".to_owned());
    }
    if !known.insert(&key.name) {
        return Err("there are two of that name".to_owned());
    }
    Ok(())
}

fn makes_something(made: &Made) -> Result<(), String> {
    let operation = made.operation.operation();
    if operation.request.is_some() && !operation.has_id() {
        return Ok(());
    }
    Err(format!(
        "{} does not make anything by its body alone; create_order would",
        made.operation
    ))
}

fn rule(rule: &Rule, keys: &HashSet<&str>) -> Result<(), String> {
    if rule.faults.is_empty() && rule.then.is_none() {
        return Err("it does nothing; it needs `do` or `then`".to_owned());
    }
    let probability = rule.when.probability.unwrap_or_default();
    if !(0.0..=1.0).contains(&probability) {
        return Err(format!("probability {probability} is not from 0 to 1"));
    }
    if rule.when.by.is_some() && rule.when.nth.is_none() && rule.when.every.is_none() {
        return Err("`by` says how `nth` or `every` counts, and there is neither".to_owned());
    }
    if let Some(key) = &rule.when.key {
        is_key(key, keys)?;
    }
    for fault in &rule.faults {
        fault
            .check(rule.phase)
            .and_then(|()| applies(fault, &rule.when.operation))
            .map_err(|error| format!("{}: {error}", fault.id()))?;
    }
    Ok(())
}

/// A rule that names operations names one that the fault applies to.
fn applies(fault: &Fault, operations: &[OperationId]) -> Result<(), String> {
    let applies = fault.applies();
    let mut named = operations.iter().map(|id| id.operation());
    if operations.is_empty() || named.any(|operation| applies.to(operation)) {
        return Ok(());
    }
    let named: Vec<_> = operations.iter().map(ToString::to_string).collect();
    Err(format!(
        "it applies to {applies}, not to {}",
        named.join(" or ")
    ))
}

fn action(action: &Action, keys: &HashSet<&str>) -> Result<(), String> {
    match action {
        Action::Revoke(choice) | Action::Expire(choice) => {
            choice.key.iter().try_for_each(|key| is_key(key, keys))
        }
        Action::SetScopes { key, .. } | Action::SetTier { key, .. } => {
            key.iter().try_for_each(|key| is_key(key, keys))
        }
        Action::Rotate { key, to, .. } => {
            is_key(key, keys)?;
            if keys.contains(&**to) && to != key {
                return Ok(());
            }
            Err(format!(
                "the key that comes is another of the scenario's `keys`, `{to}` is not"
            ))
        }
        Action::MoveOrders { .. } | Action::Advance(_) | Action::State(_) => Ok(()),
    }
}

/// Whether a text names a key: by its id, or as the scenario does.
fn is_key(name: &str, keys: &HashSet<&str>) -> Result<(), String> {
    let number = name.strip_prefix("key_");
    if keys.contains(name) || number.is_some_and(|number| number.parse::<u32>().is_ok()) {
        return Ok(());
    }
    Err(format!(
        "`{name}` names no key: one of the scenario's `keys` does by its name, any other by its id, such as key_1"
    ))
}
