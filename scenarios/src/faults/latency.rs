//! A delayed response.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, FaultKind};
use crate::{chance::Chance, human_duration::HumanDuration};

/// Maximum latency; `hang` covers longer waits.
const MAX: Duration = Duration::from_mins(5);

/// The response is delayed.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// The typical delay, at most five minutes.
    pub of: HumanDuration,
    /// How the delay varies.
    #[serde(default)]
    pub distribution: Distribution,
    /// By how much it varies: half the width of `uniform`, the standard deviation of `normal`.
    #[serde(default)]
    pub jitter: HumanDuration,
}

/// How a delay varies.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// It is always `of`.
    #[default]
    Constant,
    /// It is evenly distributed within `jitter` around `of`.
    Uniform,
    /// It is normally distributed around `of`.
    Normal,
    /// It is mostly near `of`, and in a few cases much longer.
    Pareto,
}

impl Behaviour for Latency {
    const KIND: FaultKind = FaultKind::Wait;
    const EXAMPLES: &[&str] = &["of=20ms"];

    fn check(&self) -> Result<(), String> {
        if self.of.real() > MAX {
            return Err(format!("of is {}, more than five minutes", self.of));
        }
        Ok(())
    }

    fn wait(&self, chance: &mut Chance) -> Duration {
        let (of, jitter) = (
            self.of.real().as_secs_f64(),
            self.jitter.real().as_secs_f64(),
        );
        let seconds = match self.distribution {
            Distribution::Constant => of,
            Distribution::Uniform => of + jitter * (2.0 * chance.unit() - 1.0),
            // The sum of twelve uniform numbers is close enough to a normal distribution.
            Distribution::Normal => {
                let sum: f64 = (0..12).map(|_| chance.unit()).sum();
                of + jitter * (sum - 6.0)
            }
            Distribution::Pareto => of / (1.0 - chance.unit()).powf(1.0 / 3.0),
        };
        Duration::try_from_secs_f64(seconds.max(0.0))
            .unwrap_or(MAX)
            .min(MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(distribution: Distribution) -> Vec<u128> {
        let latency = Latency {
            of: HumanDuration::millis(100),
            distribution,
            jitter: HumanDuration::millis(20),
        };
        let waits = (0..2_000).map(|count| latency.wait(&mut Chance::new(7, 0, count)));
        waits.map(|wait| wait.as_millis()).collect()
    }

    #[test]
    fn each_distribution_has_its_shape() {
        assert!(
            waits(Distribution::Constant)
                .iter()
                .all(|wait| *wait == 100)
        );
        let uniform = waits(Distribution::Uniform);
        assert!(uniform.iter().all(|wait| (80..=120).contains(wait)));
        assert!(uniform.iter().any(|wait| *wait < 84) && uniform.iter().any(|wait| *wait > 116));
        let normal = waits(Distribution::Normal);
        let near = normal
            .iter()
            .filter(|wait| (80..=120).contains(*wait))
            .count();
        assert!(
            (1_250..1_450).contains(&near),
            "{near} within one deviation"
        );
        let pareto = waits(Distribution::Pareto);
        assert!(pareto.iter().all(|wait| *wait >= 100));
        assert!(pareto.iter().any(|wait| *wait > 500));
    }
}
