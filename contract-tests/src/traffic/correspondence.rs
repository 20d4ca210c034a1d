//! Judges a response against its request: a list against its limit and offset, an object against the id in the path, an error
//! against what is missing, and what was written against what comes back; and its times.

use std::borrow::Cow;

use http::{HeaderValue, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use schemas::{ErrorCode, Operation};
use serde_json::{Map, Value, json};

use super::{credential::Credential, recorded::RecordedExchange, table};
use crate::{
    contract::{
        EchoDetector, consistency, correspondence, correspondence::VERSION, expect_own_statements,
        expect_within_limit,
    },
    finding::{Exchange, Outcome},
};

/// Maximum size in bytes of a body whose values are compared; those of the contract are far smaller.
const MAX_COMPARED: usize = 256 * 1024;
/// The field of an update with the names of the fields that it changes.
const UPDATE_MASK: &str = "update_mask";
/// The field of a response with the names of fields that it did not take over.
const STRIPPED_FIELDS: &str = "stripped_fields";

/// A request with its response, which is as documented.
pub(super) struct Judged<'a> {
    pub(super) operation: &'static Operation,
    pub(super) request: &'a RecordedExchange,
    pub(super) credential: &'a Credential<'a>,
    pub(super) response: &'a Exchange,
}

impl Judged<'_> {
    /// The outcomes of the rules that it exercises.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (&'static str, Outcome)> {
        [
            (
                table::LIMIT,
                expect_within_limit(self.operation, self.response),
            ),
            (
                table::PAGE,
                expect_own_statements(self.operation, self.response),
            ),
            (
                table::OBJECT,
                consistency::names_its_object(self.operation, self.response),
            ),
            (
                table::CONSISTENT,
                Some(consistency::expect_possible(self.operation, self.response)),
            ),
            (table::MISSING, self.missing()),
            (table::WRITTEN, self.written()),
            (table::SECRET, self.secret()),
        ]
        .into_iter()
        .filter_map(|(id, outcome)| Some((id, outcome?)))
    }

    /// The id in the path, decoded.
    fn id(&self) -> Option<Cow<'_, str>> {
        let id = self.response.id();
        let decoded = percent_decode_str(id).decode_utf8().ok()?;
        (!decoded.is_empty()).then_some(decoded)
    }

    /// An error about a missing object names the one in the path, or one that the request refers to. Servers may write an id in
    /// another case, and below an object, what is missing may be a part of it.
    fn missing(&self) -> Option<Outcome> {
        let error = self.response;
        if error.status != StatusCode::NOT_FOUND
            || error.at("/code") != json!(ErrorCode::EntityNotFound)
        {
            return None;
        }
        let (id, actual) = (self.id()?, error.at("/identifier"));
        let actual = actual.as_str()?;
        let is_same = id.eq_ignore_ascii_case(actual);
        if !is_same && self.may_refer_to(actual) {
            return None;
        }
        let id = if is_same { actual } else { &*id };
        Some(if self.operation.path.ends_with("{id}") {
            correspondence::expect_missing(error, id, self.operation.entity())
        } else {
            error.expect("$.identifier", &json!(id), &json!(actual))
        })
    }

    fn may_refer_to(&self, id: &str) -> bool {
        let is_id = |text: &str| text.eq_ignore_ascii_case(id);
        let mut query = self.request.url.query_pairs();
        if query.any(|(_, value)| value.split(',').any(is_id)) {
            return true;
        }
        match self.sent() {
            Some(body) => has_text(&body, &is_id),
            // What was not recorded may refer to anything.
            None => self.operation.request.is_some(),
        }
    }

    /// What was written comes back. Values that the server completes are not compared: objects, and `null`.
    fn written(&self) -> Option<Outcome> {
        let is_write = self.operation.method != Method::GET && self.response.status.is_success();
        if !is_write || correspondence::readback_of(self.operation).is_none() {
            return None;
        }
        let stripped = self.response.json().get(STRIPPED_FIELDS);
        let names = |names: &Value, name: &str| has_text(names, &|one| one == name);
        let is_stripped = |name: &str| stripped.is_some_and(|stripped| names(stripped, name));
        let Some(Value::Object(sent)) = self.sent() else {
            return None;
        };
        let mask = sent.get(UPDATE_MASK).cloned();
        let is_written = |name: &str| mask.as_ref().is_none_or(|mask| names(mask, name));
        let is_written = |name: &str| name != VERSION && is_written(name) && !is_stripped(name);
        let sent: Map<_, _> = sent
            .into_iter()
            .filter(|(name, value)| is_written(name) && is_plain(value))
            .collect();
        sent.keys()
            .any(|name| correspondence::field(self.response, name).is_some())
            .then(|| correspondence::expect_sent_values(self.response, &sent))
    }

    /// The body of the request as JSON, if it was recorded and is small.
    fn sent(&self) -> Option<Value> {
        let body = self.request.request.body.as_deref()?;
        let body = (body.len() <= MAX_COMPARED).then_some(body)?;
        serde_json::from_slice(body).ok()
    }

    /// The response does not repeat the key.
    fn secret(&self) -> Option<Outcome> {
        let Credential::Full(_) = self.credential else {
            return None;
        };
        let value = self
            .request
            .request
            .all(header::AUTHORIZATION.as_str())
            .next()?;
        let value = HeaderValue::try_from(value).ok()?;
        EchoDetector::expect_no_echo(&value, self.response)
    }
}

/// Whether a value is a scalar, or a list of scalars.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Object(_) => false,
        Value::Array(items) => !items.iter().any(|item| item.is_array() || item.is_object()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Whether a value is such a text, or has one somewhere.
fn has_text(value: &Value, is_it: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_it(text),
        Value::Array(items) => items.iter().any(|item| has_text(item, is_it)),
        Value::Object(fields) => fields.values().any(|field| has_text(field, is_it)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
