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
            if let Some(idle) = self.idle_longest() {
                idle.close();
                self.connections.join_next().await;
            } else {
                tokio::select! {
                    _ = self.connections.join_next() => {}
                    () = pause(LOOK) => {}
                }
            }
        }
        self.activities.retain(|open| open.strong_count() > 0);
        self.activities.push(Arc::downgrade(&activity));
        self.connections.spawn(connection);
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
