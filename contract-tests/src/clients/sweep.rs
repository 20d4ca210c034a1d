//! The same fault, one request later each time: shows where a program copes with it, and where it does not.
//!
//! Each position is a scenario like any other, such as `revoke-at-3`, that is created on demand.

use super::Scenario;
use crate::report::model::Fault;

/// The maximum position.
pub const LAST: usize = 100;
/// Separates fault and position in the name of a scenario.
const AT: &str = "-at-";

/// A fault that is injected at one request after the other.
#[derive(Clone, Copy, Debug)]
pub struct Sweep {
    /// The fault.
    pub fault: Fault,
    /// The last request to inject it at, if the program sends that many.
    pub positions: usize,
}

impl Sweep {
    /// A scenario for each position.
    pub fn scenarios(self) -> Vec<&'static Scenario> {
        let positions = 1..=self.positions.min(LAST);
        positions.map(|position| self.fault.at(position)).collect()
    }
}

impl Fault {
    /// The scenario that injects it at this request. It lives as long as the process, like the built-in ones; there are few of
    /// them.
    fn at(self, position: usize) -> &'static Scenario {
        let before = position - 1;
        let (summary, what) = match self {
            Self::Revoke => (
                "all keys are revoked",
                format!("steps: [{{after: {{requests: {before}}}, do: [{{revoke: {{}}}}]}}]"),
            ),
            Self::Expire => (
                "all keys expire",
                format!("steps: [{{after: {{requests: {before}}}, do: [{{expire: {{}}}}]}}]"),
            ),
            Self::RateLimit => (
                "the response is 429 with Retry-After: 1",
                on(position, "rate_limit: {retry_after: 1}"),
            ),
            Self::Reset => (
                "the connection is reset before the response",
                on(position, "reset: {after: 0}"),
            ),
            Self::Timeout => ("there is no response", on(position, "hang: {}")),
        };
        let name = format!("{self}{AT}{position}");
        let summary = format!("At request {position}, {summary}.");
        let yaml = format!("name: {name}\nsummary: \"{summary}\"\n{what}");
        let [name, summary, yaml] = [name, summary, yaml].map(|text| &*text.leak());
        Box::leak(Box::new(Scenario {
            name,
            summary,
            yaml: Some(yaml),
            file: None,
        }))
    }
}

fn on(position: usize, fault: &str) -> String {
    format!("rules: [{{when: {{nth: {position}}}, do: [{{{fault}}}]}}]")
}

/// The scenario with this name, if it is one of a sweep.
pub(super) fn find(name: &str) -> Option<&'static Scenario> {
    let (fault, position) = name.split_once(AT)?;
    let (fault, position): (Fault, usize) = (fault.parse().ok()?, position.parse().ok()?);
    let scenario = (1..=LAST).contains(&position).then(|| fault.at(position))?;
    (scenario.name == name).then_some(scenario)
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn finds_a_scenario_for_every_position_of_every_fault() {
        for fault in Fault::VARIANTS {
            let (fault, positions) = (*fault, 3);
            let swept = Sweep { fault, positions }.scenarios();
            assert_eq!(swept.len(), 3);
            for (position, scenario) in (1..).zip(swept) {
                let read = scenario.yaml.map(scenarios::parse).transpose();
                assert!(read.is_ok(), "{}: {}", scenario.name, read.unwrap_err());
                assert_eq!(scenario.name, format!("{fault}-at-{position}"));
                assert_eq!(find(scenario.name).unwrap().yaml, scenario.yaml);
            }
        }
    }

    #[test]
    fn rejects_invalid_positions() {
        for invalid in [
            "revoke",
            "revoke-at-0",
            "revoke-at-101",
            "revoke-at-01",
            "revoke-at-x",
            "fire-at-1",
        ] {
            assert!(find(invalid).is_none(), "{invalid}");
        }
    }
}
