//! A part of the scenarios, for one of several machines.

use std::{cmp::Reverse, collections::HashMap, fmt, str::FromStr};

use super::scenarios::{CONTROL, Scenario};
use crate::report::model::Part;

/// Maximum number of parts; there are fewer scenarios than that.
const MAX_PARTS: usize = 1_000;

/// The scenarios that rules compare with one another: those of a group run in the same part, so that the parts find what the
/// whole run finds.
const COMPARED: &[&[&str]] = &[
    &[
        "missing-scope",
        "scope-nested",
        "scope-in-details",
        "revoked-at-start",
        "unauthorized-code",
        "refresh-revoked",
        "authorization-server-down",
    ],
    &["rate-limit-once", "rate-limit-code", "rate-limit-kept"],
    &["not-found", "not-found-code"],
    &["invalid", "invalid-400"],
    OTHER_DATA,
];

/// The scenarios with data of their own. Their lists have another length, which shows whether a program reads a list to its end
/// or wants a fixed number of rows.
const OTHER_DATA: &[&str] = &[
    "order-cancelled",
    "outage",
    "rate-limit-one-of-many",
    "some-orders-fail",
    "token-expires-mid-run",
    "unavailable-each",
];

/// The first scenario of its group; a scenario outside all groups is one by itself.
fn group_of(scenario: &str) -> &str {
    let group = COMPARED.iter().find(|group| group.contains(&scenario));
    group.map_or(scenario, |group| group[0])
}

/// Whether two scenarios run in the same part. Every part has the control scenario.
pub(crate) fn are_in_same_part(one: &str, other: &str) -> bool {
    group_of(one) == group_of(other) || [one, other].contains(&CONTROL)
}

/// One of several parts of a run, `2/4`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shard {
    /// The number of this part, starting at 1.
    part: usize,
    parts: usize,
}

impl Shard {
    /// The scenarios of this part, in their order. Each group, the largest first, goes to the part that has the fewest scenarios
    /// so far, so that long ones that are neighbours are spread over the parts.
    pub(crate) fn select(self, scenarios: &[&'static Scenario]) -> Vec<&'static Scenario> {
        let (mut counts, mut part_of) = (vec![0; self.parts], HashMap::new());
        let names = || scenarios.iter().map(|scenario| group_of(scenario.name));
        let size = |group: &str| names().filter(|other| *other == group).count();
        let mut groups: Vec<_> = names().collect();
        groups.sort_by_key(|group| Reverse(size(group)));
        for group in groups {
            part_of.entry(group).or_insert_with(|| {
                let part = (0..self.parts).min_by_key(|part| counts[*part]);
                let part = part.unwrap_or_default();
                counts[part] += size(group);
                part
            });
        }
        let is_here = |scenario: &&&Scenario| part_of[group_of(scenario.name)] + 1 == self.part;
        scenarios.iter().filter(is_here).copied().collect()
    }

    /// For the report; `None` for all scenarios.
    pub(crate) fn part(self) -> Option<Part> {
        let Self { part, parts } = self;
        (parts > 1).then_some(Part { part, parts })
    }
}

/// All scenarios.
impl Default for Shard {
    fn default() -> Self {
        Self { part: 1, parts: 1 }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.part, self.parts)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shard = text.split_once('/').and_then(|(part, parts)| {
            let (part, parts) = (part.parse().ok()?, parts.parse().ok()?);
            let is_possible = (1..=parts).contains(&part) && parts <= MAX_PARTS;
            is_possible.then_some(Self { part, parts })
        });
        shard.ok_or_else(|| {
            "expected PART/PARTS, such as 2/4: the second of four parts, from 1/4 to 4/4".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::clients::scenarios::{by_default, find};

    #[test]
    fn every_scenario_is_in_exactly_one_part_with_those_it_is_compared_to() {
        let names = |part, parts| -> HashSet<_> {
            let shard = Shard { part, parts };
            let selected = shard.select(&by_default().collect::<Vec<_>>());
            selected.iter().map(|scenario| scenario.name).collect()
        };
        let all = names(1, 1);
        for parts in 1..9 {
            let selected: Vec<_> = (1..=parts).map(|part| names(part, parts)).collect();
            let sizes = selected.iter().map(HashSet::len);
            assert_eq!(sizes.clone().sum::<usize>(), all.len(), "{parts}");
            let difference = sizes.clone().max().unwrap() - sizes.min().unwrap();
            assert!(difference <= 1, "{parts}");
            for group in COMPARED {
                let has_some = |names: &&HashSet<_>| group.iter().any(|name| names.contains(name));
                assert_eq!(selected.iter().filter(has_some).count(), 1, "{group:?}");
            }
        }
    }

    #[test]
    fn compared_scenarios_exist_and_are_in_one_group() {
        let mut names: Vec<_> = COMPARED.iter().copied().flatten().collect();
        assert!(names.iter().all(|name| find(name).is_some()));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn lists_of_another_length_are_in_one_part() {
        let with_data = |scenario: &&Scenario| {
            let parsed = scenario.parsed();
            parsed.is_some_and(|scenario| !scenario.data.is_empty())
        };
        for scenario in by_default().filter(with_data) {
            assert!(OTHER_DATA.contains(&scenario.name), "{}", scenario.name);
        }
    }

    #[test]
    fn rejects_shards_that_do_not_exist() {
        for text in ["0/4", "5/4", "1/0", "1/1001", "1", "a/b", "-1/4", ""] {
            text.parse::<Shard>().unwrap_err();
        }
        assert_eq!("2/4".parse::<Shard>().unwrap().to_string(), "2/4");
    }
}
