//! Where the vendor's documents contradict one another: which of the readings a server follows.
//!
//! The contradictions and their readings are of `schemas`; how each shows in an answer, and how it is put as the
//! authority would, is in `questions.rs`. Checks see answers that are put so: a server that follows another page of
//! the vendor's is told which one, and fails no check for it.

mod questions;

use schemas::fidelity::{Contradiction, Reading};
use serde_json::json;

use self::questions::{Answer, QUESTIONS, Question};
use crate::finding::{Exchange, Violation};

/// The place of the authority's reading among those of a contradiction on which there is one.
const AUTHORITY: usize = 0;

/// A reading that an answer follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Follows {
    /// Its place among the questions.
    question: usize,
    /// Its place among the readings of the contradiction.
    reading: usize,
}

impl Follows {
    fn question(self) -> &'static Question {
        &QUESTIONS[self.question]
    }

    /// Whether it is another reading than the authority's, where there is an authority on it.
    fn is_other(self) -> bool {
        self.question().adopt.is_some() && self.reading != AUTHORITY
    }

    /// What is to be said of an answer that follows another reading than the authority's.
    fn told(self, exchange: &Exchange) -> Violation {
        let question = self.question();
        let readings = question.contradiction().readings;
        let said = |reading: &Reading| json!(format!("{} ({})", reading.says, reading.source));
        Violation {
            message: format!(
                "{}: another reading of the documents than the authority's",
                question.about
            ),
            at: question.at.to_owned(),
            expected: said(&readings[AUTHORITY]),
            actual: said(&readings[self.reading]),
            accepted: true,
            exchange: Some(exchange.clone()),
            ..Violation::default()
        }
    }
}

/// Puts the body of an answer as the authority would; tells which readings it follows.
pub(crate) fn settle(exchange: &mut Exchange) -> Vec<Follows> {
    let asked = exchange.id().to_owned();
    let Some(operation) = exchange.operation() else {
        return Vec::new();
    };
    let mut answer = Answer {
        operation: operation.id,
        status: exchange.status.as_u16(),
        asked: &asked,
        body: exchange.json_mut(),
    };
    let follow = |(place, question): (usize, &Question)| {
        let reading = (question.read)(&answer)?;
        if let Some(adopt) = question.adopt.filter(|_| reading != AUTHORITY) {
            adopt(&mut answer);
        }
        Some(Follows {
            question: place,
            reading,
        })
    };
    // One after the other: what stands deeper is found where an earlier question has put it.
    QUESTIONS.iter().enumerate().filter_map(follow).collect()
}

/// What is to be said of an answer that follows these readings; nothing where they are the authority's.
pub(crate) fn otherwise(exchange: &Exchange, follows: &[Follows]) -> Option<Violation> {
    let mut others = follows.iter().filter(|one| one.is_other());
    others.next().map(|other| other.told(exchange))
}

/// How often a server has followed which reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readings(Vec<Vec<usize>>);

/// A reading that a server follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Followed {
    /// What the documents contradict one another in.
    pub contradiction: &'static Contradiction,
    /// What they say, of which this is done.
    pub reading: &'static Reading,
    /// In how many answers.
    pub seen: usize,
}

impl Readings {
    /// Takes note of an answer that follows these.
    pub(crate) fn note(&mut self, follows: &[Follows]) {
        self.0.resize_with(QUESTIONS.len(), Vec::new);
        for Follows { question, reading } in follows {
            let counts = &mut self.0[*question];
            counts.resize(counts.len().max(reading + 1), 0);
            counts[*reading] += 1;
        }
    }

    /// Those that were followed, in the order of the questions.
    pub(crate) fn followed(&self) -> impl Iterator<Item = Followed> {
        let questions = self.0.iter().zip(QUESTIONS);
        let followed = questions.flat_map(|(counts, question)| {
            let contradiction = question.contradiction();
            let readings = contradiction.readings.iter().zip(counts);
            readings.map(move |(reading, seen)| Followed {
                contradiction,
                reading,
                seen: *seen,
            })
        });
        followed.filter(|one| one.seen > 0)
    }
}
