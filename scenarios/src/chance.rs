//! Repeatable randomness: the same seed, rule and count produce the same numbers.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The random numbers for one firing of one rule.
#[derive(Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The random numbers for the `count`-th request that a rule counts.
    pub fn new(seed: u64, rule: usize, count: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        key[8..16].copy_from_slice(&(rule as u64).to_be_bytes());
        key[16..24].copy_from_slice(&count.to_be_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Whether an event of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number from 0 to 1, 1 excluded.
    pub fn unit(&mut self) -> f64 {
        self.0.random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_depends_on_seed_rule_and_count() {
        let draw = |seed, rule, count| Chance::new(seed, rule, count).unit().to_bits();
        assert_eq!(draw(1, 2, 3), draw(1, 2, 3));
        for other in [draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4)] {
            assert_ne!(draw(1, 2, 3), other);
        }
    }

    #[test]
    fn certain_events_happen_and_impossible_ones_do_not() {
        for count in 0..1000 {
            assert!(Chance::new(1, 0, count).happens(1.0));
            assert!(!Chance::new(1, 0, count).happens(0.0));
        }
        let often = (0..10_000)
            .filter(|count| Chance::new(1, 0, *count).happens(0.3))
            .count();
        assert!((2_800..3_200).contains(&often), "{often}");
    }
}
