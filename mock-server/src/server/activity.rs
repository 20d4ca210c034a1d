//! The state of a connection, and who has to act next: the client or the server.
//!
//! Only connections that wait for their client have deadlines, and they are the first to be closed to make room.

use std::{sync::Arc, time::Duration};

use http::Version;
use parking_lot::Mutex;
use tokio::{sync::Notify, time::Instant};

use crate::{
    app::metrics::Closed, budget::Budget, clock, config::Deadlines, pipeline::WireControl,
};

/// The state of a connection.
#[derive(Debug)]
pub(super) struct Activity {
    /// The faults that the pipeline sets on the connection.
    pub(super) wire: WireControl,
    /// The memory that its requests and responses use. Only all connections together have a limit.
    pub(super) memory: Arc<Budget>,
    state: Mutex<State>,
    told: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Time of the last progress by the client or the server.
    since: Instant,
    is_http2: bool,
    /// Whether a request ever got its response.
    answered: bool,
    /// Number of requests in progress.
    requests: i32,
    /// How many of them wait for the server.
    ours: i32,
    /// How many of them are receiving their body.
    receiving: i32,
    sending: Sending,
    /// Why the connection must be closed, if it must.
    closed: Option<Closed>,
}

/// What blocks the sending of bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sending {
    Free,
    /// A fault.
    Held,
    /// The client, which does not read at present.
    Full,
}

/// The phase of a connection without requests in progress.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// No bytes have arrived.
    Silent,
    /// Part of a head has arrived.
    Head,
    /// A request has ended.
    Idle,
}

/// Who has to act next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    /// The client.
    Callers {
        /// Whether no request of the connection has got its response.
        is_new: bool,
        /// Time of the last progress.
        since: Instant,
    },
    /// The server, or a fault.
    Ours {
        /// The organization of the fault, if a fault holds the connection.
        holder: Option<Arc<str>>,
        /// Time of the last progress.
        since: Instant,
    },
}

impl Activity {
    /// The state of a new connection. `memory`: that of all connections.
    pub(super) fn new(memory: &Arc<Budget>) -> Self {
        Self {
            wire: WireControl::default(),
            memory: memory.part(usize::MAX),
            state: Mutex::new(State {
                phase: Phase::Silent,
                since: clock::monotonic(),
                is_http2: false,
                answered: false,
                requests: 0,
                ours: 0,
                receiving: 0,
                sending: Sending::Free,
                closed: None,
            }),
            told: Notify::new(),
        }
    }

    /// Bytes have arrived.
    pub(super) fn received(&self) {
        let mut state = self.state.lock();
        // Over HTTP/2, they may not belong to a request, so only requests count.
        let begins = match state.phase {
            Phase::Silent => true,
            Phase::Head => false,
            Phase::Idle => !state.is_http2,
        };
        if begins && state.requests == 0 {
            (state.phase, state.since) = (Phase::Head, clock::monotonic());
        }
    }

    /// A head is complete: a request begins. Returns its handle for faults.
    pub(super) fn begin(&self, version: Version) -> WireControl {
        let mut state = self.state.lock();
        state.is_http2 = version == Version::HTTP_2;
        if !state.is_http2 {
            state.sending = Sending::Free;
        }
        state.phase = Phase::Idle;
        state.requests += 1;
        state.ours += 1;
        state.since = clock::monotonic();
        drop(state);
        self.wire.begin(version)
    }

    /// A request has ended. `was_ours`: the server had to act.
    pub(super) fn end(&self, was_ours: bool) {
        let mut state = self.state.lock();
        state.requests -= 1;
        state.ours -= i32::from(was_ours);
        state.answered = true;
        state.since = clock::monotonic();
    }

    /// Changes who has to act for a request.
    pub(super) fn set_turn(&self, is_ours: bool) {
        let mut state = self.state.lock();
        if is_ours {
            state.ours += 1;
        } else {
            state.ours -= 1;
        }
        state.since = clock::monotonic();
    }

    /// Begins or ends receiving the body of a request.
    pub(super) fn receive(&self, begins: bool) {
        let mut state = self.state.lock();
        if begins {
            state.receiving += 1;
            state.ours -= 1;
        } else {
            state.receiving -= 1;
            state.ours += 1;
        }
        state.since = clock::monotonic();
    }

    /// The rest of a body was discarded, so that what arrives next is another request.
    pub(super) fn discarded(&self) {
        let mut state = self.state.lock();
        if state.requests == 0 {
            (state.phase, state.since) = (Phase::Idle, clock::monotonic());
        }
    }

    /// The client has read bytes of a response.
    pub(super) fn sent(&self) {
        let mut state = self.state.lock();
        (state.sending, state.since) = (Sending::Free, clock::monotonic());
    }

    /// The client reads no bytes.
    pub(super) fn queue_full(&self) {
        self.state.lock().sending = Sending::Full;
    }

    /// A fault holds bytes back.
    pub(super) fn hold(&self) {
        self.state.lock().sending = Sending::Held;
    }

    /// Who has to act next.
    pub(super) fn turn(&self) -> Turn {
        let state = self.state.lock();
        let since = state.since;
        if state.is_ours() {
            let holder = self.wire.holder();
            return Turn::Ours { holder, since };
        }
        let is_new = !state.answered;
        Turn::Callers { is_new, since }
    }

    /// Asks the connection to close.
    pub(super) fn close(&self, reason: Closed) {
        self.state.lock().closed.get_or_insert(reason);
        self.told.notify_one();
    }

    /// Whether it was asked to close.
    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().closed.is_some()
    }

    /// Completes when the connection must be closed, because it was asked to or because its client was too slow.
    pub(super) async fn expired_deadline(&self, deadlines: &Deadlines) -> Closed {
        loop {
            let notified = self.told.notified();
            let now = clock::monotonic();
            let (closed, deadline) = {
                let state = self.state.lock();
                (state.closed, state.deadline(deadlines))
            };
            if let Some(reason) = closed {
                return reason;
            }
            let mut wake = now + deadlines.shortest();
            if let Some((reason, at)) = deadline {
                if at <= now {
                    return reason;
                }
                // A deadline that starts later cannot end before the earlier of these two.
                wake = wake.min(at);
            }
            let _ = tokio::time::timeout_at(wake, notified).await;
        }
    }
}

impl State {
    /// Whether the server has to act. If the client does not read, the server cannot progress, so it is the
    /// client's turn.
    fn is_ours(&self) -> bool {
        match self.sending {
            Sending::Free => self.ours > 0,
            Sending::Held => true,
            Sending::Full => false,
        }
    }

    /// When, and why, the connection is closed if nothing happens.
    fn deadline(&self, deadlines: &Deadlines) -> Option<(Closed, Instant)> {
        if self.is_ours() {
            return None;
        }
        let (reason, time): (_, Duration) = if self.sending == Sending::Full {
            (Closed::Write, deadlines.write)
        } else if self.receiving > 0 {
            // The reader of the body enforces its deadline, and responds.
            return None;
        } else if self.requests > 0 {
            (Closed::Write, deadlines.write)
        } else {
            match self.phase {
                Phase::Silent => (Closed::FirstByte, deadlines.first_byte),
                Phase::Head => (Closed::Head, deadlines.head),
                Phase::Idle => (Closed::Idle, deadlines.idle),
            }
        };
        Some((reason, self.since + time))
    }
}
