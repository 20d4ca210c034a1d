//! Random streams: one number per entity, one stream per aspect.

use rand::seq::IndexedRandom;
use rand_chacha::{ChaCha8Rng, rand_core::Rng};

use crate::world::seed;

/// The number that all of an entity's streams depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chance(pub(super) u64);

impl Chance {
    /// The chance of the `index`-th company in the world with this seed.
    pub(super) fn of_company(seed: u64, index: u64) -> Self {
        Self(seed::stream(seed, "world", "company", index).next_u64())
    }

    /// The stream for an aspect. No other aspect draws from it.
    pub(super) fn stream(self, aspect: &str) -> ChaCha8Rng {
        self.stream_at(aspect, 0)
    }

    /// The stream for the `index`-th item of a list, so that the list can grow at its end.
    pub(super) fn stream_at(self, aspect: &str, index: usize) -> ChaCha8Rng {
        seed::stream(self.0, "company", aspect, index as u64)
    }
}

/// A uniformly random row of a table.
pub(super) fn pick<T: Copy>(random: &mut ChaCha8Rng, table: &[T]) -> T {
    *table.choose(random).expect("tables have rows")
}

/// A random row of a table, by weight.
pub(super) fn pick_weighted<'a, T>(
    random: &mut ChaCha8Rng,
    table: &'a [T],
    weight: impl Fn(&T) -> u32,
) -> &'a T {
    table
        .choose_weighted(random, weight)
        .expect("tables have rows, and not all weigh nothing")
}
