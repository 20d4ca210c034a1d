//! Which companies a discovery order finds.

use std::collections::HashSet;

use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use schemas::blacklists::NewEntry;

use super::{Companies, companies::Known};
use crate::world::Industry;

/// Companies that are found where the order does not say how many.
const FOUND: std::ops::RangeInclusive<usize> = 5..=25;

/// What a discovery order looks for.
pub(super) struct Discovery<'a> {
    /// Companies of these industries; of all, where none is said.
    pub industries: Option<&'a [Industry]>,
    /// None of these.
    pub blacklisted: HashSet<u64>,
    /// This many at most.
    pub quantity: Option<usize>,
}

impl Discovery<'_> {
    /// The numbers of the companies that are found, those that fit best first.
    pub(super) fn find(&self, companies: &Companies, random: &mut ChaCha8Rng) -> Vec<u64> {
        // Drawn in any case, so that what is found does not depend on whether it was said.
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

/// The companies that entries of blacklists speak of. An entry may match a company by its `external_id`,
/// another by its domain, and a third by its name: all are blacklisted.
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
