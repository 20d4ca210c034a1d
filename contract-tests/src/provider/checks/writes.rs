//! What a write stores: the values that were sent, and nothing else.

use std::{collections::BTreeSet, mem};

use http::Method;
use jiff::{SignedDuration, Timestamp};
use schemas::Operation;
use serde_json::{Map, Value, json};

use super::authentication::note_varying;
use crate::{
    contract::correspondence::{VERSION, expect_sent_values, field, readback_of},
    finding::{ApiRequest, Bearer, Exchange, NotPassed, Outcome},
    provider::{check_context, session::Session},
};

/// A field of the response that is about the change, not the object.
const STRIPPED_FIELDS: &str = "stripped_fields";
/// The time of the last change.
const UPDATED_AT: &str = "updated_at";
/// The largest difference between the times of two responses in a row.
const CLOSE: SignedDuration = SignedDuration::from_secs(2);

/// Whether another operation reads what it writes, in the same shape.
pub(super) fn writes(operation: &Operation) -> bool {
    operation.method != Method::GET && readback_of(operation).is_some()
}

/// A write, and the response to a read of the object afterwards.
struct WriteAndRead {
    /// The body of the write, without the version.
    sent: Map<String, Value>,
    response: Exchange,
    read: Exchange,
}

impl WriteAndRead {
    /// Sends a write and reads the object.
    async fn send(
        session: &Session,
        request: ApiRequest,
        key: &impl Bearer,
    ) -> Result<Self, NotPassed> {
        let response = session.send(request.clone()).await?;
        response.expect_success()?;
        let reader = request.operation.and_then(readback_of);
        let reader =
            reader.ok_or_else(|| NotPassed::Skipped("needs an operation that reads".into()))?;
        let id = if !reader.has_id() {
            String::new()
        } else if request.id().is_empty() {
            response.text_at("/id")?
        } else {
            request.id().to_owned()
        };
        let read = session.send(ApiRequest::on(reader, &id).key(key)).await?;
        read.expect_status(200)?;
        let mut body = request.body_json();
        let mut sent = body.as_object_mut().map(mem::take).unwrap_or_default();
        sent.remove(VERSION);
        Ok(Self {
            sent,
            response,
            read,
        })
    }

    /// Both responses have the values that were sent, in the fields that they have.
    fn expect_sent_values(&self) -> Outcome {
        expect_sent_values(&self.response, &self.sent)?;
        expect_sent_values(&self.read, &self.sent)
    }

    /// At least one sent value can be read back, as a field or as a row with its id. Otherwise the check proves nothing.
    fn require_readable(&self) -> Outcome {
        let rows = self.read.rows();
        let mut ids = self.sent.values().filter_map(Value::as_array).flatten();
        let is_row = |id: &Value| rows.iter().any(|row| row["id"] == *id);
        let mut names = self.sent.keys();
        let both = [&self.response, &self.read];
        // If only the response to the write has it, the two differ.
        if names.any(|name| both.iter().any(|one| field(one, name).is_some())) || ids.any(is_row) {
            return Ok(());
        }
        let reason = "needs a field that can be read; none of the written ones is returned";
        Err(NotPassed::Skipped(reason.to_owned()))
    }
}

/// Whether two values are times that are so close that both may be those of the response.
fn is_about_now(one: Option<&Value>, other: Option<&Value>) -> bool {
    let time = |value: Option<&Value>| value?.as_str()?.parse::<Timestamp>().ok();
    let both = time(one).zip(time(other));
    both.is_some_and(|(one, other)| one.duration_since(other).abs() <= CLOSE)
}

/// Two values are equal, except in places that differ between two reads without a write, such as the time of a response.
pub(super) async fn expect_same(session: &Session, expected: &Value, read: &Exchange) -> Outcome {
    if expected == read.json() {
        return Ok(());
    }
    let Some(operation) = read.operation() else {
        return read.expect("$", expected, read.json());
    };
    let again = ApiRequest::on(operation, read.request.id()).with_authorization_of(&read.request);
    let again = session.send(again).await?;
    let mut varying = BTreeSet::new();
    note_varying(read.json(), again.json(), "", &mut varying);
    let [mut expected, mut actual] = [expected, read.json()].map(Value::clone);
    // A time without fractions of a second may be the same in two reads.
    let mut different = BTreeSet::new();
    note_varying(&expected, &actual, "", &mut different);
    varying.extend(different.into_iter().filter(|pointer| {
        let at = [&expected, &actual].map(|value| value.pointer(pointer));
        is_about_now(at[0], at[1])
    }));
    for pointer in &varying {
        for value in [&mut expected, &mut actual] {
            if let Some(place) = value.pointer_mut(pointer) {
                *place = Value::Null;
            }
        }
    }
    read.expect("$", &expected, &actual)
}

/// Makes a text of the body unique, if it has any: the server may have returned the example's text all along.
pub(super) fn with_unique_text(session: &Session, write: ApiRequest) -> ApiRequest {
    let mut body = write.body_json();
    let text = TEXTS.iter().find(|name| body[**name].is_string());
    let (Some(name), Some(operation)) = (text, write.operation) else {
        return write;
    };
    let mark = check_context::derived_name(session.seed(), operation.id.as_str(), 0);
    body[*name] = json!(format!(
        "{} {mark}",
        body[*name].as_str().unwrap_or_default()
    ));
    write.body(body.to_string())
}

pub(super) async fn readback(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let valid = tenant.valid_request(operation, &key).await?;
    let mut write = with_unique_text(session, valid.clone());
    let mut seen = None;
    if let Some(reader) = readback_of(operation).filter(|_| operation.method != Method::POST) {
        let before = session
            .send(ApiRequest::on(reader, write.id()).key(&key))
            .await?;
        let sent = write.body_json();
        let sent = sent.as_object().into_iter().flatten();
        let sent = sent.filter(|(name, _)| *name != VERSION);
        let mut changes = sent.filter_map(|(name, sent)| Some(before.json().get(name)? != sent));
        if changes
            .next()
            .is_some_and(|first| !first && !changes.any(|one| one))
        {
            let reason =
                "needs an object that the update would change; it already has these values";
            return Err(NotPassed::Skipped(reason.to_owned()));
        }
        seen = Some(before);
    }
    if operation.method == Method::PUT {
        // What is written again replaces it.
        session.send(valid).await?.expect_success()?;
    }
    if operation.method == Method::PATCH
        && let Some(before) = seen
    {
        if session.is_sandbox() {
            // Changed in the same second as it was created, it may have the same times.
            tenant.advance(1).await?;
        }
        let after = changes_one_field(session, &write, &before, &key).await?;
        write = based_on(write, &after);
    }
    let result = WriteAndRead::send(session, write.clone(), &key).await?;
    result.expect_sent_values()?;
    result.require_readable()?;
    let fields = result.response.json().as_object();
    let is_some = fields.is_some_and(|fields| !fields.is_empty());
    let body = result.response.json().clone();
    result
        .response
        .expect_that(is_some, "$", "what was written", body)?;
    let mut returned = result.response.json().clone();
    if let Some(returned) = returned.as_object_mut() {
        returned.remove(STRIPPED_FIELDS);
    }
    expect_same(session, &returned, &result.read).await?;
    if operation.method == Method::PATCH {
        if session.is_sandbox() {
            tenant.advance(1).await?;
        }
        changes_one_field(session, &write, &result.read, &key).await?;
    }
    Ok(())
}

/// The same update of the version in this response, if it names one.
fn based_on(write: ApiRequest, read: &Exchange) -> ApiRequest {
    let mut body = write.body_json();
    if body.get(VERSION).is_none() {
        return write;
    }
    body[VERSION] = read.at("/version");
    write.body(body.to_string())
}

/// Updates a single field, to a value that it did not have; every other one keeps its value. Returns the object.
async fn changes_one_field(
    session: &Session,
    write: &ApiRequest,
    before: &Exchange,
    key: &impl Bearer,
) -> Result<Exchange, NotPassed> {
    let written = write.body_json();
    let names = TEXTS.iter().find(|name| written[**name].is_string());
    let Some(name) = names else {
        let reason = "needs a text field in the update";
        return Err(NotPassed::Skipped(reason.to_owned()));
    };
    let old = before.json()[name].as_str().unwrap_or_default();
    let mark = if old.ends_with(" II") { "I" } else { " II" };
    let mut body = json!({*name: format!("{old}{mark}")});
    if written.get(VERSION).is_some() {
        body[VERSION] = before.at("/version");
    }
    let result = WriteAndRead::send(session, write.clone().body(body.to_string()), key).await?;
    result.expect_sent_values()?;
    let read = result.read.json();
    let mut expected = before.json().clone();
    for changed in [*name, VERSION, UPDATED_AT] {
        if let (Some(value), Some(expected)) = (read.get(changed), expected.as_object_mut()) {
            expected.insert(changed.to_owned(), value.clone());
        }
    }
    expect_same(session, &expected, &result.read).await?;
    if session.is_sandbox() {
        is_changed_later(before, &result.read)?;
    }
    Ok(result.read)
}

/// The time of the change is that of the last one. The clock has moved between the two.
fn is_changed_later(before: &Exchange, after: &Exchange) -> Outcome {
    let time = |read: &Exchange| read.json()[UPDATED_AT].as_str()?.parse::<Timestamp>().ok();
    let is_later = time(before)
        .zip(time(after))
        .is_none_or(|(one, other)| one < other);
    let (at, expected) = (format!("$.{UPDATED_AT}"), "later than before the update");
    after.expect_that(is_later, &at, expected, after.json()[UPDATED_AT].clone())
}

/// Fields with free text.
const TEXTS: &[&str] = &[
    "title",
    "profile_name",
    "name",
    "description",
    "city",
    "country",
    "first_name",
    "last_name",
    "role",
    "comment",
    "ideal_customer_profile",
];
/// Latin letters with composed and combining marks, other scripts, and characters beyond the BMP, joined by one without a width;
/// what markup, SQL, shells and other languages take for something else; and spaces that carry no meaning.
const TEXT: &str = " Zo\u{eb} \u{141}\u{f3}d\u{17a} e\u{301} \u{682a}\u{5f0f}\u{4f1a}\u{793e} \u{5d0}\u{5d1} \u{1f600} \u{1f469}\u{200d}\u{1f4bb} <b>M&amp;S</b> & O'Neil's \"A\" C:\\n  50%  ";
/// Further lines, with the line ends of forms on the web.
const LINES: &str = "\r\n\r\n- one\ttwo\r\n";
/// Fields that may have several lines.
const LONG_TEXTS: &[&str] = &["description", "comment", "ideal_customer_profile"];
/// An address whose letters must not change: mailboxes may depend on their case.
const ADDRESS: &str = "Zoe.Muster@Example.COM";
/// Fields with an address.
const ADDRESSES: &[&str] = &["email", "contact_email"];

/// Whether it writes free text that can be read back.
pub(super) fn writes_text(operation: &Operation) -> bool {
    writes(operation) && texts(operation).next().is_some()
}

fn texts(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let schema = super::properties::schema(operation);
    let known = move |name: &&str| schema["properties"].get(*name).is_some();
    TEXTS.iter().copied().filter(known)
}

pub(super) async fn texts_read_back(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let request = tenant.valid_request(operation, &key).await?;
    let mut body = request.body_json();
    for name in texts(operation) {
        let lines = if LONG_TEXTS.contains(&name) {
            LINES
        } else {
            ""
        };
        body[name] = json!(format!("{TEXT}{lines}"));
    }
    for name in ADDRESSES {
        if body[*name].is_string() {
            body[*name] = json!(ADDRESS);
        }
    }
    let result = WriteAndRead::send(session, request.body(body.to_string()), &key).await?;
    result.expect_sent_values()?;
    let shown = texts(operation).any(|name| field(&result.read, name).is_some());
    let reason = "needs a text field that can be read; none of the written ones is returned";
    shown
        .then_some(())
        .ok_or_else(|| NotPassed::Skipped(reason.into()))
}
