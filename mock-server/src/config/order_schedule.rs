//! At which age an order comes to which status: nothing has to move it on.

use jiff::{SignedDuration, Timestamp};
use schemas::orders::OrderStatus;

/// At which age an order comes to which status.
#[derive(Clone, Copy, Debug)]
pub struct OrderSchedule {
    accepted: SignedDuration,
    in_progress: SignedDuration,
    completed: SignedDuration,
}

impl OrderSchedule {
    /// An order that takes so long: a tenth until it is accepted, three tenths until work begins.
    pub fn lasting(duration: SignedDuration) -> Self {
        Self {
            accepted: duration / 10,
            in_progress: duration / 10 * 3,
            completed: duration,
        }
    }

    /// How long an order takes.
    pub fn duration(&self) -> SignedDuration {
        self.completed
    }

    /// When an order comes to which status after it was received, if nobody moves it.
    pub fn milestones(&self, created: Timestamp) -> [(Timestamp, OrderStatus); 3] {
        let at = |age| created.saturating_add(age).unwrap_or(Timestamp::MAX);
        [
            (at(self.accepted), OrderStatus::Accepted),
            (at(self.in_progress), OrderStatus::InProgress),
            (at(self.completed), OrderStatus::Completed),
        ]
    }
}
