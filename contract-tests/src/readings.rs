//! Where the vendor's documents contradict one another: which of the readings a server follows.
//!
//! The contradictions and their readings are of `schemas`; here is how each shows in an answer.

use http::StatusCode;
use schemas::{
    ErrorCode, OperationId,
    fidelity::{CONTRADICTIONS, Contradiction, Reading},
};
use serde_json::Value;

use crate::client::Exchange;

/// A contradiction that shows in answers.
struct Question {
    /// What it is about, as `schemas` has it.
    about: &'static str,
    /// Which of the readings an answer follows, by its place among them; nothing where it says nothing of it.
    read: fn(&Exchange, &Value) -> Option<usize>,
}

/// Every one of them.
const QUESTIONS: &[Question] = &[
    Question {
        about: "shape of an error",
        read: |exchange, body| {
            let is_error = exchange.status.as_u16() >= 400;
            let shape = if body["code"].is_string() {
                Some(0)
            } else if body["error"].is_object() {
                Some(1)
            } else {
                body["error"].is_string().then_some(2)
            };
            shape.filter(|_| is_error)
        },
    },
    Question {
        about: "code of a 401",
        read: |exchange, body| {
            if exchange.status != StatusCode::UNAUTHORIZED {
                return None;
            }
            place(code(body)?, &["AUTHENTICATION_ERROR", "UNAUTHORIZED"])
        },
    },
    Question {
        about: "scopes in a 403",
        read: |exchange, body| {
            let places = ["/detail", "", "/details"];
            let has = |place: &str| {
                let scopes = body.pointer(&format!("{place}/required_scopes"));
                scopes.is_some_and(Value::is_array)
            };
            let forbidden = exchange.status == StatusCode::FORBIDDEN;
            places
                .iter()
                .position(|place| has(place))
                .filter(|_| forbidden)
        },
    },
    Question {
        about: "code of a 429",
        read: |exchange, body| {
            if exchange.status != StatusCode::TOO_MANY_REQUESTS {
                return None;
            }
            place(code(body)?, &["rate_limit_exceeded", "RATE_LIMIT_EXCEEDED"])
        },
    },
    Question {
        about: "code of a 404",
        read: |exchange, body| {
            if exchange.status != StatusCode::NOT_FOUND {
                return None;
            }
            match code(body)?.strip_suffix("_NOT_FOUND")? {
                "ENTITY" => Some(0),
                _ => Some(1),
            }
        },
    },
    Question {
        about: "status of a validation error",
        read: |exchange, body| {
            let invalid = code(body)? == ErrorCode::ValidationError.as_str();
            let status = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
            let place = status.iter().position(|status| *status == exchange.status);
            place.filter(|_| invalid)
        },
    },
    Question {
        about: "rows of a list",
        read: |exchange, body| {
            let id = exchange.operation().map(|operation| operation.id);
            let listed = id == Some(OperationId::ListOrders) && exchange.status.is_success();
            let rows = if body["orders"].is_array() {
                Some(0)
            } else {
                let more = body["has_more"].is_boolean();
                body["items"].is_array().then_some(if more { 1 } else { 2 })
            };
            rows.filter(|_| listed)
        },
    },
];

/// The code of an error, wherever it stands.
fn code(body: &Value) -> Option<&str> {
    let nested = &body["error"]["code"];
    body["code"].as_str().or_else(|| nested.as_str())
}

fn place(said: &str, known: &[&str]) -> Option<usize> {
    known.iter().position(|known| *known == said)
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
    /// Takes note of an answer.
    pub(crate) fn note(&mut self, exchange: &Exchange, body: &Value) {
        self.0.resize_with(QUESTIONS.len(), Vec::new);
        for (counts, question) in self.0.iter_mut().zip(QUESTIONS) {
            if let Some(place) = (question.read)(exchange, body) {
                counts.resize(counts.len().max(place + 1), 0);
                counts[place] += 1;
            }
        }
    }

    /// Those that were followed, in the order of the contradictions.
    pub(crate) fn followed(&self) -> impl Iterator<Item = Followed> {
        let questions = self.0.iter().zip(QUESTIONS);
        questions.flat_map(|(counts, question)| {
            let contradiction = CONTRADICTIONS
                .iter()
                .find(|one| one.about == question.about);
            let followed = contradiction.into_iter().flat_map(move |contradiction| {
                let readings = contradiction.readings.iter().zip(counts);
                readings.map(move |(reading, seen)| Followed {
                    contradiction,
                    reading,
                    seen: *seen,
                })
            });
            followed.filter(|one| one.seen > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_is_about_a_contradiction() {
        for question in QUESTIONS {
            let known = CONTRADICTIONS.iter().any(|one| one.about == question.about);
            assert!(known, "{}", question.about);
        }
    }
}
