//! Constraints on scenarios that their types cannot express.

use std::collections::HashSet;

use schemas::{oauth::Endpoint, operations};

use crate::{
    faults::Fault,
    scenario::{Action, DataItem, MAX_NAME, MAX_PARTS, OwnKey, Rule, Scenario, When},
};

/// A violated constraint.
pub(crate) struct Violation {
    /// The part that violates it: the name of a list, and the index of the item.
    pub part: Option<(&'static str, usize)>,
    /// What is wrong.
    pub what: String,
}

/// Checks a scenario. `made` also checks the data that the scenario creates.
pub(crate) fn check(
    scenario: &Scenario,
    check_data: &dyn Fn(&DataItem) -> Result<(), String>,
) -> Result<(), Violation> {
    check_name(&scenario.name).map_err(|what| Violation {
        part: Some(("name", 0)),
        what,
    })?;
    check_parts(scenario, check_data).map_err(|wrong| Violation {
        what: format!("{}: {}", scenario.name, wrong.what),
        ..wrong
    })
}

/// A name is short: lower-case letters and digits, with hyphens between them.
fn check_name(name: &str) -> Result<(), String> {
    let length = name.chars().count();
    if length > MAX_NAME {
        return Err(format!(
            "a name has at most {MAX_NAME} characters; this one has {length}"
        ));
    }
    let plain = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if name.split('-').all(plain) {
        return Ok(());
    }
    Err(format!(
        "name `{name}` is not lower-case letters and digits separated by hyphens, such as revoked-mid-run"
    ))
}

fn check_parts(
    scenario: &Scenario,
    check_data: &dyn Fn(&DataItem) -> Result<(), String>,
) -> Result<(), Violation> {
    let Scenario {
        keys,
        data,
        rules,
        steps,
        ..
    } = scenario;
    let violation = |what: String| Err(Violation { part: None, what });
    let counts = [keys.len(), data.len(), rules.len(), steps.len()];
    if counts == [0; 4] {
        return violation(
            "the scenario does nothing; add `rules`, `steps`, `keys` or `data`".to_owned(),
        );
    }
    if counts.iter().any(|count| *count > MAX_PARTS) {
        return violation(format!("more than {MAX_PARTS} keys, data, rules or steps"));
    }
    let part = |list: &'static str, index: usize, what: String| Violation {
        part: Some((list, index)),
        what,
    };
    let mut known = HashSet::new();
    for (index, key) in keys.iter().enumerate() {
        check_own_key(key, &mut known)
            .map_err(|what| part("keys", index, format!("key {}: {what}", key.name)))?;
    }
    for (index, item) in data.iter().enumerate() {
        check_creates_something(item)
            .and_then(|()| check_data(item))
            .map_err(|what| part("data", index, format!("data {}: {what}", index + 1)))?;
    }
    for (index, rule) in rules.iter().enumerate() {
        check_rule(rule, &known)
            .map_err(|what| part("rules", index, format!("rule {}: {what}", index + 1)))?;
    }
    for (index, step) in steps.iter().enumerate() {
        let mut actions = step.actions.iter();
        actions
            .try_for_each(|action| check_action(action, &known))
            .map_err(|what| part("steps", index, format!("step {}: {what}", index + 1)))?;
    }
    Ok(())
}

fn check_own_key<'a>(key: &'a OwnKey, known: &mut HashSet<&'a str>) -> Result<(), String> {
    check_name(&key.name)?;
    if key.preset.is_some() == key.scopes.is_some() {
        return Err("set exactly one of `preset` and `scopes`".to_owned());
    }
    if !known.insert(&key.name) {
        return Err("the name is used twice".to_owned());
    }
    Ok(())
}

fn check_creates_something(item: &DataItem) -> Result<(), String> {
    let operation = item.operation.operation();
    if operation.request.is_some() && !operation.has_id() {
        return Ok(());
    }
    Err(format!(
        "{} does not create anything from a body alone; use an operation such as create_order",
        item.operation
    ))
}

fn check_rule(rule: &Rule, keys: &HashSet<&str>) -> Result<(), String> {
    if rule.faults.is_empty() && rule.then.is_none() {
        return Err("the rule does nothing; add `do` or `then`".to_owned());
    }
    let probability = rule.when.probability.unwrap_or_default();
    if !(0.0..=1.0).contains(&probability) {
        return Err(format!("probability {probability} is not from 0 to 1"));
    }
    if rule.when.by.is_some() && rule.when.nth.is_none() && rule.when.every.is_none() {
        return Err("`by` needs `nth` or `every`".to_owned());
    }
    if let Some(key) = &rule.when.key {
        check_key(key, keys)?;
    }
    check_one_server(&rule.when)?;
    for fault in &rule.faults {
        fault
            .check(rule.phase)
            .and_then(|()| check_applies(fault, &rule.when))
            .map_err(|error| format!("{}: {error}", fault.id()))?;
    }
    Ok(())
}

/// A rule for the authorization server has no condition that only requests to the API can satisfy.
fn check_one_server(when: &When) -> Result<(), String> {
    let of_the_api = [
        ("operation", !when.operation.is_empty()),
        ("path", when.path.is_some()),
        ("offset", when.offset.is_some()),
        ("key", when.key.is_some()),
        ("preset", when.preset.is_some()),
    ];
    let mut text = of_the_api.iter().filter(|(_, is_said)| *is_said);
    match text.next() {
        Some((name, _)) if !when.endpoint.is_empty() => Err(format!(
            "`endpoint` is about the authorization server and `{name}` about the API; make two rules"
        )),
        Some(_) | None => Ok(()),
    }
}

/// A rule must match requests that the fault applies to.
fn check_applies(fault: &Fault, when: &When) -> Result<(), String> {
    let applies = fault.applies();
    let operations = when.operation.iter();
    let (fits, named): (bool, Vec<_>) = if when.endpoint.is_empty() {
        let all = operations::all().map(|operation| operation.id);
        let about: Vec<_> = if when.operation.is_empty() {
            all.collect()
        } else {
            operations.clone().copied().collect()
        };
        let fits = about.iter().any(|id| applies.to(id.operation()));
        (fits, operations.map(ToString::to_string).collect())
    } else {
        let mut about = when.endpoint.iter();
        let fits = about.any(|endpoint| applies.to_endpoint(*endpoint));
        let named = when.endpoint.iter().map(Endpoint::to_string);
        (fits, named.collect())
    };
    match (fits, named.is_empty()) {
        (true, _) => Ok(()),
        (false, true) => Err(format!(
            "it applies to {applies}, not to the API; add `endpoint`, such as `endpoint: [authorize]`"
        )),
        (false, false) => Err(format!(
            "it applies to {applies}, not to {}",
            named.join(" or ")
        )),
    }
}

fn check_action(action: &Action, keys: &HashSet<&str>) -> Result<(), String> {
    match action {
        Action::Revoke(choice) | Action::Expire(choice) => {
            choice.key.iter().try_for_each(|key| check_key(key, keys))
        }
        Action::SetScopes { key, .. } | Action::SetTier { key, .. } => {
            key.iter().try_for_each(|key| check_key(key, keys))
        }
        Action::Rotate { key, to, .. } => {
            check_key(key, keys)?;
            if keys.contains(&**to) && to != key {
                return Ok(());
            }
            Err(format!(
                "`to` must be another of the scenario's `keys`; `{to}` is not"
            ))
        }
        Action::MoveOrders { .. }
        | Action::Advance(_)
        | Action::RevokeGrants {}
        | Action::RotateSigningKey {}
        | Action::State(_) => Ok(()),
    }
}

/// Whether a text refers to a key: by its id, or by its name in the scenario.
fn check_key(name: &str, keys: &HashSet<&str>) -> Result<(), String> {
    let number = name.strip_prefix("key_");
    if keys.contains(name) || number.is_some_and(|number| number.parse::<u32>().is_ok()) {
        return Ok(());
    }
    Err(format!(
        "`{name}` is not a key; use the name of one of the scenario's `keys`, or an id such as key_1"
    ))
}
