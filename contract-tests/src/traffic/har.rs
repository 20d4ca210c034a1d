//! HTTP Archives (HAR 1.2) of browsers, proxies and the sandbox. What a tool leaves out is taken as not recorded.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use super::{
    TrafficError,
    recorded::{Answer, Header, Part, Recorded, Recording},
};

#[derive(Deserialize)]
struct Archive<'a> {
    #[serde(borrow)]
    log: Log<'a>,
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: Timestamp,
    #[serde(default)]
    time: Option<f64>,
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Named>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Response {
    status: i64,
    #[serde(default)]
    headers: Vec<Named>,
    #[serde(default)]
    content: Content,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    size: Option<i64>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default)]
    mime_type: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    value: String,
}

/// Reads an archive.
pub(super) fn read(text: &[u8]) -> Result<Recording, TrafficError> {
    let wrong = |error: &dyn std::fmt::Display| {
        TrafficError::NoRecording(format!(
            "is no HTTP Archive: {error}; it would be a JSON object with log.entries"
        ))
    };
    let archive: Archive<'_> = serde_json::from_slice(text).map_err(|error| wrong(&error))?;
    let entries = archive.log.entries.iter().enumerate();
    let read = entries.map(|(index, raw)| {
        entry(index, raw).map_err(|error| wrong(&format!("log.entries[{index}]: {error}")))
    });
    Ok(Recording::new(read.collect::<Result<_, _>>()?))
}

fn entry(index: usize, raw: &RawValue) -> Result<(Timestamp, Recorded), String> {
    let Entry {
        started_date_time,
        time,
        request,
        response,
    } = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    let url = Url::parse(&request.url).map_err(|error| format!("request.url: {error}"))?;
    let headers = recorded(request.headers);
    let body = match request.post_data {
        Some(data) => data
            .text
            .and_then(|text| decoded(text, data.encoding.as_deref())),
        None => None,
    };
    let recorded = Recorded {
        place: format!("entry {index}"),
        method: request.method,
        url,
        key: None,
        at: None,
        took: milliseconds(time),
        request: Part { headers, body },
        answer: answer(response),
    };
    Ok((started_date_time, recorded))
}

/// Nothing came where browsers write 0 or less.
fn answer(response: Response) -> Option<Answer> {
    let status = u16::try_from(response.status)
        .ok()
        .filter(|status| *status >= 100)?;
    let content = response.content;
    let mut headers = recorded(response.headers);
    let named = |headers: &[Header]| {
        let mut names = headers.iter().map(|(name, _)| name);
        names.any(|name| name.eq_ignore_ascii_case("content-type"))
    };
    if !content.mime_type.is_empty()
        && let Some(headers) = &mut headers
        && !named(headers)
    {
        headers.push(("content-type".to_owned(), content.mime_type));
    }
    let body = match content.text {
        Some(text) => decoded(text, content.encoding.as_deref())
            // What is shorter than it was has been cut by whoever recorded it.
            .filter(|body| {
                content
                    .size
                    .is_none_or(|size| size <= 0 || body.len() as u64 >= size.unsigned_abs())
            }),
        None => (content.size == Some(0)).then(Vec::new),
    };
    Some(Answer {
        status,
        code: None,
        part: Part { headers, body },
    })
}

/// No headers at all means that they were not recorded; names that begin with a colon are HTTP/2's own.
fn recorded(headers: Vec<Named>) -> Option<Vec<Header>> {
    let headers = headers.into_iter().map(|one| (one.name, one.value));
    let headers: Vec<_> = headers.filter(|(name, _)| !name.starts_with(':')).collect();
    (!headers.is_empty()).then_some(headers)
}

fn decoded(text: String, encoding: Option<&str>) -> Option<Vec<u8>> {
    match encoding {
        Some("base64") => BASE64_STANDARD.decode(text).ok(),
        Some("") | None => Some(text.into_bytes()),
        Some(_) => None,
    }
}

fn milliseconds(time: Option<f64>) -> Duration {
    let seconds = time.unwrap_or_default() / 1_000.0;
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
