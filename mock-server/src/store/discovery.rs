//! Chooses the companies that a discovery order finds.

use std::collections::HashSet;

use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use schemas::blacklists::NewEntry;

use super::{Companies, companies::Known};
use crate::world::Industry;

/// Number of companies to find if the order does not give one.
const FOUND: std::ops::RangeInclusive<usize> = 5..=25;

/// The criteria of a discovery order.
pub(super) struct Discovery<'a> {
    /// Only these industries; `None` means all.
    pub industries: Option<&'a [Industry]>,
    /// Excluded companies.
    pub blacklisted: HashSet<u64>,
    /// Maximum number of companies.
    pub quantity: Option<usize>,
}

impl Discovery<'_> {
    /// The numbers of the companies that are found, best fit first.
    pub(super) fn find(&self, companies: &Companies, random: &mut ChaCha8Rng) -> Vec<u64> {
        // Drawn in any case, so that the result does not depend on whether the order gives a quantity.
        let usual = random.random_range(FOUND);
        let candidates: Vec<_> = (0..companies.in_world() as u64)
            .filter(|number| {
                let industry = companies.base(*number).industry;
                !self.blacklisted.contains(number)
                    && self
                        .industries
                        .is_none_or(|industries| industries.contains(&industry))
            })
            .collect();
        let quantity = self.quantity.unwrap_or(usual);
        let mut found: Vec<_> = candidates.sample(random, quantity).copied().collect();
        found.sort_by(|one, other| {
            let score = |number: &u64| companies.drawn(*number).0;
            score(other).total_cmp(&score(one)).then(one.cmp(other))
        });
        found
    }
}

/// The companies that match entries of blacklists. An entry may match one company by its `external_id`, another by
/// its domain, and a third by its name: all of them are blacklisted.
pub(super) fn blacklisted<'a>(
    entries: impl Iterator<Item = &'a NewEntry>,
    companies: &Companies,
) -> HashSet<u64> {
    let known = entries.map(|entry| Known {
        source_id: entry.external_id.as_deref(),
        website: entry.website_url.as_deref(),
        name: entry.company_name.as_deref(),
        city: entry.city.as_deref(),
    });
    known.flat_map(|known| companies.matches(known)).collect()
}
