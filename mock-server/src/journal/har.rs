//! A journal as an HTTP Archive (HAR 1.2), a format that browsers and many tools read.
//!
//! The journal contains no bodies, and few of the headers. Unknown values are -1 or empty, as the format requires.

use http::StatusCode;
use schemas::oauth::Endpoint;
use serde_json::{Value, json};

use super::{Entry, Filter, Journal};
use crate::{clock::rfc3339, journal::RequestId};

/// The archive of matching entries, from a server at `origin`, such as `http://127.0.0.1:8000`.
pub(crate) fn archive<'a>(
    entries: impl Iterator<Item = (RequestId, &'a Entry)>,
    origin: &str,
) -> Value {
    let entries: Vec<_> = entries
        .map(|(id, entry)| archived(id, entry, origin))
        .collect();
    json!({"log": {
        "version": "1.2",
        "creator": {"name": "mock-server", "version": env!("CARGO_PKG_VERSION")},
        "comment": "without bodies; times are those of the organization's clock",
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
    });
    if entry.aborted {
        // The format reserves names that start with `_` for custom fields.
        archived["_aborted"] = true.into();
    }
    archived
}

fn request(entry: &Entry, origin: &str) -> Value {
    let (_, query) = entry.target.split_once('?').unwrap_or_default();
    let query: Vec<_> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    json!({
        "method": entry.method,
        "url": format!("{origin}{}", entry.target),
        "httpVersion": "unknown",
        "cookies": [],
        "headers": [],
        "queryString": query,
        "headersSize": -1,
        "bodySize": -1,
    })
}

fn response(id: RequestId, entry: &Entry) -> Value {
    // Browsers write 0 if there was no response.
    json!({
        "status": entry.status().unwrap_or_default(),
        "statusText": entry.status.and_then(|status| status.canonical_reason()).unwrap_or_default(),
        "httpVersion": "unknown",
        "cookies": [],
        "headers": [{"name": "X-Request-Id", "value": id.to_string()}],
        "content": {"size": -1, "mimeType": media_type(entry)},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    })
}

/// The media type of the response. It is empty if the response has no body, or if that is unknown.
fn media_type(entry: &Entry) -> &'static str {
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
    /// The matching entries, with their ids.
    pub(crate) fn with_ids(
        &self,
        filter: &Filter,
        after: u64,
    ) -> impl Iterator<Item = (RequestId, &Entry)> {
        self.matching(filter, after)
            .map(|(sequence, entry)| (self.ids.id(sequence), entry))
    }
}
