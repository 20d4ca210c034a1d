//! Where the vendor's documents contradict one another: which of the readings a server follows.
//!
//! The contradictions and their readings are of `schemas`; here is how each shows in an answer.

use http::StatusCode;
use schemas::{
    ErrorCode, OperationId,
    fidelity::{CONTRADICTIONS, Contradiction, Reading},
};
use serde_json::Value;

/// An answer, as far as a contradiction shows in it.
#[derive(Clone, Copy)]
struct Answer<'a> {
    operation: OperationId,
    status: u16,
    body: &'a Value,
}

/// A contradiction that shows in answers.
struct Question {
    /// What it is about, as `schemas` has it.
    about: &'static str,
    /// Which of the readings an answer follows, by its place among them; nothing where it says nothing of it.
    read: fn(Answer<'_>) -> Option<usize>,
}

/// Every one of them.
const QUESTIONS: &[Question] = &[
    Question {
        about: "shape of an error",
        read: |answer| {
            let error = &answer.body["error"];
            let shapes = [
                answer.body["code"].is_string(),
                error.is_object(),
                error.is_string(),
            ];
            first(shapes).filter(|_| answer.status >= 400)
        },
    },
    Question {
        about: "code of a 401",
        read: |answer| answer.code_of(401, ["AUTHENTICATION_ERROR", "UNAUTHORIZED"]),
    },
    Question {
        about: "scopes in a 403",
        read: |answer| {
            let places = ["/detail", "", "/details"].map(|place| {
                let scopes = answer.body.pointer(&format!("{place}/required_scopes"));
                scopes.is_some_and(Value::is_array)
            });
            first(places).filter(|_| answer.status == 403)
        },
    },
    Question {
        about: "code of a 429",
        read: |answer| answer.code_of(429, ["rate_limit_exceeded", "RATE_LIMIT_EXCEEDED"]),
    },
    Question {
        about: "code of a 404",
        read: |answer| {
            let entity = answer.code()?.strip_suffix("_NOT_FOUND")?;
            first([entity == "ENTITY", true]).filter(|_| answer.status == 404)
        },
    },
    Question {
        about: "status of a validation error",
        read: |answer| {
            let invalid = answer.code()? == ErrorCode::ValidationError.as_str();
            first([answer.status == 400, answer.status == 422]).filter(|_| invalid)
        },
    },
    Question {
        about: "rows of a list",
        read: |answer| {
            let (rows, items) = (&answer.body["orders"], &answer.body["items"]);
            let more = answer.body["has_more"].is_boolean();
            let names = [rows.is_array(), items.is_array() && more, items.is_array()];
            let listed = answer.operation == OperationId::ListOrders && answer.status == 200;
            first(names).filter(|_| listed)
        },
    },
];

/// The first reading that fits.
fn first<const N: usize>(fit: [bool; N]) -> Option<usize> {
    fit.into_iter().position(|fits| fits)
}

impl Answer<'_> {
    /// The code of an error, wherever it stands.
    fn code(&self) -> Option<&str> {
        let nested = &self.body["error"]["code"];
        self.body["code"].as_str().or_else(|| nested.as_str())
    }

    /// Which of these an answer with this status has for its code.
    fn code_of(&self, status: u16, known: [&str; 2]) -> Option<usize> {
        let code = self.code().filter(|_| self.status == status)?;
        first(known.map(|known| known == code))
    }
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
    pub(crate) fn note(&mut self, operation: OperationId, status: StatusCode, body: &Value) {
        let answer = Answer {
            operation,
            status: status.as_u16(),
            body,
        };
        self.0.resize_with(QUESTIONS.len(), Vec::new);
        for (counts, question) in self.0.iter_mut().zip(QUESTIONS) {
            if let Some(place) = (question.read)(answer) {
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
    use serde_json::json;

    use super::*;

    /// What an answer says of one question: the reading, by its place.
    fn read(about: &str, status: u16, body: &Value) -> Option<usize> {
        let mut questions = QUESTIONS.iter();
        let question = questions.find(|question| question.about == about).unwrap();
        (question.read)(Answer {
            operation: OperationId::ListOrders,
            status,
            body,
        })
    }

    #[test]
    fn each_reading_of_each_contradiction_is_told_from_the_others() {
        let code = |code: &str| json!({"code": code});
        let nested = json!({"error": {"code": "UNAUTHORIZED"}});
        let scopes = json!({"required_scopes": []});
        for (about, status, answers) in [
            (
                "shape of an error",
                500,
                vec![code("A"), nested.clone(), json!({"error": "A"})],
            ),
            (
                "code of a 401",
                401,
                vec![code("AUTHENTICATION_ERROR"), nested],
            ),
            (
                "scopes in a 403",
                403,
                vec![
                    json!({"detail": scopes}),
                    scopes.clone(),
                    json!({"details": scopes}),
                ],
            ),
            (
                "code of a 429",
                429,
                vec![code("rate_limit_exceeded"), code("RATE_LIMIT_EXCEEDED")],
            ),
            (
                "code of a 404",
                404,
                vec![code("ENTITY_NOT_FOUND"), code("ORDER_NOT_FOUND")],
            ),
            (
                "rows of a list",
                200,
                vec![
                    json!({"orders": []}),
                    json!({"items": [], "has_more": false}),
                    json!({"items": []}),
                ],
            ),
        ] {
            let contradiction = CONTRADICTIONS
                .iter()
                .find(|one| one.about == about)
                .unwrap();
            assert_eq!(contradiction.readings.len(), answers.len(), "{about}");
            for (place, body) in answers.iter().enumerate() {
                assert_eq!(read(about, status, body), Some(place), "{about}: {body}");
                assert_eq!(
                    read(about, 418, body).is_some(),
                    about == "shape of an error"
                );
            }
            assert_eq!(read(about, status, &json!({})), None, "{about}");
        }
        let invalid = code("VALIDATION_ERROR");
        let status = |status| read("status of a validation error", status, &invalid);
        assert_eq!([400, 422, 500].map(status), [Some(0), Some(1), None]);
    }

    #[test]
    fn every_question_is_about_a_contradiction() {
        for question in QUESTIONS {
            let known = CONTRADICTIONS.iter().any(|one| one.about == question.about);
            assert!(known, "{}", question.about);
        }
    }
}
