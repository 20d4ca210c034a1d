//! The sandbox's journal as NDJSON: targets, statuses and times, without headers and bodies.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::{
    TrafficError,
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
            Err(why) => unreadable.push(MalformedEntry { place, why }),
        }
    }
    Recording::new(timed, unreadable).map_err(|MalformedEntry { place, why }| {
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
    let recorded = RecordedExchange {
        place: place.to_owned(),
        key: line.key.or(line.subject),
        took,
        head_after: took,
        answer: line.status.map(|status| RecordedResponse {
            status,
            code: line.code,
            message: RecordedMessage::default(),
        }),
        ..RecordedExchange::new(&line.method, url)
    };
    Ok((line.at, recorded))
}
