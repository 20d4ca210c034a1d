//! Places for connections, and who gives one up when all are taken.
//!
//! A connection whose last request was a control call has none of the places: it is one of a few guests, and so is one
//! that found no place, until it asks for something else. So nothing that happens at the API keeps the control API from
//! whoever wants to look.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::Notify, time::Instant};

use super::activity::{Activity, Turn};
use crate::{
    app::{App, metrics::Closed},
    clock,
    config::limits::MAX_GUESTS,
};

/// How long until it is looked again who may give up a place.
const LOOK: Duration = Duration::from_millis(20);
/// How long the log says no more about the same.
const QUIET: Duration = Duration::from_secs(10);

/// How much is taken on at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Connections.
    pub connections: usize,
    /// Those of one client, if that is bounded.
    pub per_client: Option<usize>,
    /// Whether the connection idle longest makes room; otherwise the next waits for its turn.
    pub makes_room: bool,
    /// Requests under way on each connection of HTTP/2.
    pub streams: u32,
}

/// The places of a server.
#[derive(Debug)]
pub(super) struct Places {
    app: App,
    bounds: Bounds,
    connections: Mutex<Connections>,
    given_up: Notify,
    /// When the log last told of something, and how often it happened since.
    told: Mutex<HashMap<Closed, (Instant, u64)>>,
}

/// All that are open.
#[derive(Debug, Default)]
struct Connections {
    open: HashMap<u64, Entry>,
    guests: usize,
    /// How many there ever were.
    numbers: u64,
}

/// A connection.
#[derive(Debug)]
struct Entry {
    client: IpAddr,
    is_guest: bool,
    activity: Arc<Activity>,
}

/// What a connection has while it is open: a place, or leave to be a guest.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    is_guest: AtomicBool,
    pub(super) activity: Arc<Activity>,
}

impl Places {
    pub(super) fn new(app: App, bounds: Bounds) -> Self {
        Self {
            app,
            bounds,
            connections: Mutex::default(),
            given_up: Notify::new(),
            told: Mutex::default(),
        }
    }

    /// A place for a new connection, as soon as there is one; nothing, where its client has as many as it may have.
    pub(super) async fn take(self: &Arc<Self>, client: IpAddr) -> Option<Place> {
        if self.is_too_many(client) {
            self.closed(Closed::Client);
            return None;
        }
        Some(self.wait(|| self.enter(client)).await)
    }

    /// Tries until it succeeds.
    async fn wait<T>(&self, mut attempt: impl FnMut() -> Option<T>) -> T {
        loop {
            let given_up = self.given_up.notified();
            if let Some(done) = attempt() {
                return done;
            }
            // Who works at the moment may be idle in the next; nobody says so.
            let _ = tokio::time::timeout(LOOK, given_up).await;
        }
    }

    /// Whether a client has as many connections as it may have, and none of them can go.
    fn is_too_many(&self, client: IpAddr) -> bool {
        let Some(most) = self.bounds.per_client else {
            return false;
        };
        let mut connections = self.connections.lock();
        let own = |entry: &Entry| entry.client == client;
        let count = connections.open.values().filter(|entry| own(entry)).count();
        count >= most && !self.close_one(&mut connections, Closed::Client, own)
    }

    fn enter(self: &Arc<Self>, client: IpAddr) -> Option<Place> {
        let mut connections = self.connections.lock();
        let is_guest = !self.has_place(&mut connections);
        if is_guest && !self.takes_guests(&mut connections) {
            return None;
        }
        let activity = Arc::new(Activity::new());
        connections.numbers += 1;
        let number = connections.numbers;
        connections.guests += usize::from(is_guest);
        let entry = Entry {
            client,
            is_guest,
            activity: Arc::clone(&activity),
        };
        connections.open.insert(number, entry);
        Some(Place {
            places: Arc::clone(self),
            number,
            is_guest: is_guest.into(),
            activity,
        })
    }

    /// Whether there is a place, if need be one that somebody gives up.
    fn has_place(&self, connections: &mut Connections) -> bool {
        connections.open.len() - connections.guests < self.bounds.connections
            || self.bounds.makes_room
                && self.close_one(connections, Closed::Places, |entry| !entry.is_guest)
    }

    /// Whether another guest may come, if need be in place of one.
    fn takes_guests(&self, connections: &mut Connections) -> bool {
        self.bounds.makes_room
            && (connections.guests < MAX_GUESTS
                || self.close_one(connections, Closed::Places, |entry| entry.is_guest))
    }

    /// The system has no more sockets: somebody has to go.
    pub(super) fn make_room(&self) {
        self.close_one(&mut self.connections.lock(), Closed::Places, |_| true);
    }

    /// Closes one of those that may go, if one can.
    fn close_one(
        &self,
        connections: &mut Connections,
        why: Closed,
        may_go: impl Fn(&Entry) -> bool,
    ) -> bool {
        let open = connections.open.iter();
        let candidates = open.filter(|(_, entry)| may_go(entry));
        let candidates = candidates.map(|(number, entry)| (*number, entry.activity.whose_turn()));
        let Some(number) = first_to_go(candidates, self.bounds.connections) else {
            return false;
        };
        // It counts no longer, and ends as soon as its task comes to it.
        if let Some(entry) = connections.remove(number) {
            entry.activity.close(why);
        }
        true
    }

    /// Counts a connection that the server closed, and tells of those that somebody should know of: at once, and then
    /// once in a while, since whoever causes it can do so at any rate.
    pub(super) fn closed(&self, why: Closed) {
        self.app.metrics.count_closed(why);
        let says = match why {
            Closed::Places => {
                "all places for connections are taken: closed the connection idle longest"
            }
            Closed::Client => {
                "a client has more than --max-connections-per-client: closed a connection"
            }
            Closed::Flood => {
                "a client floods a connection of HTTP/2 with control frames: closed it"
            }
            Closed::FirstByte | Closed::Head | Closed::Idle | Closed::Write => return,
        };
        let now = clock::monotonic();
        let mut told = self.told.lock();
        let (last, count) = told.entry(why).or_insert((now, 0));
        *count += 1;
        if *count == 1 || now - *last >= QUIET {
            tracing::warn!(closed = *count, "{says}");
            (*last, *count) = (now, 1);
        }
    }
}

impl Connections {
    fn remove(&mut self, number: u64) -> Option<Entry> {
        let removed = self.open.remove(&number)?;
        self.guests -= usize::from(removed.is_guest);
        Some(removed)
    }
}

/// Who goes first: the one that waits longest for its caller, first of those that never had a request answered.
/// Otherwise, of those that a fault holds, the oldest of the organization that has the most, if that is more than its
/// share: the places, divided by the organizations that hold any and whoever comes.
fn first_to_go(candidates: impl Iterator<Item = (u64, Turn)>, places: usize) -> Option<u64> {
    let mut idle: Option<((bool, Instant), u64)> = None;
    let mut held: HashMap<Arc<str>, Vec<(Instant, u64)>> = HashMap::new();
    for (number, turn) in candidates {
        match turn {
            Turn::Callers { is_new, since } => {
                let one = ((!is_new, since), number);
                idle = Some(idle.map_or(one, |other| other.min(one)));
            }
            Turn::Ours {
                holder: Some(holder),
                since,
            } => held.entry(holder).or_default().push((since, number)),
            Turn::Ours { holder: None, .. } => {}
        }
    }
    if let Some((_, number)) = idle {
        return Some(number);
    }
    let share = places / (held.len() + 1);
    let most = held.into_values().max_by_key(Vec::len)?;
    let oldest = most.iter().min().filter(|_| most.len() > share)?;
    Some(oldest.1)
}

impl Place {
    /// Whether a request may begin now: a control call always, any other where the connection has a place.
    pub(super) fn admits(&self, is_control: bool) -> bool {
        if self.is_guest.load(Ordering::Relaxed) == is_control {
            return true;
        }
        let places = &self.places;
        let mut connections = places.connections.lock();
        if !connections.open.contains_key(&self.number) {
            // It is about to be closed.
            return true;
        }
        let moves = if is_control {
            places.takes_guests(&mut connections)
        } else {
            places.has_place(&mut connections)
        };
        if moves && let Some(mut entry) = connections.remove(self.number) {
            entry.is_guest = is_control;
            connections.guests += usize::from(is_control);
            connections.open.insert(self.number, entry);
            self.is_guest.store(is_control, Ordering::Relaxed);
            places.given_up.notify_one();
        }
        // Where there are too many guests already, it keeps the place it has.
        moves || is_control
    }

    /// Ready when a request of the API may begin.
    pub(super) async fn admitted(&self) {
        self.places.wait(|| self.admits(false).then_some(())).await;
    }

    /// The server closes the connection.
    pub(super) fn closed(&self, why: Closed) {
        self.places.closed(why);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.connections.lock().remove(self.number);
        self.places.given_up.notify_one();
    }
}
