//! What a connection is doing, and whose turn it is: its caller's, or ours.
//!
//! Only what waits for its caller has a deadline, and only that makes room for others before anything else does.

use std::{sync::Arc, time::Duration};

use http::Version;
use parking_lot::Mutex;
use tokio::{sync::Notify, time::Instant};

use crate::{app::metrics::Closed, clock, config::Deadlines, pipeline::WireControl};

/// What a connection is doing.
#[derive(Debug)]
pub(super) struct Activity {
    /// What the pipeline says of the connection.
    pub(super) wire: WireControl,
    state: Mutex<State>,
    told: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// When the caller, or we, last got on with it.
    since: Instant,
    is_http2: bool,
    /// Whether a request was ever answered.
    answered: bool,
    /// Requests under way.
    requests: i32,
    /// Those of them whose next step is ours.
    ours: i32,
    /// Those of them whose body is on its way.
    receiving: i32,
    sending: Sending,
    /// Why it is to be closed.
    closed: Option<Closed>,
}

/// What keeps bytes from going out, if something does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sending {
    /// Nothing.
    Free,
    /// A fault.
    Held,
    /// The caller, who takes none at present.
    Full,
}

/// Where a connection is while no request is under way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// Nothing has come yet.
    Silent,
    /// Some of a head has.
    Head,
    /// A request is over.
    Idle,
}

/// Whose turn it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    /// The caller's, since then.
    Callers {
        /// Whether no request of it was answered yet.
        is_new: bool,
        /// Since when.
        since: Instant,
    },
    /// Ours, since then; and whose fault it is.
    Ours {
        /// The organization whose fault it is.
        holder: Option<Arc<str>>,
        /// Since when.
        since: Instant,
    },
}

impl Activity {
    /// That of a new connection.
    pub(super) fn new() -> Self {
        Self {
            wire: WireControl::default(),
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

    /// Bytes have come.
    pub(super) fn received(&self) {
        let mut state = self.state.lock();
        // Over HTTP/2 they may be no part of a request; only requests count.
        let begins = match state.phase {
            Phase::Silent => true,
            Phase::Head => false,
            Phase::Idle => !state.is_http2,
        };
        if begins && state.requests == 0 {
            (state.phase, state.since) = (Phase::Head, clock::monotonic());
        }
    }

    /// A head is whole: a request begins, and what the pipeline says is of it.
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

    /// A request is over; whose turn it was.
    pub(super) fn end(&self, was_ours: bool) {
        let mut state = self.state.lock();
        state.requests -= 1;
        state.ours -= i32::from(was_ours);
        state.answered = true;
        state.since = clock::monotonic();
    }

    /// The turn of a request changes.
    pub(super) fn turn(&self, is_ours: bool) {
        let mut state = self.state.lock();
        if is_ours {
            state.ours += 1;
        } else {
            state.ours -= 1;
        }
        state.since = clock::monotonic();
    }

    /// The body of a request is awaited, or no longer.
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

    /// The caller has taken bytes of a response.
    pub(super) fn sent(&self) {
        let mut state = self.state.lock();
        (state.sending, state.since) = (Sending::Free, clock::monotonic());
    }

    /// The caller takes no bytes.
    pub(super) fn full(&self) {
        self.state.lock().sending = Sending::Full;
    }

    /// A fault holds bytes back.
    pub(super) fn hold(&self) {
        self.state.lock().sending = Sending::Held;
    }

    /// Whose turn it is.
    pub(super) fn whose_turn(&self) -> Turn {
        let state = self.state.lock();
        let since = state.since;
        if state.is_ours() {
            let holder = self.wire.holder();
            return Turn::Ours { holder, since };
        }
        let is_new = !state.answered;
        Turn::Callers { is_new, since }
    }

    /// Tells it to close.
    pub(super) fn close(&self, why: Closed) {
        self.state.lock().closed.get_or_insert(why);
        self.told.notify_one();
    }

    /// Whether it was told to.
    #[cfg(test)]
    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().closed.is_some()
    }

    /// Ready when the connection is to be closed: somebody has told it to, or its caller has taken too long.
    pub(super) async fn over(&self, deadlines: &Deadlines) -> Closed {
        loop {
            let told = self.told.notified();
            let now = clock::monotonic();
            let (closed, deadline) = {
                let state = self.state.lock();
                (state.closed, state.deadline(deadlines))
            };
            if let Some(why) = closed {
                return why;
            }
            let mut wake = now + deadlines.shortest();
            if let Some((why, at)) = deadline {
                if at <= now {
                    return why;
                }
                // Whatever begins from now on has no earlier deadline than the first of the two.
                wake = wake.min(at);
            }
            let _ = tokio::time::timeout_at(wake, told).await;
        }
    }
}

impl State {
    /// What we do, or hold back, goes nowhere while the caller takes nothing.
    fn is_ours(&self) -> bool {
        match self.sending {
            Sending::Free => self.ours > 0,
            Sending::Held => true,
            Sending::Full => false,
        }
    }

    /// When, and why, the connection is to be closed if nothing happens.
    fn deadline(&self, deadlines: &Deadlines) -> Option<(Closed, Instant)> {
        if self.is_ours() {
            return None;
        }
        let (why, time): (_, Duration) = if self.sending == Sending::Full {
            (Closed::Write, deadlines.write)
        } else if self.receiving > 0 {
            // Who reads the body holds it to its deadline, and responds.
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
        Some((why, self.since + time))
    }
}
