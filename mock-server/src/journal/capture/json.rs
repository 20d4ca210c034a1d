//! Captures as JSON.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value, json};

use super::{
    Capture, CapturedBody, CapturedHeader, CapturedMessage, CapturedResponse, KeptBody, OnTheWire,
};
use crate::journal::RequestId;

impl Capture {
    /// Adds the capture of the request with this id to an object: `http_version`, `request`, `response` and, if it
    /// differs, `on_the_wire`.
    pub(crate) fn describe(&self, id: RequestId, entry: &mut Value) {
        entry["http_version"] = self.http_version().into();
        add(&mut entry["request"], message(&self.request, None));
        let response = self.response.as_ref();
        entry["response"] = response.map_or(Value::Null, |captured| describe(captured, id).into());
        if let Some(sent) = &self.on_the_wire {
            entry["on_the_wire"] = on_the_wire(sent, id);
        }
    }

    /// The version of HTTP, such as `HTTP/1.1`.
    pub(crate) fn http_version(&self) -> String {
        format!("{:?}", self.version)
    }
}

impl CapturedMessage {
    /// The headers; of a response, with its id.
    pub(crate) fn headers(
        &self,
        id: Option<RequestId>,
    ) -> impl Iterator<Item = CapturedHeader<'_>> {
        let id = id.map(|id| CapturedHeader {
            name: schemas::headers::REQUEST_ID,
            value: id.to_string().into(),
            masked: false,
        });
        self.headers.iter().chain(id)
    }
}

impl KeptBody {
    /// The body as text, and how it is encoded if it is not text itself.
    pub(crate) fn encoded(&self) -> (String, Option<&'static str>) {
        match self.text() {
            Some(text) => (text.to_owned(), None),
            None => (BASE64_STANDARD.encode(&self.bytes), Some("base64")),
        }
    }
}

/// Adds the members of one object to another.
fn add(object: &mut Value, more: Map<String, Value>) {
    if let Value::Object(members) = object {
        members.extend(more);
    } else {
        *object = more.into();
    }
}

fn on_the_wire(sent: &OnTheWire, id: RequestId) -> Value {
    let mut described = describe(&sent.response, id);
    if sent.spaces > 0 {
        described.insert("spaces_after_body".to_owned(), sent.spaces.into());
    }
    described.insert("whole".to_owned(), sent.whole.into());
    if let Some(transfer) = &sent.transfer {
        described.insert("transfer".to_owned(), json!(transfer));
    }
    if let Some(raw) = &sent.raw {
        described.insert("raw".to_owned(), body(raw));
    }
    described.into()
}

fn describe(response: &CapturedResponse, id: RequestId) -> Map<String, Value> {
    let mut described = message(&response.message, Some(id));
    described.insert("status".to_owned(), response.status.as_u16().into());
    described
}

fn message(message: &CapturedMessage, id: Option<RequestId>) -> Map<String, Value> {
    let header = |header: CapturedHeader<'_>| json!({"name": header.name, "value": header.value, "masked": header.masked});
    let headers: Vec<_> = message.headers(id).map(header).collect();
    let members = [("headers", headers.into()), ("body", body(&message.body))];
    members
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

fn body(body: &CapturedBody) -> Value {
    match body {
        CapturedBody::Absent(absent) => json!({"absent": <&str>::from(absent)}),
        CapturedBody::Kept(kept) => {
            let (text, encoding) = kept.encoded();
            json!({
                "text": text,
                "encoding": encoding,
                "size": kept.length,
                "masked": kept.masked,
                "cut": kept.cut,
            })
        }
    }
}
