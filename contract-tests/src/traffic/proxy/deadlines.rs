//! How long the proxy waits for a client: for its first request, for the next one, for the rest of a body, and until it reads
//! the data sent to it. The proxy waits for a server as long as the client does.

use std::{
    cmp::Reverse,
    sync::{Arc, Weak},
    task::Poll,
    time::Duration,
};

use hyper::body::Body;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::watched::{NextPart, Watch, Watched};
use crate::http::Stopwatch;

/// How long the proxy waits. For a client, the defaults are those of the sandbox.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Until the head of the first request of a connection is complete.
    pub head: Duration,
    /// Until the head of the next request is complete.
    pub idle: Duration,
    /// Between two parts of a request body, and until the client can take the next part of a response.
    pub stall: Duration,
    /// Until there is a place for another connection.
    pub place: Duration,
    /// Until the judge is done: at the end, and with a response that reports its violations.
    pub judge: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            stall: Duration::from_secs(30),
            place: Duration::from_secs(2),
            judge: Duration::from_secs(3),
        }
    }
}

/// What a client's connection is waiting for.
#[derive(Debug)]
pub(super) struct Activity {
    /// The same for all connections.
    watch: Stopwatch,
    opened: Duration,
    deadlines: Deadlines,
    state: Mutex<State>,
    /// Whether the connection makes room for another one.
    closed: Notify,
}

/// Since when a connection has waited for its client. Connections that make room first compare as greater.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Idle {
    /// Whether the client has not had a response yet.
    is_new: bool,
    since: Reverse<Duration>,
}

#[derive(Debug, Default)]
struct State {
    /// Number of open exchanges.
    open: usize,
    /// The end of the last exchange, if there was any.
    ended: Option<Duration>,
    bodies: Vec<Weak<Turn>>,
}

/// Since when the client must send or read a part of a body, if it must.
type Turn = Mutex<Option<Duration>>;

/// An open exchange.
#[derive(Debug)]
pub(super) struct OpenExchange(Arc<Activity>);

impl Drop for OpenExchange {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.open -= 1;
        state.ended = Some(self.0.watch.elapsed());
    }
}

impl Activity {
    pub(super) fn new(watch: Stopwatch, deadlines: Deadlines) -> Self {
        Self {
            watch,
            opened: watch.elapsed(),
            deadlines,
            state: Mutex::default(),
            closed: Notify::new(),
        }
    }

    pub(super) fn open(self: &Arc<Self>) -> OpenExchange {
        self.state.lock().open += 1;
        OpenExchange(Arc::clone(self))
    }

    /// Wraps the body of a request.
    pub(super) fn request<B: Body>(self: &Arc<Self>, body: B) -> TimedBody<B> {
        self.body(body, Part::Sent)
    }

    /// Wraps the body of a response.
    pub(super) fn response<B: Body>(self: &Arc<Self>, body: B) -> TimedBody<B> {
        self.body(body, Part::Read)
    }

    fn body<B: Body>(self: &Arc<Self>, body: B, part: Part) -> TimedBody<B> {
        let turn = Arc::new(Turn::default());
        let mut state = self.state.lock();
        state.bodies.retain(|body| body.strong_count() > 0);
        state.bodies.push(Arc::downgrade(&turn));
        let timed = Timed {
            part,
            turn,
            activity: Arc::clone(self),
        };
        TimedBody::new(body, timed)
    }

    /// Waits until the client exceeds a deadline, or the connection makes room for another one.
    pub(super) async fn ended(&self) {
        tokio::select! {
            () = self.expired() => {}
            () = self.closed.notified() => {}
        }
    }

    /// Closes the connection.
    pub(super) fn close(&self) {
        self.closed.notify_one();
    }

    /// Since when the connection has waited for its client, if it does.
    pub(super) fn idle(&self) -> Option<Idle> {
        let state = self.state.lock();
        let since = if state.open == 0 {
            state.ended.unwrap_or(self.opened)
        } else {
            state.stalled_since()?
        };
        Some(Idle {
            is_new: state.ended.is_none(),
            since: Reverse(since),
        })
    }

    /// Waits until the client exceeds a deadline.
    async fn expired(&self) {
        let Deadlines {
            head, idle, stall, ..
        } = self.deadlines;
        let longest_look = head.min(idle).min(stall);
        while let Some(left) = self.left().checked_sub(self.watch.elapsed()) {
            // A wait that starts meanwhile is noticed at the next check.
            pause(left.min(longest_look)).await;
        }
    }

    /// The time at which the client exceeds a deadline, in the current state.
    fn left(&self) -> Duration {
        let state = self.state.lock();
        let next = match state.ended {
            _ if state.open > 0 => Duration::MAX,
            Some(ended) => ended + self.deadlines.idle,
            None => self.opened + self.deadlines.head,
        };
        let stalled = state.stalled_since();
        stalled.map_or(next, |since| next.min(since + self.deadlines.stall))
    }
}

impl State {
    /// Since when the client must send or read a part of a body, if it must.
    fn stalled_since(&self) -> Option<Duration> {
        let turns = self.bodies.iter().filter_map(Weak::upgrade);
        turns.filter_map(|turn| *turn.lock()).min()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client takes the real time that it takes"
)]
pub(super) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// What a client does with a part of a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    /// It must act while no part has arrived.
    Sent,
    /// It must act while no further part is polled.
    Read,
}

/// A body that records since when the client must act.
pub(super) type TimedBody<B> = Watched<B, Timed>;

#[derive(Debug)]
pub(super) struct Timed {
    part: Part,
    turn: Arc<Turn>,
    activity: Arc<Activity>,
}

impl Watch for Timed {
    fn see<E>(&mut self, next: NextPart<E>, _: bool) -> NextPart<E> {
        let is_turn = match (&next, self.part) {
            (Poll::Pending, Part::Sent) | (Poll::Ready(Some(Ok(_))), Part::Read) => true,
            (Poll::Pending, Part::Read) | (Poll::Ready(_), _) => false,
        };
        let now = self.activity.watch.elapsed();
        let mut turn = self.turn.lock();
        *turn = is_turn.then(|| turn.filter(|_| self.part == Part::Sent).unwrap_or(now));
        drop(turn);
        next
    }
}
