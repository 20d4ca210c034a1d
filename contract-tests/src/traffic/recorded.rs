//! A recorded exchange. Parts that were not recorded are distinguished from empty ones.

use std::time::Duration;

use schemas::ErrorCode;
use serde::Deserialize;
use url::Url;

/// A header as it was recorded.
pub(super) type Header = (String, String);

/// The recorded part of a request or a response.
#[derive(Debug, Default)]
pub(super) struct RecordedMessage {
    /// Its headers, if they were recorded.
    pub headers: Option<Vec<Header>>,
    /// Its body, if it was recorded in full.
    pub body: Option<Vec<u8>>,
}

impl RecordedMessage {
    /// The values of all headers with that name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.headers.iter().flatten();
        headers
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A response.
#[derive(Debug)]
pub(super) struct RecordedResponse {
    /// Its status.
    pub status: u16,
    /// The error code, if the recording has it beside the body.
    pub code: Option<String>,
    /// Headers and body.
    pub message: RecordedMessage,
}

impl RecordedResponse {
    /// Whether its body was recorded, and is not empty.
    pub(super) fn has_body(&self) -> bool {
        let body = self.message.body.as_ref();
        body.is_some_and(|body| !body.is_empty())
    }

    /// The error code of the contract that it has, beside the body or in it.
    pub(super) fn error_code(&self) -> Option<ErrorCode> {
        #[derive(Deserialize)]
        struct Coded {
            code: String,
        }
        let in_body = || {
            let body = self.message.body.as_deref()?;
            Some(serde_json::from_slice::<Coded>(body).ok()?.code)
        };
        self.code.clone().or_else(in_body)?.parse().ok()
    }
}

/// A request and its response.
#[derive(Debug)]
pub(super) struct RecordedExchange {
    /// Its place in the recording, for messages.
    pub place: String,
    /// Its method.
    pub method: String,
    /// Its URL.
    pub url: Url,
    /// The key of the request, or its mask.
    pub key: Option<String>,
    /// Whether the proxy saw it, so that nothing is missing.
    pub is_live: bool,
    /// Whether a credential that is missing was not sent: the source keeps those of other requests.
    pub keeps_credentials: bool,
    /// When it was sent, relative to the first exchange; `None` if all times of the recording are equal.
    pub at: Option<Duration>,
    /// How long it took.
    pub took: Duration,
    /// The time until the head of the response.
    pub head_after: Duration,
    /// The request.
    pub request: RecordedMessage,
    /// The response, if there was one.
    pub answer: Option<RecordedResponse>,
}

impl RecordedExchange {
    /// A request with only a method and a URL, without a response.
    pub(super) fn new(method: &str, url: Url) -> Self {
        Self {
            place: String::new(),
            method: method.to_owned(),
            url,
            key: None,
            is_live: false,
            keeps_credentials: false,
            at: None,
            took: Duration::ZERO,
            head_after: Duration::ZERO,
            request: RecordedMessage::default(),
            answer: None,
        }
    }

    /// Removes the bodies that match, as if they had not been recorded; returns their number.
    pub(super) fn leave_out_bodies(&mut self, matches: impl Fn(&[u8]) -> bool) -> usize {
        let response = self.answer.as_mut().map(|answer| &mut answer.message);
        let messages = [Some(&mut self.request), response].into_iter().flatten();
        let left_out = messages.filter_map(|message| message.body.take_if(|body| matches(body)));
        left_out.count()
    }
}

/// An exchange and when it began.
pub(super) type TimedExchange = (jiff::Timestamp, RecordedExchange);

/// A malformed entry of a recording.
#[derive(Debug)]
pub(super) struct MalformedEntry {
    /// Its place in the recording, for messages.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

/// A recording.
#[derive(Debug, Default)]
pub(super) struct Recording {
    /// Its exchanges, in its order.
    pub exchanges: Vec<RecordedExchange>,
    /// Entries that could not be read.
    pub unreadable: Vec<MalformedEntry>,
    /// Exchanges that the browser made up, and that no server has seen.
    pub made_by_browser: usize,
    /// Number of bodies in files that could not be read.
    pub missing_files: usize,
}

impl Recording {
    /// Exchanges with their start times. If the recording's clock stands still, waits cannot be measured, so the times are
    /// dropped. Fails if no entry could be read.
    pub(super) fn new(
        timed: Vec<TimedExchange>,
        mut unreadable: Vec<MalformedEntry>,
    ) -> Result<Self, MalformedEntry> {
        if timed.is_empty() && !unreadable.is_empty() {
            return Err(unreadable.swap_remove(0));
        }
        let times = || timed.iter().map(|(at, _)| *at);
        let (first, last) = (times().min(), times().max());
        let exchanges = timed.into_iter().map(|(at, mut exchange)| {
            let since = first.filter(|_| first != last);
            exchange.at = since.map(|first| at.duration_since(first).unsigned_abs());
            exchange
        });
        Ok(Self {
            exchanges: exchanges.collect(),
            unreadable,
            ..Self::default()
        })
    }
}
