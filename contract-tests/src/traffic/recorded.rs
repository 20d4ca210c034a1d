//! An exchange as a recording has it: what is not in it is told apart from what is empty.

use std::time::Duration;

use url::Url;

/// A header as it was recorded.
pub(super) type Header = (String, String);

/// What is known of a request or an answer.
#[derive(Debug, Default)]
pub(super) struct RecordedMessage {
    /// Its headers, where they were recorded.
    pub headers: Option<Vec<Header>>,
    /// Its body, where it was recorded in full.
    pub body: Option<Vec<u8>>,
}

impl RecordedMessage {
    /// All that headers of that name say.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.headers.iter().flatten();
        headers
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct RecordedResponse {
    /// Its status.
    pub status: u16,
    /// The error code, where the recording has it beside the body.
    pub code: Option<String>,
    /// Headers and body.
    pub message: RecordedMessage,
}

/// A request and its answer.
#[derive(Debug)]
pub(super) struct RecordedExchange {
    /// Where in the recording, for people.
    pub place: String,
    /// How it was called.
    pub method: String,
    /// What was called.
    pub url: Url,
    /// Which key was shown, or its mask.
    pub key: Option<String>,
    /// Whether it was seen itself, so that nothing of it was left out.
    pub is_live: bool,
    /// When it was sent, from the first on; none where the recording has no times that move.
    pub at: Option<Duration>,
    /// How long it took.
    pub took: Duration,
    /// How long until the head of its answer was there.
    pub head_after: Duration,
    /// The request.
    pub request: RecordedMessage,
    /// What came of it; none where nothing came.
    pub answer: Option<RecordedResponse>,
}

impl RecordedExchange {
    /// A request of which no more is known, and no answer.
    pub(super) fn of(method: &str, url: Url) -> Self {
        Self {
            place: String::new(),
            method: method.to_owned(),
            url,
            key: None,
            is_live: false,
            at: None,
            took: Duration::ZERO,
            head_after: Duration::ZERO,
            request: RecordedMessage::default(),
            answer: None,
        }
    }
}

/// An exchange and when it began.
pub(super) type TimedExchange = (jiff::Timestamp, RecordedExchange);

/// Something in a recording that is malformed.
#[derive(Debug)]
pub(super) struct MalformedEntry {
    /// Where, for people.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
}

/// A recording.
#[derive(Debug, Default)]
pub(super) struct Recording {
    /// Its exchanges, in its order.
    pub exchanges: Vec<RecordedExchange>,
    /// What of it could not be read.
    pub unreadable: Vec<MalformedEntry>,
    /// Exchanges that a browser made up, which no server has seen.
    pub made_by_browser: usize,
    /// Bodies that it has in files that could not be read.
    pub missing_files: usize,
}

impl Recording {
    /// Exchanges with the times at which they began. On a clock that stands still, nobody can be said to have
    /// waited, so that its times are none. Fails where nothing could be read.
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
