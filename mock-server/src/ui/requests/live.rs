//! New rows of the list, as server-sent events.
//!
//! A follower gets at most a batch of rows five times a second, and the number of those that are left out, so that a
//! burst neither freezes the page nor costs the API. Where the list of requests is no longer the one that the page shows,
//! because it was cleared or its organization was created anew, it gets an event `anew` instead, and loads the list again.

use std::{
    collections::VecDeque, convert::Infallible, fmt, str::FromStr, sync::Arc, time::Duration,
};

use axum::{
    extract::{RawQuery, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::super::{frame::Frame, page::Failure};
use super::{
    Totals,
    row::{self, Context, Row},
    search::Search,
};
use crate::{
    app::App,
    config::limits::MAX_WATCHERS,
    control::guard::{host, session},
    journal::{Filter, Journal, Reader},
    keys::Key,
};

/// Pause between batches.
const PAUSE: Duration = Duration::from_millis(200);
/// Maximum number of rows of a batch: 50 a second.
const BATCH: usize = 10;

/// The last request that a page shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    /// Of which list it is.
    epoch: u64,
    sequence: u64,
}

impl Position {
    /// That of the last request of a journal.
    pub(super) fn last(journal: &Journal) -> Self {
        Self {
            epoch: journal.epoch(),
            sequence: journal.recorded(),
        }
    }
}

/// `7-34`
impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.epoch, self.sequence)
    }
}

impl FromStr for Position {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (epoch, sequence) = text.split_once('-').ok_or(())?;
        Ok(Self {
            epoch: epoch.parse().map_err(|_| ())?,
            sequence: sequence.parse().map_err(|_| ())?,
        })
    }
}

/// A page that follows a journal.
struct Follower {
    app: App,
    frame: Frame,
    /// The id of the session with which it was opened. It ends with that.
    session: String,
    search: Search,
    /// Of the list that the page shows.
    epoch: u64,
    reader: Reader,
    matching: Matching,
    /// Whether an event was sent, after which requests gather.
    has_sent: bool,
    /// Whether the page was told to load the list again.
    is_over: bool,
    _place: OwnedSemaphorePermit,
}

/// Follows the list from a position on.
pub(super) async fn follow(
    State(app): State<App>,
    frame: Frame,
    uri: Uri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let Ok(place) = Arc::clone(&app.watchers).try_acquire_owned() else {
        let reason = format!("{MAX_WATCHERS} clients already follow journals, the maximum.");
        return Failure::new(StatusCode::CONFLICT, reason).into_response();
    };
    let had = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let after = pairs.find_map(|(name, value)| (name == "after").then(|| value.parse().ok())?);
    let search = Search::parse(&query);
    let filter = search.filter().clone();
    let (epoch, reader, matching) = frame.place.with_journal(&app, |journal, _| {
        let shown: Position = had.or(after).unwrap_or_else(|| Position::last(journal));
        let matching = Matching::until(shown.sequence, &filter, journal);
        let reader = Reader::after(Some(shown.sequence), filter, journal);
        (shown.epoch, reader, matching)
    });
    let session = session(&headers, host(&uri, &headers)).unwrap_or_default();
    let follower = Follower {
        session: session.to_owned(),
        app,
        frame,
        search,
        epoch,
        reader,
        matching,
        has_sent: false,
        is_over: false,
        _place: place,
    };
    let events = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// The sequence numbers of all matching requests that the journal keeps, oldest first.
struct Matching {
    sequences: VecDeque<u64>,
}

impl Matching {
    /// Those up to a sequence number.
    fn until(last: u64, filter: &Filter, journal: &Journal) -> Self {
        let kept = journal.matching(filter, 0).map(|(sequence, _)| sequence);
        Self {
            sequences: kept.take_while(|sequence| *sequence <= last).collect(),
        }
    }

    /// Adds new ones, and removes those that the journal no longer keeps.
    fn update(&mut self, new: &[u64], journal: &Journal) {
        self.sequences.extend(new);
        let is_forgotten = |first: &u64| *first <= journal.forgotten();
        while self.sequences.front().is_some_and(is_forgotten) {
            self.sequences.pop_front();
        }
    }
}

/// The latest matching requests.
struct Batch {
    /// Number of all new ones. Those that the journal dropped before they could be looked at count unless there is a filter,
    /// which they may not match.
    count: u64,
    totals: Totals,
    rows: Vec<Row>,
    /// The sequence number of the oldest request that the journal keeps.
    first: u64,
    last: Position,
}

impl Follower {
    /// The next event; `None` if the organization was removed, the user signed out, or the page has to load the list again.
    async fn next(&mut self) -> Option<Event> {
        if self.is_over {
            return None;
        }
        if self.has_sent {
            pause().await;
        }
        let app = self.app.clone();
        loop {
            let signed_out = app.sessions.next_end();
            if !app.sessions.has(&self.session, app.machine_now()) {
                return None;
            }
            let (search, reader, matching) = (&self.search, &mut self.reader, &mut self.matching);
            let epoch = self.epoch;
            let read = self.frame.place.with_journal(&app, |journal, keys| {
                let is_shown = journal.epoch() == epoch;
                let batch =
                    is_shown.then(|| Batch::read((search, reader, matching), journal, keys))?;
                Some((batch, journal.news()))
            });
            let Some((batch, news)) = read else {
                self.is_over = true;
                // Without data, browsers ignore an event.
                return Some(Event::default().event("anew").data("{}"));
            };
            if batch.count > 0 {
                self.has_sent = true;
                self.frame.now = self.frame.place.now(&app);
                return Some(self.event(&batch));
            }
            let news = news?;
            tokio::select! {
                () = news => {}
                () = signed_out => {}
            }
        }
    }

    fn event(&self, batch: &Batch) -> Event {
        let context = Context::later(&self.frame, &self.search);
        let rows: String = batch
            .rows
            .iter()
            .map(|row| row.render(&context).into_string())
            .collect();
        let left_out = batch.count - batch.rows.len() as u64;
        let shown = batch.rows.last().map_or(batch.first, Row::sequence);
        let gap = (left_out > 0).then(|| row::gap(left_out, shown - 1).into_string());
        let data = json!({
            "count": batch.count,
            "first": batch.first,
            "totals": batch.totals.text(&self.search),
            "rows": rows + &gap.unwrap_or_default(),
        });
        Event::default()
            .event("rows")
            .id(batch.last.to_string())
            .data(data.to_string())
    }
}

impl Batch {
    fn read(
        (search, reader, matching): (&Search, &mut Reader, &mut Matching),
        journal: &Journal,
        keys: &[Key],
    ) -> Self {
        let (missed, new) = reader.pass(journal);
        let new: Vec<_> = new.collect();
        let sequences: Vec<_> = new.iter().map(|(sequence, _)| *sequence).collect();
        matching.update(&sequences, journal);
        let latest = new.iter().rev().take(BATCH);
        let rows =
            latest.map(|(sequence, entry)| Row::new(journal.id(*sequence), *sequence, entry, keys));
        Self {
            count: new.len() as u64 + if search.is_set() { 0 } else { missed },
            totals: Totals::new(matching.sequences.len(), journal),
            rows: rows.collect(),
            first: journal.forgotten() + 1,
            last: Position::last(journal),
        }
    }
}

/// Lets requests gather. A page that waits costs nothing.
#[expect(
    clippy::disallowed_methods,
    reason = "real time passes for the person who looks"
)]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
