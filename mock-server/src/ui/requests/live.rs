//! New rows of the list, as server-sent events.
//!
//! A follower gets at most a batch of rows five times a second, with the exact number of matching requests, so that a
//! burst neither freezes the page nor costs the API.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::{RawQuery, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use http::{HeaderMap, StatusCode};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::super::{frame::Frame, page::Failure};
use super::{
    row::{Context, Row},
    search::Search,
};
use crate::{
    app::App,
    config::limits::MAX_WATCHERS,
    journal::{Entry, Journal, Reader},
};

/// Pause between batches.
const PAUSE: Duration = Duration::from_millis(200);
/// Maximum number of rows of a batch: 50 a second.
const BATCH: usize = 10;

/// A page that follows a journal.
struct Follower {
    app: App,
    frame: Frame,
    search: Search,
    reader: Reader,
    /// Whether an event was sent, after which requests gather.
    has_sent: bool,
    _place: OwnedSemaphorePermit,
}

/// Follows the list from a sequence number on.
pub(super) async fn follow(
    State(app): State<App>,
    frame: Frame,
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
    let reader = frame.place.with_journal(&app, |journal| {
        Reader::after(had.or(after), filter, journal)
    });
    let follower = Follower {
        app,
        frame,
        search,
        reader,
        has_sent: false,
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

/// The latest matching requests, and the number of all.
struct Batch {
    count: usize,
    /// Number of requests that the journal dropped before they could be looked at.
    missed: u64,
    /// Number of requests that the journal keeps, whether they match or not.
    kept: usize,
    rows: Vec<Row>,
    last: u64,
}

impl Follower {
    /// The next event; `None` if the organization was removed.
    async fn next(&mut self) -> Option<Event> {
        if self.has_sent {
            pause().await;
        }
        loop {
            let reader = &mut self.reader;
            let (batch, news) = self.frame.place.with_journal(&self.app, |journal| {
                (Batch::read(reader, journal), journal.news())
            });
            if batch.count > 0 || batch.missed > 0 {
                self.has_sent = true;
                return Some(self.event(&batch));
            }
            news?.await;
        }
    }

    fn event(&self, batch: &Batch) -> Event {
        let context = Context::later(&self.frame, &self.search);
        let rows: String = batch
            .rows
            .iter()
            .map(|row| row.render(&context).into_string())
            .collect();
        let data = json!({
            "count": batch.count,
            "missed": batch.missed,
            "shown": batch.rows.len(),
            "kept": batch.kept,
            "rows": rows,
        });
        Event::default()
            .event("rows")
            .id(batch.last.to_string())
            .data(data.to_string())
    }
}

impl Batch {
    fn read(reader: &mut Reader, journal: &Journal) -> Self {
        let (missed, new) = reader.pass(journal);
        let new: Vec<_> = new.collect();
        let latest = new.iter().rev().take(BATCH);
        let row =
            |(sequence, entry): &(u64, &Entry)| Row::new(journal.id(*sequence), *sequence, entry);
        Self {
            count: new.len(),
            missed,
            kept: journal.len(),
            rows: latest.map(row).collect(),
            last: new.last().map_or(0, |(last, _)| *last),
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
