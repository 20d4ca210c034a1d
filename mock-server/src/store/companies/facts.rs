//! What is drawn for an organization about its companies, so compactly that it may be a lot of them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use schemas::{companies::ReviewStatus, orders::SubmittedCompany};

use crate::world::seed;

/// Tenths of a match score.
type Score = u8;

/// How long before an organization came to be its first company was known.
const KNOWN: SignedDuration = SignedDuration::from_hours(24 * 90);

/// What is drawn about the companies of the world, by their numbers.
#[derive(Debug)]
pub(super) struct Facts {
    scores: Vec<Score>,
    reviews: Vec<ReviewStatus>,
}

/// What there is to know about a company of the organization's own.
#[derive(Debug)]
pub(super) struct OwnFacts {
    /// Since when it is known.
    pub since: Timestamp,
    /// How well it fits.
    pub score: Score,
    /// What it is made of.
    pub given: Arc<SubmittedCompany>,
}

impl Facts {
    /// Draws one of each for this many companies; each kind from a stream of its own.
    pub(super) fn draw(seed: u64, organization: &str, companies: usize) -> Self {
        let stream = |kind| seed::stream(seed, organization, kind, 0);
        let (mut scores, mut reviews) = (stream("scores"), stream("reviews"));
        Self {
            scores: (0..companies).map(|_| score(&mut scores)).collect(),
            reviews: (0..companies).map(|_| review(&mut reviews)).collect(),
        }
    }

    /// How well a company fits, in tenths.
    pub(super) fn score(&self, company: usize) -> Score {
        self.scores[company]
    }

    /// What the organization thinks of it.
    pub(super) fn review(&self, company: usize) -> ReviewStatus {
        self.reviews[company]
    }
}

/// How well a company fits: it would not be here if it did not at all.
pub(super) fn score(random: &mut ChaCha8Rng) -> Score {
    random.random_range(40..=98)
}

/// Most have not been looked at.
fn review(random: &mut ChaCha8Rng) -> ReviewStatus {
    match random.random_range(0..10) {
        0..6 => ReviewStatus::Pending,
        6..9 => ReviewStatus::Accepted,
        _ => ReviewStatus::Rejected,
    }
}

/// When the company at a place among this many came to be known: one after the other, before the
/// organization came to be.
pub(super) fn known_since(organization: Timestamp, place: usize, companies: usize) -> Timestamp {
    let later = i64::try_from(companies - place).unwrap_or(i64::MAX);
    let step = KNOWN.as_secs() / i64::try_from(companies).unwrap_or(i64::MAX);
    let before = SignedDuration::from_secs(later * step);
    organization
        .saturating_sub(before)
        .unwrap_or(Timestamp::MIN)
}
