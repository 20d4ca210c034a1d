//! Generated facts of an organization about its companies, stored compactly because there can be many.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use schemas::{companies::ReviewStatus, orders::SubmittedCompany};

use crate::world::seed;

/// Tenths of a match score.
type Score = u8;

/// How long the companies of the world took to become known, one after the other.
const KNOWN: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Generated facts about the companies of the world, by number.
#[derive(Debug)]
pub(super) struct Facts {
    scores: Vec<Score>,
    reviews: Vec<ReviewStatus>,
}

/// Facts about a company of the organization's own.
#[derive(Debug)]
pub(super) struct OwnFacts {
    /// When it was added.
    pub since: Timestamp,
    /// The match score.
    pub score: Score,
    /// The data that it is generated from.
    pub given: Arc<SubmittedCompany>,
}

impl Facts {
    /// Generates facts for this many companies. Each kind of fact has its own random stream.
    pub(super) fn draw(seed: u64, organization: &str, companies: usize) -> Self {
        let stream = |kind| seed::stream(seed, organization, kind, 0);
        let (mut scores, mut reviews) = (stream("scores"), stream("reviews"));
        Self {
            scores: (0..companies).map(|_| score(&mut scores)).collect(),
            reviews: (0..companies).map(|_| review(&mut reviews)).collect(),
        }
    }

    /// The match score of a company, in tenths.
    pub(super) fn score(&self, company: usize) -> Score {
        self.scores[company]
    }

    /// The organization's review of a company.
    pub(super) fn review(&self, company: usize) -> ReviewStatus {
        self.reviews[company]
    }
}

/// A random match score. Companies that do not match at all are not in the list.
pub(super) fn score(random: &mut ChaCha8Rng) -> Score {
    random.random_range(40..=98)
}

/// A random review. Most companies have not been reviewed.
fn review(random: &mut ChaCha8Rng) -> ReviewStatus {
    match random.random_range(0..10) {
        0..6 => ReviewStatus::Pending,
        6..9 => ReviewStatus::Accepted,
        _ => ReviewStatus::Rejected,
    }
}

/// When the company at a position of the list was added: one after the other, before the first order of the organization,
/// whose companies come after it in the list.
pub(super) fn known_since(first_order: Timestamp, place: usize, companies: usize) -> Timestamp {
    let later = i64::try_from(companies - place).unwrap_or(i64::MAX);
    let step = KNOWN.as_secs() / i64::try_from(companies).unwrap_or(i64::MAX);
    let before = SignedDuration::from_secs(later * step);
    first_order.saturating_sub(before).unwrap_or(Timestamp::MIN)
}
