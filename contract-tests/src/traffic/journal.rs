//! The sandbox's journal as NDJSON: targets, statuses and times, and headers and bodies of those requests that it captures.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::{
    TrafficError,
    masks::restored,
    recorded::{
        MalformedEntry, RecordedExchange, RecordedMessage, RecordedResponse, Recording,
        TimedExchange,
    },
};

/// The journal has no host, since it belongs to one server.
const ORIGIN: &str = "http://sandbox";

#[derive(Deserialize)]
struct Line {
    at: Timestamp,
    method: String,
    target: String,
    key: Option<String>,
    /// The subject of the access token, if the request had one.
    subject: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    #[serde(default)]
    duration_us: u64,
    #[serde(default)]
    request: Message,
    /// The response as the server made it.
    response: Option<Message>,
    /// What faults made of it.
    on_the_wire: Option<Message>,
}

#[derive(Default, Deserialize)]
struct Message {
    headers: Option<Vec<JournalHeader>>,
    #[serde(default)]
    body: Body,
    #[serde(default)]
    spaces_after_body: u64,
    /// Whether the client could receive all of a response.
    #[serde(default = "is_whole")]
    whole: bool,
}

#[derive(Deserialize)]
struct JournalHeader {
    name: String,
    value: String,
}

/// A body. One that is not kept has no text.
#[derive(Default, Deserialize)]
struct Body {
    text: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    masked: bool,
    #[serde(default)]
    cut: bool,
}

fn is_whole() -> bool {
    true
}

/// The base URL as this journal has it: a server's journal names no host, so only the path of a base URL counts.
pub(super) fn base(given: &Url) -> Url {
    let mut base = Url::parse(ORIGIN).expect("the origin is a URL");
    base.set_path(given.path());
    base
}

pub(super) fn read(text: &[u8]) -> Result<Recording, TrafficError> {
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    let filled = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    let (mut timed, mut unreadable) = (Vec::new(), Vec::new());
    for (index, line) in filled {
        let place = format!("line {}", index + 1);
        let line = serde_json::from_slice(line).map_err(|error| error.to_string());
        match line.and_then(|line| recorded(&place, line)) {
            Ok(one) => timed.push(one),
            Err(reason) => unreadable.push(MalformedEntry { place, reason }),
        }
    }
    Recording::new(timed, unreadable).map_err(|MalformedEntry { place, reason: why }| {
        TrafficError::NoRecording(format!(
            "is not a journal: {place}: {why}; expected lines of the sandbox's journal/ndjson"
        ))
    })
}

fn recorded(place: &str, line: Line) -> Result<TimedExchange, String> {
    let url = Url::parse(ORIGIN)
        .and_then(|origin| origin.join(&line.target))
        .map_err(|error| format!("target: {error}"))?;
    let took = Duration::from_micros(line.duration_us);
    let response = line.on_the_wire.or(line.response);
    let recorded = RecordedExchange {
        place: place.to_owned(),
        key: line.key.or(line.subject),
        took,
        head_after: took,
        request: line.request.recorded(),
        answer: line.status.map(|status| RecordedResponse {
            status,
            code: line.code,
            message: response.map(Message::recorded).unwrap_or_default(),
        }),
        ..RecordedExchange::new(&line.method, url)
    };
    Ok((line.at, recorded))
}

impl Message {
    fn recorded(self) -> RecordedMessage {
        let headers = self.headers.into_iter().flatten();
        // Names that start with a colon are HTTP/2 pseudo-headers.
        let headers = headers.filter(|header| !header.name.starts_with(':'));
        let headers: Vec<_> = headers.map(|one| (one.name, one.value)).collect();
        let is_encoded = headers.iter().any(|(name, coding)| {
            name == "content-encoding" && !coding.eq_ignore_ascii_case("identity")
        });
        let is_whole = self.whole && self.spaces_after_body == 0 && !self.body.cut && !is_encoded;
        RecordedMessage {
            headers: (!headers.is_empty()).then_some(headers),
            body: is_whole.then(|| self.body.bytes()).flatten(),
        }
    }
}

impl Body {
    fn bytes(self) -> Option<Vec<u8>> {
        let text = self.text?;
        let bytes = match self.encoding.as_deref() {
            None => text.into_bytes(),
            Some("base64") => BASE64_STANDARD.decode(text).ok()?,
            Some(_) => return None,
        };
        Some(if self.masked { restored(bytes) } else { bytes })
    }
}
