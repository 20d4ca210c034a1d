//! A scenario as the text of a file, for the editor: one that came as JSON, or from a file of the server, too.

use std::fmt::{self, Display, Formatter};

use scenarios::{
    Scenario,
    scenario::{Rule, Step},
};
use serde::Serialize;

/// The text. Comments are not kept. JSON is a part of YAML, and keeps the digits of numbers.
pub(super) fn of(scenario: &Scenario) -> String {
    // No `..` here and below: a new field of the type must not be lost.
    let Scenario {
        name,
        summary,
        expect,
        keys,
        data,
        rules,
        steps,
    } = scenario;
    let mut text = format!("name: {}\nsummary: {}\n", Json(name), Json(summary));
    list(&mut text, "expect", expect, |one| {
        vec![Json(one).to_string()]
    });
    list(&mut text, "keys", keys, |one| vec![Json(one).to_string()]);
    list(&mut text, "data", data, |one| vec![Json(one).to_string()]);
    list(&mut text, "rules", rules, rule);
    list(&mut text, "steps", steps, step);
    text
}

fn rule(rule: &Rule) -> Vec<String> {
    let Rule {
        when,
        phase,
        faults,
        then,
    } = rule;
    let mut lines = vec![format!("when: {}", Json(when))];
    lines.extend(phase.map(|phase| format!("phase: {}", Json(&phase))));
    lines.push(format!("do: {}", Json(faults)));
    lines.extend(then.as_ref().map(|then| format!("then: {}", Json(then))));
    lines
}

fn step(step: &Step) -> Vec<String> {
    let Step { after, actions } = step;
    vec![
        format!("after: {}", Json(after)),
        format!("do: {}", Json(actions)),
    ]
}

/// Adds a list, unless it is empty.
fn list<T>(text: &mut String, name: &str, items: &[T], lines: impl Fn(&T) -> Vec<String>) {
    if items.is_empty() {
        return;
    }
    text.extend([name, ":\n"]);
    for item in items {
        text.extend(["  - ", &lines(item).join("\n    "), "\n"]);
    }
}

/// A value on one line.
struct Json<'a, T>(&'a T);

impl<T: Serialize> Display for Json<'_, T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(self.0).map_err(|_| fmt::Error)?;
        formatter.write_str(&json)
    }
}

#[cfg(test)]
mod tests {
    use scenarios::library;

    use super::*;

    #[test]
    fn the_text_of_a_scenario_is_that_scenario() {
        for scenario in library::all() {
            let text = of(scenario);
            let read = scenarios::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!(read, *scenario, "{text}");
        }
    }
}
