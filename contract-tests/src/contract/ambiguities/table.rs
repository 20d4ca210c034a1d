//! The contradictions that show in responses: how to detect each reading, and how to rewrite it to the contract's.

use schemas::{
    ErrorCode, OperationId,
    fidelity::{CONTRADICTIONS, Contradiction},
};
use serde_json::{Map, Value, json};

/// What codes of 404s call unknown paths, which are no entities.
const ROUTES: [&str; 6] = ["ENDPOINT", "OPERATION", "PAGE", "PATH", "ROUTE", "URL"];

/// The parts of a response in which a contradiction can show.
pub(super) struct ResponseView<'a> {
    /// `None` for a path that no operation has.
    pub operation: Option<OperationId>,
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
    /// Rewrites a response that follows another reading to the first; `None` if all readings are equal.
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
/// The codes of the vendor's page on 400 for an invalid body or parameter. Only with details is the first one of these: the
/// contract has it without, for a malformed request.
const INVALID_INPUT: [&str; 5] = [
    "INVALID_REQUEST",
    "MISSING_FIELD",
    "INVALID_TYPE",
    "INVALID_ENUM",
    "INVALID_FORMAT",
];
/// The list in the details of a 403.
const SCOPES: &str = "required_scopes";
/// The list in the details of a validation error.
const INVALID_FIELDS: &str = "validation_errors";
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
                error.is_string() && response.body["message"].is_string(),
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
        about: "details of an error",
        at: "$.detail",
        detect: |response| {
            let has = |place: &str, name: &str| {
                let listed = response.body.pointer(&format!("{place}/{name}"));
                listed.is_some_and(Value::is_array)
            };
            match response.status {
                403 => first_true(["/detail", "", "/details"].map(|place| has(place, SCOPES))),
                400 | 422 => first_true([
                    has("/detail", INVALID_FIELDS),
                    false,
                    has("/details", INVALID_FIELDS),
                ]),
                _ => None,
            }
        },
        normalize: Some(|response| match response.body.as_object_mut() {
            Some(fields) if fields.get(SCOPES).is_some_and(Value::is_array) => {
                let beside = [SCOPES, "user_scopes"].map(|name| fields.remove_entry(name));
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
            let entity = response.code()?.strip_suffix("_NOT_FOUND");
            let entity = entity.filter(|name| !ROUTES.contains(name))?;
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
        about: "code of a validation error",
        at: "$.code",
        detect: |response| {
            let code = response
                .code()
                .filter(|_| [400, 422].contains(&response.status))?;
            let fields = &response.body["detail"][INVALID_FIELDS];
            let other = INVALID_INPUT.contains(&code);
            let plain = code == ErrorCode::InvalidRequest.as_str() && !fields.is_array();
            first_true([code == ErrorCode::ValidationError.as_str(), other && !plain])
        },
        // With 400 and without a list of the fields, it becomes the error of the contract that needs none.
        normalize: Some(|response| {
            let listed = response.body["detail"][INVALID_FIELDS].is_array();
            response.set_code(if listed || response.status == 422 {
                ErrorCode::ValidationError
            } else {
                ErrorCode::InvalidRequest
            });
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
            let names = ["orders", "items"].map(|name| response.body[name].is_array());
            first_true(names).filter(|_| response.is_list())
        },
        normalize: Some(|response| response.rename("items", "orders")),
    },
    Ambiguity {
        about: "end of a list in `items`",
        at: "$.has_more",
        detect: |response| {
            let body = &response.body;
            let there = body.get("has_more");
            let ends = [there.is_some_and(Value::is_boolean), there.is_none()];
            let page = body["items"].is_array() && body["total"].is_u64();
            first_true(ends).filter(|_| page && response.is_list_in_items())
        },
        normalize: Some(|response| {
            let body = &mut *response.body;
            let number = |name: &str| body[name].as_u64().unwrap_or_default();
            let rows = body["items"].as_array().map_or(0, Vec::len) as u64;
            let has_more = number("offset").saturating_add(rows) < number("total");
            body["has_more"] = json!(has_more);
        }),
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
        self.operation.is_some_and(|one| orders.contains(&one)) && self.status < 300
    }

    /// Whether it is a list of orders.
    fn is_list(&self) -> bool {
        self.operation == Some(OperationId::ListOrders) && self.status < 300
    }

    /// Whether it is any other list.
    fn is_list_in_items(&self) -> bool {
        let is_list =
            |one: OperationId| one != OperationId::ListOrders && one.operation().is_list();
        self.operation.is_some_and(is_list) && self.status < 300
    }
}

#[cfg(test)]
mod tests;
