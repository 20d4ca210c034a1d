//! Streams the entries of a journal as server-sent events.
//!
//! Nothing is queued for a follower: it reads the journal from its last position. If it is so slow that entries
//! were dropped before it read them, it is sent their number.

use std::{collections::VecDeque, convert::Infallible, sync::Arc};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use http::HeaderMap;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::params::{ForCount, Params};
use super::{ControlError, JournalOwner, full};
use crate::{
    app::App,
    journal::{Batch, Journal, Reader},
};

/// A client that follows a journal.
struct Follower {
    app: App,
    owner: JournalOwner,
    reader: Reader,
    /// Events that were read but not sent.
    unsent: VecDeque<Event>,
    _place: OwnedSemaphorePermit,
}

/// Follows a journal from now on, or after the last entry that the client has received.
pub(super) async fn follow(
    State(app): State<App>,
    owner: JournalOwner,
    headers: HeaderMap,
    params: Params<ForCount>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ControlError> {
    let place = Arc::clone(&app.watchers).try_acquire_owned();
    let had = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let reader = owner.with(&app, |journal| {
        Reader::after(had.or(params.after), params.filter, journal)
    });
    let follower = Follower {
        owner,
        app,
        reader,
        unsent: VecDeque::new(),
        _place: place.map_err(|_| full())?,
    };
    let events = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

impl Follower {
    /// The next event, as soon as there is one; `None` if the organization was removed.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.unsent.pop_front() {
                return Some(event);
            }
            let reader = &mut self.reader;
            let batch = |journal: &mut Journal| (reader.look(journal), journal.news());
            let (batch, news) = self.owner.with(&self.app, batch);
            self.unsent = events(batch);
            if self.unsent.is_empty() {
                news?.await;
            }
        }
    }
}

fn events(batch: Batch) -> VecDeque<Event> {
    let missed = (batch.missed > 0).then(|| {
        let missed = json!({"missed": batch.missed});
        Event::default().event("missed").data(missed.to_string())
    });
    let entries = batch.entries.into_iter().map(|(sequence, entry)| {
        let event = Event::default().event("entry").id(sequence.to_string());
        event.data(entry.to_string())
    });
    missed.into_iter().chain(entries).collect()
}
