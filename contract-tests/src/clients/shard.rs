//! A part of the scenarios, for one of several machines.

use std::{fmt, str::FromStr};

use crate::report::model::Part;

/// Maximum number of parts; there are fewer scenarios than that.
const MAX_PARTS: usize = 1_000;

/// One of several parts of a run, `2/4`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shard {
    /// The number of this part, starting at 1.
    part: usize,
    parts: usize,
}

impl Shard {
    /// Every N-th scenario, so that long scenarios that are neighbours are spread over the parts.
    pub(crate) fn select<T>(self, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        all.skip(self.part - 1).step_by(self.parts)
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
    use super::*;

    #[test]
    fn every_scenario_is_in_exactly_one_shard() {
        for parts in 1..9 {
            let mut seen: Vec<_> = (1..=parts)
                .flat_map(|part| Shard { part, parts }.select(0..7))
                .collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..7).collect::<Vec<_>>(), "{parts}");
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
