//! The journal as an HTTP Archive (HAR 1.2), a format that browsers and many tools read.
//!
//! Names that start with `_` are custom fields, as the format requires. Unknown values are -1 or empty.

use std::borrow::Cow;

use http::StatusCode;
use schemas::oauth::Endpoint;
use serde_json::{Value, json};

use super::{CapturedBody, CapturedMessage, CapturedResponse, Entry, Journal, KeptBody};
use crate::{
    clock::rfc3339,
    journal::{Filter, RequestId},
};

/// The archive of entries, from a server at `origin`, such as `http://127.0.0.1:8000`.
pub(crate) fn archive(entries: &[(RequestId, u64, Entry)], origin: &str) -> Value {
    let entries: Vec<_> = entries
        .iter()
        .map(|(id, _, entry)| archived(*id, entry, origin))
        .collect();
    json!({"log": {
        "version": "1.2",
        "creator": {"name": "mock-server", "version": env!("CARGO_PKG_VERSION")},
        "comment": "credentials are masked; times are those of the organization's clock",
        "entries": entries,
    }})
}

fn archived(id: RequestId, entry: &Entry, origin: &str) -> Value {
    let milliseconds = to_milliseconds(entry.duration_us);
    let mut archived = json!({
        "startedDateTime": rfc3339(entry.at),
        "time": milliseconds,
        "request": request(entry, origin),
        "response": response(id, entry),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": entry.rejection.as_ref().map_or("", |rejection| &rejection.reason),
        "_capture": entry.capture.state(),
    });
    if entry.aborted {
        archived["_aborted"] = true.into();
    }
    archived
}

fn request(entry: &Entry, origin: &str) -> Value {
    let (_, query) = entry.target.split_once('?').unwrap_or_default();
    let query: Vec<_> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    let capture = entry.capture.kept();
    let message = capture.map(|capture| &capture.request);
    let body = message.and_then(|message| message.body.kept());
    let mut request = json!({
        "method": entry.method,
        "url": format!("{origin}{}", entry.target),
        "httpVersion": capture.map_or_else(|| "unknown".to_owned(), |capture| capture.http_version()),
        "cookies": [],
        "headers": message.map_or_else(Vec::new, |message| headers(message, None)),
        "queryString": query,
        "headersSize": -1,
        "bodySize": size(body),
    });
    if let (Some(message), Some(body)) = (message, body.filter(|body| body.length > 0)) {
        let mut data = content(body);
        data["mimeType"] = json!(media_type(message));
        request["postData"] = data;
    }
    request
}

/// The response that was sent.
fn response(id: RequestId, entry: &Entry) -> Value {
    let capture = entry.capture.kept();
    let sent = capture.and_then(|capture| {
        let on_the_wire = capture.on_the_wire.as_ref().map(|sent| &sent.response);
        on_the_wire.or(capture.response.as_ref())
    });
    let on_the_wire = capture.and_then(|capture| capture.on_the_wire.as_ref());
    let message = sent.map(|sent: &CapturedResponse| &sent.message);
    let body = message.and_then(|message| message.body.kept());
    let media_type = message.map_or(Cow::Borrowed(usual_media_type(entry)), media_type);
    let mut response_content = response_content(body, message);
    response_content["mimeType"] = json!(media_type);
    // Browsers write 0 if there was no response.
    let mut response = json!({
        "status": entry.status().unwrap_or_default(),
        "statusText": entry.status.and_then(|status| status.canonical_reason()).unwrap_or_default(),
        "httpVersion": capture.map_or_else(|| "unknown".to_owned(), |capture| capture.http_version()),
        "cookies": [],
        "headers": message.map_or_else(
            || vec![json!({"name": schemas::headers::REQUEST_ID, "value": id.to_string()})],
            |message| headers(message, Some(id)),
        ),
        "content": response_content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": size(body),
    });
    if let Some(sent) = on_the_wire {
        if let (Some(body), 1..) = (body, sent.spaces) {
            response["content"]["size"] = json!(body.length as u64 + sent.spaces);
            response["content"]["_cut"] = true.into();
        }
        if let Some(transfer) = &sent.transfer {
            // As browsers mark a response that they did not receive in full.
            let name = if sent.whole { "_transfer" } else { "_error" };
            response[name] = json!(transfer);
        }
        if let Some(raw) = sent.raw.as_ref().and_then(CapturedBody::kept) {
            response["_raw"] = content(raw);
        }
    }
    response
}

/// The content of a response, but for its media type. The format has bodies decoded.
fn response_content(body: Option<&KeptBody>, message: Option<&CapturedMessage>) -> Value {
    match (body, message) {
        (Some(body), Some(message)) if is_encoded(message) => {
            let (text, encoding) = body.encoded();
            json!({"size": -1, "_encoded": {"text": text, "encoding": encoding}})
        }
        (Some(body), _) => content(body),
        (None, _) => json!({"size": -1}),
    }
}

/// The bytes of a body in the archive; -1 if they are unknown.
fn size(body: Option<&KeptBody>) -> i64 {
    body.map_or(-1, |body| i64::try_from(body.length).unwrap_or(i64::MAX))
}

fn headers(message: &CapturedMessage, id: Option<RequestId>) -> Vec<Value> {
    let headers = message.headers(id);
    headers
        .map(|header| json!({"name": header.name, "value": header.value}))
        .collect()
}

/// A body. Its size is that of the whole body without masks.
fn content(body: &KeptBody) -> Value {
    let (text, encoding) = body.encoded();
    let mut content = json!({"size": body.length, "text": text});
    if let Some(encoding) = encoding {
        content["encoding"] = encoding.into();
    }
    if body.cut {
        content["_cut"] = true.into();
    }
    if body.masked {
        content["_masked"] = true.into();
    }
    content
}

/// Whether a body has a content coding.
fn is_encoded(message: &CapturedMessage) -> bool {
    let mut headers = message.headers.iter();
    headers.any(|header| header.name == "content-encoding" && header.value != "identity")
}

fn media_type(message: &CapturedMessage) -> Cow<'_, str> {
    let mut headers = message.headers.iter();
    let found = headers.find(|header| header.name == "content-type");
    found.map_or(Cow::Borrowed(""), |header| header.value)
}

/// The media type of a response that is not captured. It is empty if the response has no body, or if that is
/// unknown.
fn usual_media_type(entry: &Entry) -> &'static str {
    match (entry.endpoint, entry.status) {
        (Some(Endpoint::Authorize | Endpoint::Revoke), _)
        | (_, None | Some(StatusCode::NO_CONTENT)) => "",
        (_, Some(_)) => "application/json",
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no answer takes so long that it counts"
)]
fn to_milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1_000.0
}

impl Journal {
    /// The matching entries, with their ids and sequence numbers.
    pub(crate) fn with_ids(
        &self,
        filter: &Filter,
        after: u64,
    ) -> impl Iterator<Item = (RequestId, u64, &Entry)> {
        self.matching(filter, after)
            .map(|(sequence, entry)| (self.ids.id(sequence), sequence, entry))
    }
}
