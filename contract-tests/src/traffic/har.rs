//! HTTP Archives (HAR 1.2) of browsers, proxies and the sandbox, also zipped with their bodies as Playwright writes them.
//! What a tool leaves out counts as not recorded, and a malformed entry does not affect the others.

mod attached;
mod body;
mod lenient;

use std::time::Duration;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jiff::Timestamp;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, value::RawValue};
use url::Url;

pub(super) use self::attached::AttachedFiles;
use self::body::{BodyHints, Change};
use super::{
    TrafficError,
    recorded::{
        Header, MalformedEntry, RecordedExchange, RecordedMessage, RecordedResponse, Recording,
        TimedExchange,
    },
};

/// The media type that browsers record for a response without one.
const NO_MEDIA_TYPE: &str = "x-unknown";
/// The header of a redirect that the browser made up, as for HSTS; no server sent it.
const MADE_BY_BROWSER: &str = "non-authoritative-reason";
/// Tools pad base64, or do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

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
    #[serde(default, deserialize_with = "lenient::number")]
    time: Option<f64>,
    #[serde(default)]
    timings: Option<Timings>,
    request: Request,
    response: Response,
    /// Playwright: the page aborted the request.
    #[serde(
        default,
        deserialize_with = "lenient::or_default",
        rename = "_wasAborted"
    )]
    was_aborted: bool,
    /// Chrome: its cache has answered, and few headers of the request are recorded.
    #[serde(default, rename = "_fromCache")]
    from_cache: Option<IgnoredAny>,
    /// The sandbox: whether it has kept headers and bodies. Only the sandbox writes this.
    #[serde(default, rename = "_capture")]
    capture: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct Timings {
    #[serde(default, deserialize_with = "lenient::number")]
    receive: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    headers: Vec<HarHeader>,
    #[serde(default)]
    post_data: Option<Content>,
    #[serde(default, deserialize_with = "lenient::integer")]
    body_size: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(deserialize_with = "lenient::integer")]
    status: Option<i64>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    headers: Vec<HarHeader>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    content: Content,
    #[serde(default, deserialize_with = "lenient::integer")]
    body_size: Option<i64>,
    /// Chrome: the response was cut off or withheld from the page.
    #[serde(default, rename = "_error")]
    error: Option<Value>,
    /// Playwright: the same.
    #[serde(default, rename = "_failureText")]
    failure: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default, deserialize_with = "lenient::integer")]
    size: Option<i64>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    mime_type: String,
    #[serde(default, rename = "_file")]
    file: Option<String>,
    /// The sandbox: credentials in it are masked.
    #[serde(default, rename = "_masked")]
    masked: bool,
    /// The sandbox: the end is missing.
    #[serde(default, rename = "_cut")]
    cut: bool,
}

#[derive(Deserialize)]
struct HarHeader {
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    value: Option<String>,
}

/// Reads an archive, including the bodies that it stores in files.
pub(super) fn read(text: &[u8], attached: &mut AttachedFiles) -> Result<Recording, TrafficError> {
    let archive: Archive<'_> = serde_json::from_slice(text).map_err(|error| {
        TrafficError::NoRecording(format!(
            "is not an HTTP Archive: {error}; expected a JSON object with log.entries"
        ))
    })?;
    let mut timed = Vec::new();
    let (mut unreadable, mut made_by_browser) = (Vec::new(), 0);
    for (index, raw) in archive.log.entries.iter().enumerate() {
        let place = format!("entry {index}");
        match entry(raw) {
            Ok(entry) if is_made_by_browser(&entry.response) => made_by_browser += 1,
            Ok(entry) => match recorded(&place, entry, attached) {
                Ok(one) => timed.push(one),
                Err(reason) => unreadable.push(MalformedEntry { place, reason }),
            },
            Err(reason) => unreadable.push(MalformedEntry { place, reason }),
        }
    }
    normalize_methods(&mut timed);
    let recording = Recording::new(timed, unreadable);
    let mut recording = recording.map_err(|MalformedEntry { place, reason: why }| {
        TrafficError::NoRecording(format!("is not an HTTP Archive: {place}: {why}"))
    })?;
    recording.made_by_browser = made_by_browser;
    recording.missing_files = attached.missing;
    Ok(recording)
}

/// An entry, or where and how it is malformed.
fn entry(raw: &RawValue) -> Result<Entry, String> {
    let mut json = serde_json::Deserializer::from_str(raw.get());
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let reason = error.inner().to_string();
        // Line and column are relative to the entry, and thus useless to a reader.
        let reason = reason.split(" at line ").next().unwrap_or_default();
        match error.path().to_string().as_str() {
            "." => reason.to_owned(),
            path => format!("{path}: {reason}"),
        }
    })
}

/// A tool that writes methods in lower case does so for all requests. A single one was sent that way, which is wrong: methods are
/// case-sensitive.
fn normalize_methods(timed: &mut [TimedExchange]) {
    let mut methods = timed.iter_mut().map(|(_, exchange)| &mut exchange.method);
    if methods.all(|method| !method.contains(|one: char| one.is_ascii_uppercase())) {
        for (_, exchange) in timed {
            exchange.method.make_ascii_uppercase();
        }
    }
}

fn is_made_by_browser(response: &Response) -> bool {
    let mut names = response.headers.iter().map(|header| &header.name);
    names.any(|name| name.eq_ignore_ascii_case(MADE_BY_BROWSER))
}

fn recorded(
    place: &str,
    entry: Entry,
    attached: &mut AttachedFiles,
) -> Result<TimedExchange, String> {
    let Entry {
        started_date_time,
        time,
        timings,
        request,
        response,
        was_aborted,
        from_cache,
        capture,
    } = entry;
    let url = Url::parse(&request.url).map_err(|error| format!("request.url: {error}"))?;
    let took = milliseconds(time);
    let mut headers = headers(request.headers);
    if let Some(data) = &request.post_data {
        declare(headers.as_mut(), &data.mime_type);
    }
    let headers = headers.filter(|headers| from_cache.is_none() || has(headers, "authorization"));
    let mut hints = BodyHints::from_headers(headers.as_deref());
    hints.size = request.body_size;
    hints.is_size_exact = capture.is_some();
    hints.note(request.post_data.as_ref());
    let body = request.post_data.and_then(|data| bytes(data, attached));
    let recorded = RecordedExchange {
        place: place.to_owned(),
        took,
        head_after: took.saturating_sub(milliseconds(timings.and_then(|one| one.receive))),
        request: RecordedMessage {
            body: hints.body(body),
            headers,
        },
        answer: answer(response, was_aborted, attached)?,
        ..RecordedExchange::new(&request.method, url)
    };
    Ok((started_date_time, recorded))
}

/// Browsers record a status of 0 or less if there was no response.
fn answer(
    response: Response,
    was_aborted: bool,
    attached: &mut AttachedFiles,
) -> Result<Option<RecordedResponse>, String> {
    let Some(status) = response.status else {
        return Err("response.status: null is not a status".to_owned());
    };
    let Some(status) = u16::try_from(status).ok().filter(|status| *status >= 100) else {
        return Ok(None);
    };
    let mut headers = headers(response.headers);
    let mut hints = BodyHints::from_headers(headers.as_deref());
    let content = response.content;
    declare(headers.as_mut(), &content.mime_type);
    hints.size = response.body_size;
    hints.decoded_size = content.decoded_size();
    hints.note(Some(&content));
    hints.is_bodiless = matches!(status, 204 | 205 | 304);
    let is_whole = response.error.is_none() && response.failure.is_none() && !was_aborted;
    let body = is_whole
        .then(|| hints.body(bytes(content, attached)))
        .flatten();
    let message = RecordedMessage { headers, body };
    Ok(Some(RecordedResponse {
        status,
        code: None,
        message,
    }))
}

/// An empty list of headers means that they were not recorded; names that start with a colon are HTTP/2 pseudo-headers.
fn headers(headers: Vec<HarHeader>) -> Option<Vec<Header>> {
    let headers = headers
        .into_iter()
        .filter_map(|header| Some((header.name, header.value?)));
    let headers: Vec<_> = headers.filter(|(name, _)| !name.starts_with(':')).collect();
    (!headers.is_empty()).then_some(headers)
}

impl Content {
    fn is_base64(&self) -> bool {
        let encoding = self.encoding.as_deref();
        encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"))
    }

    /// The size of the decoded body. Some tools write that of the encoded text, which says nothing of it.
    fn decoded_size(&self) -> Option<i64> {
        let encoded = self.text.as_ref().filter(|_| self.is_base64());
        let encoded = encoded.and_then(|text| i64::try_from(text.len()).ok());
        self.size.filter(|size| encoded != Some(*size))
    }
}

fn has(headers: &[Header], name: &str) -> bool {
    headers
        .iter()
        .any(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// Adds the media type of a body as a header if none declares it.
fn declare(headers: Option<&mut Vec<Header>>, media_type: &str) {
    if let Some(headers) = headers
        && ![NO_MEDIA_TYPE, ""].contains(&media_type)
        && !has(headers, "content-type")
    {
        headers.push(("content-type".to_owned(), media_type.to_owned()));
    }
}

impl BodyHints {
    /// Notes what the sandbox says of a body that it has changed.
    fn note(&mut self, content: Option<&Content>) {
        self.change = match content {
            Some(content) if content.cut => Change::Cut,
            Some(content) if content.masked => Change::Masked,
            Some(_) | None => Change::None,
        };
    }
}

/// The bytes of a body, from the entry or from its file.
fn bytes(content: Content, attached: &mut AttachedFiles) -> Option<Vec<u8>> {
    if let Some(file) = content.file {
        return attached.read(&file);
    }
    let is_base64 = content.is_base64();
    let mut text = content.text?.into_bytes();
    match content.encoding.as_deref() {
        _ if is_base64 => {
            text.retain(|byte| !byte.is_ascii_whitespace());
            BASE64.decode(text).ok()
        }
        Some("") | None => Some(text),
        Some(_) => None,
    }
}

fn milliseconds(time: Option<f64>) -> Duration {
    let seconds = time.unwrap_or_default() / 1_000.0;
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
