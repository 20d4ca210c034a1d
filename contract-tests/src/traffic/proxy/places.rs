//! Limits the number of connections. When all places are taken, the connection that has waited longest for its client makes
//! room for the next one, as at the sandbox.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::task::JoinSet;

use super::deadlines::{Activity, pause};

/// How often to look whether a busy connection has become idle.
const LOOK: Duration = Duration::from_millis(20);

/// Number of descriptors for what is no connection, such as the listener and reports.
#[cfg(unix)]
const OTHER_DESCRIPTORS: u64 = 24;

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
}

impl Places {
    pub(super) fn new(max: usize) -> Self {
        Self {
            connections: JoinSet::new(),
            activities: Vec::new(),
            max,
        }
    }

    /// Serves a connection as soon as there is a place.
    pub(super) async fn serve(
        &mut self,
        activity: Arc<Activity>,
        connection: impl Future<Output = ()> + Send + 'static,
    ) {
        while self.connections.len() >= self.max {
            self.make_room().await;
        }
        self.activities.retain(|open| open.strong_count() > 0);
        self.activities.push(Arc::downgrade(&activity));
        self.connections.spawn(connection);
    }

    /// Closes the connection that has waited longest, and waits for the end of one; if none waits for its client, for a moment only.
    pub(super) async fn make_room(&mut self) {
        if let Some(idle) = self.idle_longest() {
            idle.close();
            self.connections.join_next().await;
            return;
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

    /// The connection that has waited longest for its client, first among those that never got a response.
    fn idle_longest(&self) -> Option<Arc<Activity>> {
        let open = self.activities.iter().filter_map(Weak::upgrade);
        let idle = open.filter_map(|activity| Some((activity.idle()?, activity)));
        let longest = idle.max_by_key(|(idle, _)| *idle);
        longest.map(|(_, activity)| activity)
    }
}
