//! Filters on companies.

use schemas::companies::ReviewStatus;

use super::{Companies, index};
use crate::world::contains;

/// Number of companies up to which each is looked at instead of searching the index of all.
const FEW: usize = 16;

/// A filter on companies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CompanyFilter {
    /// Only companies of this prospect search.
    pub prospect_search_id: Option<String>,
    /// Only companies with at least this match score.
    pub min_match_score: Option<f64>,
    /// Only companies with one of these reviews; empty means all.
    pub reviews: Vec<ReviewStatus>,
    /// Only companies that contain each of these texts.
    pub texts: Vec<String>,
}

impl CompanyFilter {
    /// Whether every company matches.
    pub(super) fn passes_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the filter ignores match scores and reviews.
    fn ignores_rating(&self) -> bool {
        self.min_match_score.is_none() && self.reviews.is_empty()
    }

    fn matches_rating(&self, score: f64, review: ReviewStatus) -> bool {
        self.min_match_score.is_none_or(|min| score >= min)
            && (self.reviews.is_empty() || self.reviews.contains(&review))
    }
}

impl Companies {
    /// The numbers of all matching companies, in the order of the list.
    pub(super) fn filtered(&self, filter: &CompanyFilter) -> Vec<u64> {
        let wanted = filter.prospect_search_id.as_deref().map(|id| {
            let mut searches = self.search_ids.iter();
            searches.position(|search| search.eq_ignore_ascii_case(id))
        });
        if wanted == Some(None) {
            // The prospect search does not exist.
            return Vec::new();
        }
        let mut numbers: Vec<_> = (0..self.len()).map(|place| self.at(place)).collect();
        for text in &filter.texts {
            self.narrow(&mut numbers, text);
        }
        let passes = |number: &u64| {
            wanted.is_none_or(|wanted| self.search_of(*number) == wanted)
                && (filter.ignores_rating() || {
                    let (score, review) = self.rating(*number);
                    filter.matches_rating(score, review)
                })
        };
        numbers.retain(passes);
        numbers
    }

    /// Keeps only companies that contain the text.
    fn narrow(&self, numbers: &mut Vec<u64>, text: &str) {
        if numbers.len() <= FEW {
            numbers.retain(|number| self.contains_text(*number, text));
        } else {
            let found = self.search(text);
            numbers.retain(|number| found[self.place(*number)]);
        }
    }

    /// The index of the prospect search that found the company.
    pub(super) fn search_of(&self, number: u64) -> Option<usize> {
        let company = self.shared_data.world.companies().get(index(number))?;
        self.search_of_industry[company.industry as usize]
    }

    /// The match score and the review of a company.
    fn rating(&self, number: u64) -> (f64, ReviewStatus) {
        let (score, review) = self.drawn(number);
        let changed = self.changed.get(&number);
        (
            score,
            changed.map_or(review, |changed| changed.review_status),
        )
    }

    /// For every company in the order of the list, whether it contains the text.
    fn search(&self, text: &str) -> Vec<bool> {
        let mut found = self.shared_data.world.search_companies(text);
        found.rotate_left(self.first);
        found.extend(self.own.search_companies(text));
        // The index does not contain what callers have written.
        for (number, company) in &self.changed {
            let base = self.base(*number);
            if company.name != base.name || company.city != base.city {
                found[self.place(*number)] = self.contains_text(*number, text);
            }
        }
        found
    }

    /// Whether a company contains the text, as callers may have changed it.
    fn contains_text(&self, number: u64, text: &str) -> bool {
        let base = self.base(number);
        let changed = self.changed.get(&number);
        let (name, city) = changed.map_or((&base.name, &base.city), |changed| {
            (&changed.name, &changed.city)
        });
        let is_in_city = || city.as_deref().is_some_and(|city| contains(city, text));
        contains(name, text)
            || contains(base.industry.business_type(), text)
            || is_in_city()
            || base
                .people()
                .iter()
                .any(|person| contains(&person.full_name(), text))
    }
}
