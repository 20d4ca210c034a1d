//! The contradictions that show in responses: how to detect each reading, and how to rewrite it to the authority's.

use schemas::{
    ErrorCode, OperationId,
    fidelity::{CONTRADICTIONS, Contradiction},
};
use serde_json::{Map, Value, json};

/// The parts of a response in which a contradiction can show.
pub(super) struct ResponseView<'a> {
    pub operation: OperationId,
    pub status: u16,
    /// The id in the request's path; empty if there is none.
    pub requested_id: &'a str,
    pub body: &'a mut Value,
}

/// A contradiction that shows in responses, and how.
pub(super) struct Ambiguity {
    /// The contradiction, by its name in `schemas`.
    pub about: &'static str,
    /// Where it shows, in the syntax of reports.
    pub at: &'static str,
    /// The index of the reading that a response follows; `None` if the contradiction does not show in it.
    pub detect: fn(&ResponseView<'_>) -> Option<usize>,
    /// Rewrites a response that follows another reading to the authority's; `None` if there is no authority, so that all
    /// readings are equal.
    pub normalize: Option<fn(&mut ResponseView<'_>)>,
}

impl Ambiguity {
    pub(super) fn contradiction(&self) -> &'static Contradiction {
        let mut all = CONTRADICTIONS.iter();
        let known = all.find(|contradiction| contradiction.about == self.about);
        known.expect("every ambiguity names a contradiction, as a test checks")
    }
}

/// Order statuses that only one page lists.
const NEWER_STATUSES: [&str; 2] = ["REJECTED", "FAILED"];
/// How the message of a 403 starts, by reading.
const MISSING_SCOPES: [&str; 2] = [
    "Insufficient permissions. Required scopes: ",
    "Missing required scopes: ",
];

/// All ambiguities. The shape of an error comes first: the others look inside it.
pub(super) const AMBIGUITIES: &[Ambiguity] = &[
    Ambiguity {
        about: "shape of an error",
        at: "$",
        detect: |response| {
            let error = &response.body["error"];
            let shapes = [
                response.body["code"].is_string(),
                error["code"].is_string(),
                error.is_string(),
            ];
            first_true(shapes).filter(|_| response.status >= 400)
        },
        normalize: Some(|response| {
            let error = response.body["error"].take();
            if error.is_object() {
                *response.body = error;
            } else {
                response.rename("error", "code");
                response.body["code"] = error;
            }
        }),
    },
    Ambiguity {
        about: "code of a 401",
        at: "$.code",
        detect: |response| response.code_of(401, ["AUTHENTICATION_ERROR", "UNAUTHORIZED"]),
        normalize: Some(|response| response.set_code(ErrorCode::AuthenticationError)),
    },
    Ambiguity {
        about: "scopes in a 403",
        at: "$.detail",
        detect: |response| {
            let places = ["/detail", "", "/details"].map(|place| {
                let scopes = response.body.pointer(&format!("{place}/required_scopes"));
                scopes.is_some_and(Value::is_array)
            });
            first_true(places).filter(|_| response.status == 403)
        },
        normalize: Some(|response| match response.body.as_object_mut() {
            Some(fields) if fields.get("required_scopes").is_some_and(Value::is_array) => {
                let beside =
                    ["required_scopes", "user_scopes"].map(|name| fields.remove_entry(name));
                let detail: Map<_, _> = beside.into_iter().flatten().collect();
                fields.insert("detail".to_owned(), detail.into());
            }
            _ => response.rename("details", "detail"),
        }),
    },
    Ambiguity {
        about: "message of a 403",
        at: "$.message",
        detect: |response| {
            let message = response.body["message"].as_str()?;
            first_true(MISSING_SCOPES.map(|begin| message.starts_with(begin)))
                .filter(|_| response.status == 403)
        },
        normalize: Some(|response| {
            let [authority, other] = MISSING_SCOPES;
            let message = response.body["message"].as_str().unwrap_or_default();
            response.body["message"] = message.replacen(other, authority, 1).into();
        }),
    },
    Ambiguity {
        about: "code of a 429",
        at: "$.code",
        detect: |response| response.code_of(429, ["rate_limit_exceeded", "RATE_LIMIT_EXCEEDED"]),
        normalize: Some(|response| response.set_code(ErrorCode::RateLimitExceeded)),
    },
    Ambiguity {
        about: "code of a 404",
        at: "$.code",
        detect: |response| {
            let entity = response.code()?.strip_suffix("_NOT_FOUND")?;
            first_true([entity == "ENTITY", true]).filter(|_| response.status == 404)
        },
        // The authority's code has fields for the entity and its id. In the other reading, the code names the entity, and the
        // request has the id.
        normalize: Some(|response| {
            let code = response.code().unwrap_or_default();
            let entity = code.trim_end_matches("_NOT_FOUND").to_ascii_lowercase();
            let requested_id = response.requested_id.to_owned();
            response.set_code(ErrorCode::EntityNotFound);
            response.set_default("entity_type", entity);
            response.set_default("identifier", requested_id);
        }),
    },
    Ambiguity {
        about: "status of a validation error",
        at: "status",
        detect: |response| {
            let invalid = response.code()? == ErrorCode::ValidationError.as_str();
            first_true([response.status == 400, response.status == 422]).filter(|_| invalid)
        },
        normalize: None,
    },
    Ambiguity {
        about: "rows of a list",
        at: "$.orders",
        detect: |response| {
            let (rows, items) = (&response.body["orders"], &response.body["items"]);
            let more = response.body["has_more"].is_boolean();
            let names = [rows.is_array(), items.is_array() && more, items.is_array()];
            let listed = response.operation == OperationId::ListOrders && response.status == 200;
            first_true(names).filter(|_| listed)
        },
        normalize: Some(|response| response.rename("items", "orders")),
    },
    Ambiguity {
        about: "statuses of an order",
        at: "$.status",
        detect: |response| {
            let mut statuses = response.statuses().filter_map(|status| status.as_str());
            let newer = statuses.any(|status| NEWER_STATUSES.contains(&status));
            first_true([!newer, newer]).filter(|_| response.statuses().next().is_some())
        },
        // The newer statuses are final, like this one.
        normalize: Some(|response| {
            for order in response.orders_mut() {
                let newer = |status: &str| NEWER_STATUSES.contains(&status);
                if order["status"].as_str().is_some_and(newer) {
                    order["status"] = json!("CANCELLED");
                }
            }
        }),
    },
];

/// The index of the first `true`.
fn first_true<const N: usize>(fit: [bool; N]) -> Option<usize> {
    fit.into_iter().position(|fits| fits)
}

impl ResponseView<'_> {
    fn code(&self) -> Option<&str> {
        self.body["code"].as_str()
    }

    /// The index of the response's error code in `known`, if it has this status.
    fn code_of(&self, status: u16, known: [&str; 2]) -> Option<usize> {
        let code = self.code().filter(|_| self.status == status)?;
        first_true(known.map(|known| known == code))
    }

    fn set_code(&mut self, code: ErrorCode) {
        self.body["code"] = json!(code);
    }

    fn rename(&mut self, from: &str, to: &str) {
        if let Some(fields) = self.body.as_object_mut()
            && let Some(value) = fields.remove(from)
        {
            fields.insert(to.to_owned(), value);
        }
    }

    /// Adds a field that is missing.
    fn set_default(&mut self, name: &str, text: String) {
        if let Some(fields) = self.body.as_object_mut() {
            fields.entry(name).or_insert(text.into());
        }
    }

    /// The statuses of the orders in the body.
    fn statuses(&self) -> impl Iterator<Item = &Value> {
        let one = Some(&self.body["status"]).filter(|_| self.is_order());
        let rows = self.body["orders"].as_array().filter(|_| self.is_list());
        let rows = rows.into_iter().flatten();
        one.into_iter().chain(rows.map(|row| &row["status"]))
    }

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

    fn ambiguity(about: &str) -> &'static Ambiguity {
        let mut ambiguities = AMBIGUITIES.iter();
        ambiguities
            .find(|ambiguity| ambiguity.about == about)
            .unwrap()
    }

    fn response(status: u16, body: &mut Value) -> ResponseView<'_> {
        ResponseView {
            operation: OperationId::ListOrders,
            status,
            requested_id: "7",
            body,
        }
    }

    /// The reading of one ambiguity, by its index.
    fn read(about: &str, status: u16, body: &Value) -> Option<usize> {
        (ambiguity(about).detect)(&response(status, &mut body.clone()))
    }

    fn code(code: &str) -> Value {
        json!({"code": code})
    }

    /// For each ambiguity that has an authority, the same response in each reading.
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
    fn distinguishes_all_readings_of_each_contradiction() {
        for (about, status, responses) in readings() {
            let ambiguity = ambiguity(about);
            assert_eq!(
                ambiguity.contradiction().readings.len(),
                responses.len(),
                "{about}"
            );
            for (place, body) in responses.iter().enumerate() {
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
    fn normalizes_each_reading_to_the_authoritative_one() {
        for (about, status, responses) in readings() {
            let normalize = ambiguity(about).normalize.unwrap();
            for body in &responses[1..] {
                let mut put = body.clone();
                normalize(&mut response(status, &mut put));
                if let Some(fields) = put.as_object_mut() {
                    fields.remove("has_more");
                }
                assert_eq!(put, responses[0], "{about}: {body}");
            }
        }
    }

    #[test]
    fn nested_error_without_code_matches_no_reading() {
        let body = json!({"error": {"error": "UNAUTHORIZED"}});
        assert_eq!(read("shape of an error", 401, &body), None);
    }

    #[test]
    fn moves_top_level_scopes_whatever_else_is_there() {
        let scopes = json!({"required_scopes": ["a"]});
        for details in [json!({}), scopes.clone(), json!(7)] {
            let mut body = json!({"required_scopes": ["a"], "details": details});
            let normalize = ambiguity("scopes in a 403").normalize.unwrap();
            normalize(&mut response(403, &mut body));
            assert_eq!(body, json!({"detail": scopes, "details": details}));
        }
    }

    /// Strings that ambiguities look for, and others.
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

    /// Bodies with the field names that ambiguities look at, and arbitrary values.
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
        // Bodies in which two ambiguities interfere are rare.
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn reads_any_body_without_panic_and_normalizes_once(
            mut body in bodies(),
            status in prop::sample::select(&[200_u16, 201, 401, 403, 404, 422, 429, 500][..]),
            operation in prop::sample::select(&[OperationId::ListOrders, OperationId::GetOrder][..]),
        ) {
            let mut response = ResponseView { operation, status, requested_id: "7", body: &mut body };
            for ambiguity in AMBIGUITIES {
                let other = (ambiguity.detect)(&response).filter(|reading| *reading != 0);
                if let (Some(_), Some(normalize)) = (other, ambiguity.normalize) {
                    normalize(&mut response);
                    let now = (ambiguity.detect)(&response);
                    prop_assert!(now.is_none_or(|now| now == 0), "{}: {:?}", ambiguity.about, response.body);
                }
            }
        }
    }
}
