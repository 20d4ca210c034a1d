//! What all calls of a client do to a server together.

use std::time::Duration;

use crate::clients::{trace::Exchange, trial::Evidence};

/// When calls were begun, and when they were over: each in the order of time.
#[derive(Debug, Default)]
pub(super) struct Load {
    begun: Vec<Duration>,
    over: Vec<Duration>,
}

impl Load {
    pub(super) fn of<'a>(one: &Evidence, calls: impl IntoIterator<Item = &'a Exchange>) -> Self {
        let mut load = Self::default();
        for call in calls {
            load.begun.push(call.at());
            load.over.extend(one.trace.over_at(call));
        }
        load.begun.sort_unstable();
        load.over.sort_unstable();
        load
    }

    /// Calls that were under way: begun before a time and not over then.
    pub(super) fn under_way(&self, at: Duration) -> usize {
        let begun = self.begun.partition_point(|begun| *begun < at);
        begun.saturating_sub(self.over.partition_point(|over| *over <= at))
    }

    /// Calls that were under way at once, at the most.
    pub(super) fn most(&self) -> usize {
        let others = self.begun.iter().map(|begun| self.under_way(*begun));
        others.max().map_or(0, |others| others + 1)
    }
}
