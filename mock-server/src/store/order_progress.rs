//! The progress of an order: it follows the schedule, unless a caller moves it or cancels it.

use std::ops::Range;

use jiff::Timestamp;
use schemas::orders::OrderStatus;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use crate::config::OrderSchedule;

/// The progress of an order. Its status is a function of the schedule, this data, and the time.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderProgress {
    /// Creation time.
    pub created_at: Timestamp,
    /// The times and statuses of moves by callers. Each status is later than the one before, so there are few.
    moves: Vec<(Timestamp, OrderStatus)>,
    cancelled_at: Option<Timestamp>,
}

impl OrderProgress {
    /// The progress of an order that no caller has moved.
    pub(super) fn new(created_at: Timestamp) -> Self {
        Self {
            created_at,
            moves: Vec::new(),
            cancelled_at: None,
        }
    }

    /// Whether moves can lead to this progress.
    pub(super) fn is_sound(&self, schedule: OrderSchedule) -> bool {
        let statuses = self.moves.iter().map(|(_, to)| *to as usize);
        let moves = self.moves.iter().map(|(at, _)| *at);
        let times = [self.created_at].into_iter().chain(moves);
        let mut on = self.moves.iter().map(|(_, to)| *to);
        on.all(|to| !matches!(to, OrderStatus::Received | OrderStatus::Cancelled))
            && statuses.is_sorted_by(|one, next| one < next)
            && times.chain(self.cancelled_at).is_sorted()
            && (self.cancelled_at.is_none() || self.completed(schedule).is_none())
    }

    /// The status at `now`, and the range of time in which the order has it.
    pub(super) fn status(
        &self,
        schedule: OrderSchedule,
        now: Timestamp,
    ) -> (OrderStatus, Range<Timestamp>) {
        let (mut status, mut time) = (OrderStatus::Received, self.created_at..Timestamp::MAX);
        for (at, next) in self.milestones(schedule) {
            if now < at {
                time.end = at;
                break;
            }
            (status, time.start) = (next, at);
        }
        (status, time)
    }

    /// When the order reaches each status after it was received. No status is skipped: those that a move passes are
    /// reached at the time of the move.
    pub(super) fn milestones(
        &self,
        schedule: OrderSchedule,
    ) -> impl Iterator<Item = (Timestamp, OrderStatus)> {
        let cancelled = self.cancelled_at;
        let milestones = schedule.milestones(self.created_at).into_iter();
        milestones
            .map(|(planned, status)| {
                let mut moves = self.moves.iter();
                let moved = moves.find(|(_, to)| *to as usize >= status as usize);
                (moved.map_or(planned, |(at, _)| planned.min(*at)), status)
            })
            .filter(move |(at, _)| cancelled.is_none_or(|cancelled| *at <= cancelled))
            .chain(cancelled.map(|at| (at, OrderStatus::Cancelled)))
    }

    /// When the order is completed, if it ever is.
    pub(super) fn completed(&self, schedule: OrderSchedule) -> Option<Timestamp> {
        let mut milestones = self.milestones(schedule);
        let completed = milestones.find(|(_, status)| *status == OrderStatus::Completed);
        completed.map(|(at, _)| at)
    }

    /// Moves the order to a status that is in [`after`] its status at `now`.
    pub(super) fn move_on(&mut self, to: OrderStatus, now: Timestamp) {
        if to == OrderStatus::Cancelled {
            self.cancelled_at = Some(now);
        } else {
            self.moves.push((now, to));
        }
    }
}

/// The statuses that an order can be moved to: any later one. Final statuses cannot be left.
pub(super) fn after(status: OrderStatus) -> &'static [OrderStatus] {
    match status {
        OrderStatus::Completed | OrderStatus::Cancelled => &[],
        OrderStatus::Received | OrderStatus::Accepted | OrderStatus::InProgress => {
            &OrderStatus::VARIANTS[status as usize + 1..]
        }
    }
}

/// The statuses that an order reaches in a move, including the last one. No status is skipped on the way, except on
/// the way to `CANCELLED`, which is reached directly.
pub(super) fn path(status: OrderStatus, to: OrderStatus) -> &'static [OrderStatus] {
    if to == OrderStatus::Cancelled {
        &[OrderStatus::Cancelled]
    } else {
        &OrderStatus::VARIANTS[status as usize + 1..=to as usize]
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::{collection::vec, prelude::*};

    use super::*;

    const STATUSES: &[OrderStatus] = OrderStatus::VARIANTS;

    fn schedule() -> OrderSchedule {
        OrderSchedule::lasting(SignedDuration::from_secs(10))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000 + second).unwrap()
    }

    #[test]
    fn order_passes_its_statuses_in_order_and_exactly_on_time() {
        let progress = OrderProgress::new(at(0));
        let status = |second| {
            let (status, time) = progress.status(schedule(), at(second));
            (status, time.start.as_second() - 1_000)
        };
        assert_eq!(status(0), (OrderStatus::Received, 0));
        assert_eq!(status(1), (OrderStatus::Accepted, 1));
        assert_eq!(status(3), (OrderStatus::InProgress, 3));
        assert_eq!(status(9), (OrderStatus::InProgress, 3));
        assert_eq!(status(10), (OrderStatus::Completed, 10));
        assert_eq!(status(99), (OrderStatus::Completed, 10));
    }

    #[test]
    fn moved_order_continues_on_schedule() {
        let mut progress = OrderProgress::new(at(0));
        progress.move_on(OrderStatus::InProgress, at(2));
        let milestones: Vec<_> = progress.milestones(schedule()).collect();
        let wanted = [
            (at(1), OrderStatus::Accepted),
            (at(2), OrderStatus::InProgress),
            (at(10), OrderStatus::Completed),
        ];
        assert_eq!(milestones, wanted);
        progress.move_on(OrderStatus::Cancelled, at(5));
        let milestones: Vec<_> = progress.milestones(schedule()).collect();
        assert_eq!(milestones[..2], wanted[..2]);
        assert_eq!(milestones[2..], [(at(5), OrderStatus::Cancelled)]);
        assert_eq!(progress.completed(schedule()), None);
    }

    proptest! {
        #[test]
        fn moves_never_change_the_past_and_never_get_lost(
            wishes in vec((0..4_i64, 1..STATUSES.len()), 0..8),
        ) {
            let (mut progress, mut now) = (OrderProgress::new(at(0)), 0);
            for (wait, wish) in wishes {
                now += wait;
                let seen = |progress: &OrderProgress| -> Vec<_> {
                    let until = (0..now).map(|second| progress.status(schedule(), at(second)).0);
                    until.collect()
                };
                let before = seen(&progress);
                let (status, _) = progress.status(schedule(), at(now));
                let to = STATUSES[wish];
                if after(status).contains(&to) {
                    progress.move_on(to, at(now));
                    prop_assert_eq!(progress.status(schedule(), at(now)).0, to);
                    prop_assert_eq!(path(status, to).last(), Some(&to));
                }
                prop_assert_eq!(seen(&progress), before);
                let milestones: Vec<_> = progress.milestones(schedule()).collect();
                prop_assert!(milestones.is_sorted_by_key(|(at, _)| *at));
                let statuses = milestones.iter().map(|(_, status)| *status);
                let statuses: Vec<_> = statuses.filter(|status| *status != OrderStatus::Cancelled).collect();
                prop_assert_eq!(&statuses[..], &STATUSES[1..=statuses.len()]);
            }
        }
    }
}
