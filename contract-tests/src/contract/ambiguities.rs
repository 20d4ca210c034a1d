//! Where the vendor's documents contradict one another: which of the readings a server follows.
//!
//! `schemas` lists the contradictions and their readings. `table.rs` defines how each reading shows in a response, and how to
//! rewrite a response to the reading of the contract: that of the authority, the vendor's authentication page, or where it is
//! silent, the chosen one. Checks see the rewritten response, so a server that follows another page fails no check for it: the
//! report names the page.

mod table;

use schemas::{
    fidelity::{Contradiction, Reading},
    source,
};
use serde_json::json;

use self::table::{AMBIGUITIES, Ambiguity, ResponseView};
use crate::finding::{Exchange, Violation};

/// The index of the contract's reading, for contradictions whose readings are not equal.
const OF_THE_CONTRACT: usize = 0;

/// A reading that a response follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadingMatch {
    /// Its index in `AMBIGUITIES`.
    ambiguity: usize,
    /// Its index among the readings of the contradiction.
    reading: usize,
}

impl ReadingMatch {
    fn ambiguity(self) -> &'static Ambiguity {
        &AMBIGUITIES[self.ambiguity]
    }

    /// Whether the contract has a reading, and this is another.
    fn deviates(self) -> bool {
        self.ambiguity().normalize.is_some() && self.reading != OF_THE_CONTRACT
    }

    /// The violation of a response that follows another reading than the contract's.
    fn violation(self, exchange: &Exchange) -> Violation {
        let ambiguity = self.ambiguity();
        let readings = ambiguity.contradiction().readings;
        let verdict = |reading: &Reading| json!(format!("{} ({})", reading.says, reading.source));
        let source = readings[OF_THE_CONTRACT].source;
        Violation {
            message: format!(
                "{}: the response follows another page than the contract",
                ambiguity.about
            ),
            at: ambiguity.at.to_owned(),
            expected: verdict(&readings[OF_THE_CONTRACT]),
            actual: verdict(&readings[self.reading]),
            evidence: Some(source::evidence(source)),
            source: Some(source),
            accepted: true,
            exchange: Some(exchange.into()),
            ..Violation::default()
        }
    }
}

/// Rewrites the body of a response to the contract's readings; returns the readings that it followed.
pub(crate) fn normalize(exchange: &mut Exchange) -> Vec<ReadingMatch> {
    if exchange.request.outside_the_api {
        return Vec::new();
    }
    let requested_id = exchange.id().to_owned();
    let mut response = ResponseView {
        operation: exchange.operation().map(|operation| operation.id),
        status: exchange.status.as_u16(),
        requested_id: &requested_id,
        body: exchange.json_mut(),
    };
    let follow = |(place, ambiguity): (usize, &Ambiguity)| {
        let reading = (ambiguity.detect)(&response)?;
        if let Some(normalize) = ambiguity.normalize.filter(|_| reading != OF_THE_CONTRACT) {
            normalize(&mut response);
        }
        Some(ReadingMatch {
            ambiguity: place,
            reading,
        })
    };
    // In order: a later ambiguity looks where an earlier one has moved things to.
    AMBIGUITIES.iter().enumerate().filter_map(follow).collect()
}

/// The violation of a response that follows these readings; `None` if all are the contract's.
pub(crate) fn deviation(exchange: &Exchange, readings: &[ReadingMatch]) -> Option<Violation> {
    let mut others = readings.iter().filter(|reading| reading.deviates());
    others.next().map(|other| other.violation(exchange))
}

/// Whether a reading, by what a report says of it, is another than the contract's.
pub(crate) fn is_deviation(about: &str, says: &str) -> bool {
    let mut same = AMBIGUITIES.iter().filter(|one| one.about == about);
    same.any(|one| {
        one.normalize.is_some() && one.contradiction().readings[OF_THE_CONTRACT].says != says
    })
}

/// How often a server has followed each reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadingCounts(Vec<Vec<usize>>);

/// A reading that a server follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FollowedReading {
    /// What the documents disagree on.
    pub contradiction: &'static Contradiction,
    pub reading: &'static Reading,
    /// The number of responses.
    pub seen: usize,
}

impl ReadingCounts {
    /// Counts a response that follows these readings.
    pub(crate) fn note(&mut self, readings: &[ReadingMatch]) {
        self.0.resize_with(AMBIGUITIES.len(), Vec::new);
        for ReadingMatch { ambiguity, reading } in readings {
            let counts = &mut self.0[*ambiguity];
            counts.resize(counts.len().max(reading + 1), 0);
            counts[*reading] += 1;
        }
    }

    /// The readings that were followed, in the order of `AMBIGUITIES`.
    pub(crate) fn followed(&self) -> impl Iterator<Item = FollowedReading> {
        let ambiguities = self.0.iter().zip(AMBIGUITIES);
        let followed = ambiguities.flat_map(|(counts, ambiguity)| {
            let contradiction = ambiguity.contradiction();
            let readings = contradiction.readings.iter().zip(counts);
            readings.map(move |(reading, seen)| FollowedReading {
                contradiction,
                reading,
                seen: *seen,
            })
        });
        followed.filter(|one| one.seen > 0)
    }
}
