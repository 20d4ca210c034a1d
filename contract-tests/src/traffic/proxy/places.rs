//! Limits the number of connections. When all places are taken, the connection that has waited longest for its client makes
//! room for the next one, as at the sandbox. If none waits for its client, the next one is refused.

use std::{
    collections::VecDeque,
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    task::{AbortHandle, JoinSet},
    time::timeout,
};

use super::{
    deadlines::{Activity, pause},
    refusal::{MAX_REFUSALS, REFUSAL_TIME},
};
use crate::{finding::count, http::Stopwatch};

/// How often to look whether a busy connection has become idle.
const LOOK: Duration = Duration::from_millis(20);
/// How long a client that is refused has to send its request while others wait to be refused.
const MOMENT: Duration = Duration::from_millis(50);
/// How long the end waits for connections that are closed.
const END_TIME: Duration = Duration::from_secs(1);

/// Number of descriptors for what is no connection, such as the listener and reports, and for connections that are refused.
#[cfg(unix)]
const OTHER_DESCRIPTORS: u64 = 24 + MAX_REFUSALS as u64;

/// The number of places, at most `wanted`: a connection needs two descriptors, since it has its own connection to the server.
pub(super) fn possible(wanted: usize) -> usize {
    #[cfg(unix)]
    if let Some(descriptors) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current
    {
        let places = descriptors.saturating_sub(OTHER_DESCRIPTORS) / 2;
        return usize::try_from(places).map_or(wanted, |places| places.clamp(1, wanted));
    }
    wanted
}

/// The open connections.
#[derive(Debug)]
pub(super) struct Places {
    connections: JoinSet<()>,
    activities: Vec<Weak<Activity>>,
    max: usize,
    watch: Stopwatch,
    /// How long a new connection waits for a place.
    patience: Duration,
    /// When a connection last waited in vain.
    full_at: Option<Duration>,
    refusals: JoinSet<()>,
    /// In their order.
    refusing: VecDeque<AbortHandle>,
    refused: usize,
}

impl Places {
    pub(super) fn new(max: usize, watch: Stopwatch, patience: Duration) -> Self {
        Self {
            connections: JoinSet::new(),
            activities: Vec::new(),
            max,
            watch,
            patience,
            full_at: None,
            refusals: JoinSet::new(),
            refusing: VecDeque::new(),
            refused: 0,
        }
    }

    /// The maximum number of connections.
    pub(super) fn max(&self) -> usize {
        self.max
    }

    /// Waits for a place. Returns whether there is one; if not, a connection must be refused.
    pub(super) async fn wait(&mut self) -> bool {
        while self.connections.try_join_next().is_some() {}
        let is_full = self.connections.len() >= self.max;
        if is_full && self.was_full() && self.idle_longest().is_none() {
            // One connection has waited for all that come meanwhile.
            return false;
        }
        let patience = self.patience;
        let free = async {
            while self.connections.len() >= self.max {
                self.make_room().await;
            }
        };
        let is_free = timeout(patience, free).await.is_ok();
        self.full_at = (!is_free).then(|| self.watch.elapsed());
        is_free
    }

    /// Whether a connection has waited in vain just now.
    fn was_full(&self) -> bool {
        let until = self.full_at.map(|at| at + self.patience);
        until.is_some_and(|until| self.watch.elapsed() < until)
    }

    /// Serves a connection.
    pub(super) fn serve(
        &mut self,
        activity: &Arc<Activity>,
        connection: impl Future<Output = ()> + Send + 'static,
    ) {
        self.activities.retain(|open| open.strong_count() > 0);
        self.activities.push(Arc::downgrade(activity));
        self.connections.spawn(connection);
    }

    /// Refuses a connection. If many are being refused, the first one has had its time.
    pub(super) async fn refuse(&mut self, refusal: impl Future<Output = ()> + Send + 'static) {
        self.refused += 1;
        while self.refusals.len() >= MAX_REFUSALS {
            if timeout(MOMENT, self.refusals.join_next()).await.is_err()
                && let Some(oldest) = self.refusing.front()
            {
                oldest.abort();
            }
            self.refusing.retain(|refusal| !refusal.is_finished());
        }
        let refusal = async {
            // It takes less if the client sends its request.
            let _ = timeout(REFUSAL_TIME, refusal).await;
        };
        self.refusing.push_back(self.refusals.spawn(refusal));
    }

    /// Closes the connection that has waited longest for its client, and waits for the end of one, but only for a moment.
    pub(super) async fn make_room(&mut self) {
        if let Some(idle) = self.idle_longest() {
            idle.close();
        }
        tokio::select! {
            Some(_) = self.connections.join_next() => {}
            () = pause(LOOK) => {}
        }
    }

    /// Waits until a connection ends, if there is one.
    pub(super) async fn ended(&mut self) -> Option<()> {
        self.connections.join_next().await.map(drop)
    }

    /// Closes all connections, and waits until their requests have ended, too.
    pub(super) async fn end(mut self) {
        for open in self.activities.iter().filter_map(Weak::upgrade) {
            open.close();
        }
        let ended = async { while self.connections.join_next().await.is_some() {} };
        // What has not ended by then is aborted.
        let _ = timeout(END_TIME, ended).await;
    }

    /// What to report about connections that were refused.
    pub(super) fn warning(&self) -> Option<String> {
        (self.refused > 0).then(|| {
            let connections = count(self.refused, "connection");
            format!(
                "{connections} refused by the proxy with 503: all {} that it serves had open requests; use fewer connections",
                self.max
            )
        })
    }

    /// The connection that has waited longest for its client, first among those that never got a response.
    fn idle_longest(&self) -> Option<Arc<Activity>> {
        let open = self.activities.iter().filter_map(Weak::upgrade);
        let idle = open.filter_map(|activity| Some((activity.idle()?, activity)));
        let longest = idle.max_by_key(|(idle, _)| *idle);
        longest.map(|(_, activity)| activity)
    }
}
