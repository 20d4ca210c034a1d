//! The contradictions that show in answers: how each reading is told, and what the authority's looks like.

use schemas::{
    ErrorCode, OperationId,
    fidelity::{CONTRADICTIONS, Contradiction},
};
use serde_json::{Map, Value, json};

/// An answer, as far as a contradiction shows in it.
pub(super) struct Answer<'a> {
    pub operation: OperationId,
    pub status: u16,
    /// The id of the object that was asked for; empty where it was for none.
    pub asked: &'a str,
    pub body: &'a mut Value,
}

/// A contradiction that shows in answers.
pub(super) struct Question {
    /// What it is about, as `schemas` has it.
    pub about: &'static str,
    /// Where it shows.
    pub at: &'static str,
    /// Which of the readings an answer follows, by its place among them; nothing where it says nothing of it.
    pub read: fn(&Answer<'_>) -> Option<usize>,
    /// Puts an answer that follows another reading as the authority would; nothing where there is none on it, and
    /// every reading is as good.
    pub adopt: Option<fn(&mut Answer<'_>)>,
}

impl Question {
    /// The contradiction.
    pub(super) fn contradiction(&self) -> &'static Contradiction {
        let mut all = CONTRADICTIONS.iter();
        let known = all.find(|one| one.about == self.about);
        known.expect("every question is about a contradiction; a test holds it to that")
    }
}

/// The statuses of an order that only one page knows.
const NEWER_STATUSES: [&str; 2] = ["REJECTED", "FAILED"];
/// How the message of a 403 begins, by reading.
const MISSING_SCOPES: [&str; 2] = [
    "Insufficient permissions. Required scopes: ",
    "Missing required scopes: ",
];

/// Every one of them. The shape of an error comes first: the others read what stands in it.
pub(super) const QUESTIONS: &[Question] = &[
    Question {
        about: "shape of an error",
        at: "$",
        read: |answer| {
            let error = &answer.body["error"];
            let shapes = [
                answer.body["code"].is_string(),
                error["code"].is_string(),
                error.is_string(),
            ];
            first(shapes).filter(|_| answer.status >= 400)
        },
        adopt: Some(|answer| {
            let error = answer.body["error"].take();
            if error.is_object() {
                *answer.body = error;
            } else {
                answer.rename("error", "code");
                answer.body["code"] = error;
            }
        }),
    },
    Question {
        about: "code of a 401",
        at: "$.code",
        read: |answer| answer.code_of(401, ["AUTHENTICATION_ERROR", "UNAUTHORIZED"]),
        adopt: Some(|answer| answer.say(ErrorCode::AuthenticationError)),
    },
    Question {
        about: "scopes in a 403",
        at: "$.detail",
        read: |answer| {
            let places = ["/detail", "", "/details"].map(|place| {
                let scopes = answer.body.pointer(&format!("{place}/required_scopes"));
                scopes.is_some_and(Value::is_array)
            });
            first(places).filter(|_| answer.status == 403)
        },
        adopt: Some(|answer| match answer.body.as_object_mut() {
            Some(fields) if fields.get("required_scopes").is_some_and(Value::is_array) => {
                let beside =
                    ["required_scopes", "user_scopes"].map(|name| fields.remove_entry(name));
                let detail: Map<_, _> = beside.into_iter().flatten().collect();
                fields.insert("detail".to_owned(), detail.into());
            }
            _ => answer.rename("details", "detail"),
        }),
    },
    Question {
        about: "message of a 403",
        at: "$.message",
        read: |answer| {
            let message = answer.body["message"].as_str()?;
            first(MISSING_SCOPES.map(|begin| message.starts_with(begin)))
                .filter(|_| answer.status == 403)
        },
        adopt: Some(|answer| {
            let [authority, other] = MISSING_SCOPES;
            let message = answer.body["message"].as_str().unwrap_or_default();
            answer.body["message"] = message.replacen(other, authority, 1).into();
        }),
    },
    Question {
        about: "code of a 429",
        at: "$.code",
        read: |answer| answer.code_of(429, ["rate_limit_exceeded", "RATE_LIMIT_EXCEEDED"]),
        adopt: Some(|answer| answer.say(ErrorCode::RateLimitExceeded)),
    },
    Question {
        about: "code of a 404",
        at: "$.code",
        read: |answer| {
            let entity = answer.code()?.strip_suffix("_NOT_FOUND")?;
            first([entity == "ENTITY", true]).filter(|_| answer.status == 404)
        },
        // What the one code needs two fields for, the other says itself, or whoever asks knows.
        adopt: Some(|answer| {
            let code = answer.code().unwrap_or_default();
            let entity = code.trim_end_matches("_NOT_FOUND").to_ascii_lowercase();
            let asked = answer.asked.to_owned();
            answer.say(ErrorCode::EntityNotFound);
            answer.fill("entity_type", entity);
            answer.fill("identifier", asked);
        }),
    },
    Question {
        about: "status of a validation error",
        at: "status",
        read: |answer| {
            let invalid = answer.code()? == ErrorCode::ValidationError.as_str();
            first([answer.status == 400, answer.status == 422]).filter(|_| invalid)
        },
        adopt: None,
    },
    Question {
        about: "rows of a list",
        at: "$.orders",
        read: |answer| {
            let (rows, items) = (&answer.body["orders"], &answer.body["items"]);
            let more = answer.body["has_more"].is_boolean();
            let names = [rows.is_array(), items.is_array() && more, items.is_array()];
            let listed = answer.operation == OperationId::ListOrders && answer.status == 200;
            first(names).filter(|_| listed)
        },
        adopt: Some(|answer| answer.rename("items", "orders")),
    },
    Question {
        about: "statuses of an order",
        at: "$.status",
        read: |answer| {
            let mut statuses = answer.statuses().filter_map(|status| status.as_str());
            let newer = statuses.any(|status| NEWER_STATUSES.contains(&status));
            first([!newer, newer]).filter(|_| answer.statuses().next().is_some())
        },
        // Nobody goes on from either of them, as from this one.
        adopt: Some(|answer| {
            for order in answer.orders_mut() {
                let newer = |status: &str| NEWER_STATUSES.contains(&status);
                if order["status"].as_str().is_some_and(newer) {
                    order["status"] = json!("CANCELLED");
                }
            }
        }),
    },
];

/// The first reading that fits.
fn first<const N: usize>(fit: [bool; N]) -> Option<usize> {
    fit.into_iter().position(|fits| fits)
}

impl Answer<'_> {
    /// The code of an error.
    fn code(&self) -> Option<&str> {
        self.body["code"].as_str()
    }

    /// Which of these an answer with this status has for its code.
    fn code_of(&self, status: u16, known: [&str; 2]) -> Option<usize> {
        let code = self.code().filter(|_| self.status == status)?;
        first(known.map(|known| known == code))
    }

    fn say(&mut self, code: ErrorCode) {
        self.body["code"] = json!(code);
    }

    fn rename(&mut self, from: &str, to: &str) {
        if let Some(fields) = self.body.as_object_mut()
            && let Some(value) = fields.remove(from)
        {
            fields.insert(to.to_owned(), value);
        }
    }

    /// Lets a field say something where it is not there.
    fn fill(&mut self, name: &str, text: String) {
        if let Some(fields) = self.body.as_object_mut() {
            fields.entry(name).or_insert(text.into());
        }
    }

    /// The statuses of the orders in it.
    fn statuses(&self) -> impl Iterator<Item = &Value> {
        let one = Some(&self.body["status"]).filter(|_| self.is_order());
        let rows = self.body["orders"].as_array().filter(|_| self.is_list());
        let rows = rows.into_iter().flatten();
        one.into_iter().chain(rows.map(|row| &row["status"]))
    }

    /// The orders in it.
    fn orders_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        let (one, list) = (self.is_order(), self.is_list());
        let (one, rows) = if one {
            (Some(&mut *self.body), None)
        } else {
            (None, self.body["orders"].as_array_mut().filter(|_| list))
        };
        one.into_iter().chain(rows.into_iter().flatten())
    }

    fn is_order(&self) -> bool {
        let orders = [OperationId::GetOrder, OperationId::CreateOrder];
        orders.contains(&self.operation) && self.status < 300
    }

    fn is_list(&self) -> bool {
        self.operation == OperationId::ListOrders && self.status < 300
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn question(about: &str) -> &'static Question {
        let mut questions = QUESTIONS.iter();
        questions.find(|question| question.about == about).unwrap()
    }

    fn answer(status: u16, body: &mut Value) -> Answer<'_> {
        Answer {
            operation: OperationId::ListOrders,
            status,
            asked: "7",
            body,
        }
    }

    /// What an answer says of one question: the reading, by its place.
    fn read(about: &str, status: u16, body: &Value) -> Option<usize> {
        (question(about).read)(&answer(status, &mut body.clone()))
    }

    fn code(code: &str) -> Value {
        json!({"code": code})
    }

    /// For each question that has an authority, an answer in each reading; all say the same.
    #[rustfmt::skip]
    fn readings() -> [(&'static str, u16, Vec<Value>); 8] {
        let scopes = json!({"required_scopes": ["a"], "user_scopes": ["b"]});
        let error = json!({"code": "A", "message": "m"});
        let not_found = json!({"code": "ENTITY_NOT_FOUND", "entity_type": "order", "identifier": "7"});
        let message = |begin: &str| json!({"message": format!("{begin}a, b")});
        let status = |status: &str| json!({"orders": [{"status": status}]});
        let listed = json!({"items": [1], "has_more": false});
        [
            ("shape of an error", 500, vec![error.clone(), json!({"error": error}), json!({"error": "A", "message": "m"})]),
            ("code of a 401", 401, ["AUTHENTICATION_ERROR", "UNAUTHORIZED"].map(code).into()),
            ("scopes in a 403", 403, vec![json!({"detail": scopes}), scopes.clone(), json!({"details": scopes})]),
            ("message of a 403", 403, MISSING_SCOPES.map(message).into()),
            ("code of a 429", 429, ["rate_limit_exceeded", "RATE_LIMIT_EXCEEDED"].map(code).into()),
            ("code of a 404", 404, vec![not_found, code("ORDER_NOT_FOUND")]),
            ("rows of a list", 200, vec![json!({"orders": [1]}), listed, json!({"items": [1]})]),
            ("statuses of an order", 200, ["CANCELLED", "REJECTED"].map(status).into()),
        ]
    }

    #[test]
    fn each_reading_of_each_contradiction_is_told_from_the_others() {
        for (about, status, answers) in readings() {
            let question = question(about);
            assert_eq!(
                question.contradiction().readings.len(),
                answers.len(),
                "{about}"
            );
            for (place, body) in answers.iter().enumerate() {
                assert_eq!(read(about, status, body), Some(place), "{about}: {body}");
                let elsewhere = read(about, 418, body).is_some();
                assert_eq!(elsewhere, about == "shape of an error");
            }
            assert_eq!(read(about, status, &json!({})), None, "{about}");
        }
        let invalid = code("VALIDATION_ERROR");
        let status = |status| read("status of a validation error", status, &invalid);
        assert_eq!([400, 422, 500].map(status), [Some(0), Some(1), None]);
    }

    #[test]
    fn each_reading_is_put_as_the_authority_would() {
        for (about, status, answers) in readings() {
            let adopt = question(about).adopt.unwrap();
            for body in &answers[1..] {
                let mut put = body.clone();
                adopt(&mut answer(status, &mut put));
                if let Some(fields) = put.as_object_mut() {
                    fields.remove("has_more");
                }
                assert_eq!(put, answers[0], "{about}: {body}");
            }
        }
    }

    #[test]
    fn an_error_that_holds_another_without_a_code_follows_no_reading() {
        let body = json!({"error": {"error": "UNAUTHORIZED"}});
        assert_eq!(read("shape of an error", 401, &body), None);
    }

    #[test]
    fn scopes_at_the_top_are_moved_whatever_stands_beside_them() {
        let scopes = json!({"required_scopes": ["a"]});
        for details in [json!({}), scopes.clone(), json!(7)] {
            let mut body = json!({"required_scopes": ["a"], "details": details});
            let adopt = question("scopes in a 403").adopt.unwrap();
            adopt(&mut answer(403, &mut body));
            assert_eq!(body, json!({"detail": scopes, "details": details}));
        }
    }

    /// Texts that questions look for, and others.
    const WORDS: &[&str] = &[
        "",
        "AUTHENTICATION_ERROR",
        "ENTITY_NOT_FOUND",
        "Missing required scopes: a",
        "ORDER_NOT_FOUND",
        "RATE_LIMIT_EXCEEDED",
        "REJECTED",
        "UNAUTHORIZED",
        "VALIDATION_ERROR",
        "_NOT_FOUND",
    ];

    /// Bodies that have the names that questions look at, with anything in them.
    fn bodies() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            Just(json!(7)),
            prop::sample::select(WORDS).prop_map(Value::from),
        ];
        let names = [
            "code",
            "message",
            "error",
            "detail",
            "details",
            "required_scopes",
            "orders",
            "items",
            "status",
        ];
        leaf.prop_recursive(4, 32, 4, move |inner| {
            let name = prop::sample::select(names.to_vec()).prop_map(str::to_owned);
            let object = prop::collection::btree_map(name, inner.clone(), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::from),
                object.prop_map(|fields| fields.into_iter().collect::<Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        // A body that two questions read differently is rare.
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn whatever_a_server_says_is_read_without_a_panic_and_put_once(
            mut body in bodies(),
            status in prop::sample::select(&[200_u16, 201, 401, 403, 404, 422, 429, 500][..]),
            operation in prop::sample::select(&[OperationId::ListOrders, OperationId::GetOrder][..]),
        ) {
            let mut answer = Answer { operation, status, asked: "7", body: &mut body };
            for question in QUESTIONS {
                let other = (question.read)(&answer).filter(|reading| *reading != 0);
                if let (Some(_), Some(adopt)) = (other, question.adopt) {
                    adopt(&mut answer);
                    let now = (question.read)(&answer);
                    prop_assert!(now.is_none_or(|now| now == 0), "{}: {:?}", question.about, answer.body);
                }
            }
        }
    }
}
