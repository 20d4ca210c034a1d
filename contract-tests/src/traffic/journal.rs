//! The sandbox's journal as NDJSON: targets, statuses and times, without headers and bodies.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::{
    TrafficError,
    recorded::{Answer, Part, Recorded, Recording},
};

/// The journal has no host; all of it is of one server.
const ORIGIN: &str = "http://sandbox";

#[derive(Deserialize)]
struct Line {
    at: Timestamp,
    method: String,
    target: String,
    key: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    #[serde(default)]
    duration_us: u64,
}

/// Reads a journal.
pub(super) fn read(text: &[u8]) -> Result<Recording, TrafficError> {
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    let filled = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    let read = filled.map(|(index, line)| {
        let number = index + 1;
        let entry = serde_json::from_slice(line).map_err(|error| error.to_string());
        entry
            .and_then(|line| recorded(number, line))
            .map_err(|error| {
                TrafficError::NoRecording(format!(
                    "is no journal: line {number}: {error}; each would be an entry of the sandbox's journal/ndjson"
                ))
            })
    });
    Ok(Recording::new(read.collect::<Result<_, _>>()?))
}

fn recorded(number: usize, line: Line) -> Result<(Timestamp, Recorded), String> {
    let url = Url::parse(ORIGIN)
        .and_then(|origin| origin.join(&line.target))
        .map_err(|error| format!("target: {error}"))?;
    let recorded = Recorded {
        place: format!("line {number}"),
        method: line.method,
        url,
        key: line.key,
        at: None,
        took: Duration::from_micros(line.duration_us),
        request: Part::default(),
        answer: line.status.map(|status| Answer {
            status,
            code: line.code,
            part: Part::default(),
        }),
    };
    Ok((line.at, recorded))
}
