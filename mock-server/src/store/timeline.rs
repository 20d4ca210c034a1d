//! Where an order stands is a function of its age, so nothing has to move it on.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use schemas::orders::OrderStatus;

/// At which age an order comes to which status.
#[derive(Clone, Copy, Debug)]
pub struct Timeline {
    accepted: SignedDuration,
    in_progress: SignedDuration,
    completed: SignedDuration,
}

impl Timeline {
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

    /// Where an order stands at `now`, and from when until when it does.
    pub(crate) fn status(
        &self,
        created: Timestamp,
        now: Timestamp,
    ) -> (OrderStatus, Range<Timestamp>) {
        let (mut status, mut time) = (OrderStatus::Received, created..Timestamp::MAX);
        for (at, next) in self.milestones(created) {
            if now < at {
                time.end = at;
                break;
            }
            (status, time.start) = (next, at);
        }
        (status, time)
    }

    /// When an order is completed.
    pub(crate) fn completed(&self, created: Timestamp) -> Timestamp {
        created
            .saturating_add(self.completed)
            .unwrap_or(Timestamp::MAX)
    }

    /// When an order comes to which status after it was received.
    pub fn milestones(&self, created: Timestamp) -> [(Timestamp, OrderStatus); 3] {
        let at = |age| created.saturating_add(age).unwrap_or(Timestamp::MAX);
        [
            (at(self.accepted), OrderStatus::Accepted),
            (at(self.in_progress), OrderStatus::InProgress),
            (at(self.completed), OrderStatus::Completed),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_goes_through_its_statuses_in_order_each_at_its_exact_time() {
        let timeline = Timeline::lasting(SignedDuration::from_secs(10));
        let created = Timestamp::from_second(1_000).unwrap();
        let status = |seconds: i64| {
            let (status, time) =
                timeline.status(created, Timestamp::from_second(1_000 + seconds).unwrap());
            (status, time.start.as_second() - 1_000)
        };
        assert_eq!(status(0), (OrderStatus::Received, 0));
        assert_eq!(status(1), (OrderStatus::Accepted, 1));
        assert_eq!(status(3), (OrderStatus::InProgress, 3));
        assert_eq!(status(9), (OrderStatus::InProgress, 3));
        assert_eq!(status(10), (OrderStatus::Completed, 10));
        assert_eq!(status(99), (OrderStatus::Completed, 10));
    }
}
