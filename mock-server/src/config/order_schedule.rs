//! The age at which an order reaches each status. The status is computed from the age, so no timer is needed.

use jiff::{SignedDuration, Timestamp};
use schemas::orders::OrderStatus;

/// The age at which an order reaches each status.
#[derive(Clone, Copy, Debug)]
pub struct OrderSchedule {
    accepted: SignedDuration,
    in_progress: SignedDuration,
    completed: SignedDuration,
}

impl OrderSchedule {
    /// The schedule of an order that takes this long: it is accepted after a tenth, and work begins after three
    /// tenths.
    pub fn lasting(duration: SignedDuration) -> Self {
        Self {
            accepted: duration / 10,
            in_progress: duration / 10 * 3,
            completed: duration,
        }
    }

    /// Time until an order is completed.
    pub fn duration(&self) -> SignedDuration {
        self.completed
    }

    /// When an order that was created at `created` reaches each status, unless a caller moves it.
    pub fn milestones(&self, created: Timestamp) -> [(Timestamp, OrderStatus); 3] {
        let at = |age| created.saturating_add(age).unwrap_or(Timestamp::MAX);
        [
            (at(self.accepted), OrderStatus::Accepted),
            (at(self.in_progress), OrderStatus::InProgress),
            (at(self.completed), OrderStatus::Completed),
        ]
    }
}
