//! Limits connections by places, and decides which connection is closed when all places are taken.
//!
//! A connection whose last request was a control request does not use a place: it is one of a limited number of
//! guests. A connection that found no place is a guest, too, until it sends another kind of request. The load of
//! the API therefore never blocks the control API.

#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::Notify, time::Instant};

use super::activity::{Activity, Turn};
use crate::{
    app::{App, metrics::Closed},
    budget::{Budget, Reserved},
    clock,
    config::limits::{MAX_GUESTS, SMALL_CONNECTION},
};

/// Interval between attempts to find a connection that can be closed.
const LOOK: Duration = Duration::from_millis(20);
/// How long the log is silent about repeated events.
const QUIET: Duration = Duration::from_secs(10);

/// Limits of a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Maximum number of connections.
    pub connections: usize,
    /// Maximum number of connections per client, if it is limited.
    pub per_client: Option<usize>,
    /// Whether the connection idle longest is closed to make room. Otherwise, the next connection waits.
    pub makes_room: bool,
    /// Maximum number of concurrent requests on an HTTP/2 connection.
    pub streams: u32,
}

/// The places of a server.
#[derive(Debug)]
pub(super) struct Places {
    app: App,
    bounds: Bounds,
    connections: Mutex<Connections>,
    given_up: Notify,
    /// When the log last reported each event, and how often it has occurred since.
    told: Mutex<HashMap<Closed, (Instant, u64)>>,
}

/// All open connections.
#[derive(Debug, Default)]
struct Connections {
    open: HashMap<u64, Entry>,
    guests: usize,
    /// Number of connections ever opened.
    numbers: u64,
    /// Connections that were asked to close, and use memory until they have.
    leaving: Vec<Weak<Budget>>,
}

/// A connection.
#[derive(Debug)]
struct Entry {
    client: IpAddr,
    is_guest: bool,
    activity: Arc<Activity>,
}

/// The right of a connection to be open: with a place, or as a guest.
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

    /// A place for a new connection, as soon as one is free; `None` if its client has too many connections.
    pub(super) async fn take(self: &Arc<Self>, client: IpAddr) -> Option<Place> {
        if self.is_too_many(client) {
            self.closed(Closed::Client);
            return None;
        }
        Some(self.wait(|| self.enter(client)).await)
    }

    /// Repeats an attempt until it succeeds.
    async fn wait<T>(&self, mut attempt: impl FnMut() -> Option<T>) -> T {
        loop {
            let given_up = self.given_up.notified();
            if let Some(done) = attempt() {
                return done;
            }
            // A busy connection can become idle at any time without a notification.
            let _ = tokio::time::timeout(LOOK, given_up).await;
        }
    }

    /// Whether a client has the maximum number of connections, and none of them can be closed.
    fn is_too_many(&self, client: IpAddr) -> bool {
        let Some(max) = self.bounds.per_client else {
            return false;
        };
        let mut connections = self.connections.lock();
        let own = |entry: &Entry| entry.client == client;
        let count = connections.open.values().filter(|entry| own(entry)).count();
        count >= max && !self.close_one(&mut connections, Closed::Client, own)
    }

    fn enter(self: &Arc<Self>, client: IpAddr) -> Option<Place> {
        let mut connections = self.connections.lock();
        let is_guest = !self.has_place(&mut connections);
        if is_guest && !self.takes_guests(&mut connections) {
            return None;
        }
        let activity = Arc::new(Activity::new(self.budget()));
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

    /// Whether there is a free place, if necessary after a connection is closed.
    fn has_place(&self, connections: &mut Connections) -> bool {
        connections.open.len() - connections.guests < self.bounds.connections
            || self.bounds.makes_room
                && self.close_one(connections, Closed::Places, |entry| !entry.is_guest)
    }

    /// Whether another guest is allowed, if necessary after a guest is closed.
    fn takes_guests(&self, connections: &mut Connections) -> bool {
        self.bounds.makes_room
            && (connections.guests < MAX_GUESTS
                || self.close_one(connections, Closed::Places, |entry| entry.is_guest))
    }

    /// Closes a connection, because the system has no more sockets.
    pub(super) fn make_room(&self) {
        self.close_one(&mut self.connections.lock(), Closed::Places, |_| true);
    }

    /// Closes one of the connections that match, if one can be closed.
    fn close_one(
        &self,
        connections: &mut Connections,
        reason: Closed,
        may_go: impl Fn(&Entry) -> bool,
    ) -> bool {
        let open = connections.open.iter();
        let candidates = open.filter(|(_, entry)| may_go(entry));
        let candidates = candidates.map(|(number, entry)| (*number, entry.activity.turn()));
        let Some(number) = to_evict(candidates, self.bounds.connections) else {
            return false;
        };
        connections.close(number, reason);
        true
    }

    /// The memory of all connections.
    fn budget(&self) -> &Arc<Budget> {
        &self.app.tenants.shared_data.connections
    }

    /// Closes the connections that use most memory, until there is room for this many bytes of the connection `of`. It is
    /// closed itself if it would use most, but not for its first bytes while no other uses any: a single response may be long.
    fn free(&self, of: u64, bytes: usize) {
        let budget = self.budget();
        let mut connections = self.connections.lock();
        loop {
            let used = budget.used().saturating_sub(connections.leaving());
            let Some(own) = connections.open.get(&of) else {
                return;
            };
            if used.saturating_add(bytes) <= budget.max() {
                return;
            }
            let own = own.activity.memory.used();
            let others = connections.open.iter().filter(|(number, _)| **number != of);
            let used =
                others.map(|(number, entry)| (entry.activity.memory.used(), Reverse(*number)));
            let number = match used.max() {
                Some((most @ 1.., Reverse(number))) if most >= own.saturating_add(bytes) => number,
                None | Some((0, _)) if own == 0 => return,
                None | Some(_) => of,
            };
            connections.close(number, Closed::Memory);
        }
    }

    /// Counts a connection that the server closed. Important closures are logged: the first at once, and later ones
    /// at intervals, because clients can cause them at any rate.
    pub(super) fn closed(&self, reason: Closed) {
        self.app.metrics.count_closed(reason);
        let says = match reason {
            Closed::Places => {
                "all places for connections are taken: closed one that a fault held, or the one idle longest"
            }
            Closed::Client => {
                "a client has more than --max-connections-per-client: closed a connection"
            }
            Closed::Flood => {
                "a client floods a connection of HTTP/2 with control frames: closed it"
            }
            Closed::Memory => {
                "connections use all of the memory that they may: closed the one that uses most"
            }
            Closed::FirstByte | Closed::Head | Closed::Idle | Closed::Write => return,
        };
        let now = clock::monotonic();
        let mut told = self.told.lock();
        let (last, count) = told.entry(reason).or_insert((now, 0));
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

    /// Asks a connection to close. It no longer counts, and ends as soon as its task runs.
    fn close(&mut self, number: u64, reason: Closed) {
        if let Some(entry) = self.remove(number) {
            entry.activity.close(reason);
            self.leaving.push(Arc::downgrade(&entry.activity.memory));
        }
    }

    /// The memory of connections that were asked to close, in bytes. The tasks of their requests may end after them.
    fn leaving(&self) -> usize {
        let memory = self.leaving.iter().filter_map(Weak::upgrade);
        memory.map(|memory| memory.used()).sum()
    }

    /// Forgets connections that were asked to close, and whose tasks have ended.
    fn forget_left(&mut self) {
        self.leaving.retain(|memory| memory.strong_count() > 0);
    }
}

/// The connection to close first. If an organization holds more connections by faults than its share, that is the oldest
/// of those of the one with most. Otherwise, it is the connection that has waited longest for its client, preferring
/// those that never got a response.
///
/// Organizations that hold connections share half of the places, so that none of them, nor all together, take those of
/// others.
fn to_evict(candidates: impl Iterator<Item = (u64, Turn)>, places: usize) -> Option<u64> {
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
    let share = places / 2 / held.len().max(1);
    let most = held.into_values().max_by_key(Vec::len);
    let over = most.filter(|most| most.len() > share);
    let oldest = over.and_then(|over| over.into_iter().min());
    oldest
        .or(idle.map(|((_, since), number)| (since, number)))
        .map(|(_, number)| number)
}

impl Place {
    /// Whether a request may begin now: control requests always, others if the connection has a place.
    pub(super) fn admits(&self, is_control: bool) -> bool {
        if self.is_guest.load(Ordering::Relaxed) == is_control {
            return true;
        }
        let places = &self.places;
        let mut connections = places.connections.lock();
        if !connections.open.contains_key(&self.number) {
            // The connection is about to be closed.
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
        // If there are too many guests, it keeps its place.
        moves || is_control
    }

    /// Completes when an API request may begin.
    pub(super) async fn admitted(&self) {
        self.places.wait(|| self.admits(false).then_some(())).await;
    }

    /// Records that the server closes the connection.
    pub(super) fn closed(&self, reason: Closed) {
        self.places.closed(reason);
    }

    /// Reserves memory for a response. If connections then use too much, those that use most are closed: a client that
    /// reads its responses uses little.
    pub(super) fn reserve(&self, bytes: usize) -> Reserved {
        self.make_room(bytes);
        self.activity.memory.always(bytes)
    }

    /// Reserves memory for a request in the same way; `None` if there is none. Connections that were asked to close use
    /// their memory until their tasks have run, and many requests can arrive before that.
    pub(super) fn reserve_request(&self, bytes: usize) -> Option<Reserved> {
        let is_small = self.activity.memory.used().saturating_add(bytes) <= SMALL_CONNECTION;
        let has_room = self.make_room(bytes) || is_small && !self.activity.is_closed();
        has_room.then(|| self.activity.memory.always(bytes))
    }

    /// Whether there is room for memory of the connection, if necessary after others are closed.
    fn make_room(&self, bytes: usize) -> bool {
        let budget = self.places.budget();
        let has_room = || budget.has(bytes).is_ok();
        if !has_room() && !self.activity.is_closed() {
            self.places.free(self.number, bytes);
        }
        has_room()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut connections = self.places.connections.lock();
        if connections.remove(self.number).is_none() {
            connections.forget_left();
        }
        drop(connections);
        self.places.given_up.notify_one();
    }
}
