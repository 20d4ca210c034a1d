//! The statuses of an order as a line: those that it has had, and those that it will have.

use jiff::Timestamp;
use maud::{Markup, html};
use schemas::orders::OrderStatus;

use super::super::components;

/// When an order reaches each of its statuses, in order of time.
#[derive(Debug)]
pub(super) struct Transitions(Vec<(Timestamp, OrderStatus)>);

impl Transitions {
    pub(super) fn new(transitions: Vec<(Timestamp, OrderStatus)>) -> Self {
        Self(transitions)
    }

    /// Those that are still to come.
    pub(super) fn planned(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, OrderStatus)> {
        let all = self.0.iter().copied();
        all.filter(move |(at, _)| *at > now)
    }

    /// The line. Planned transitions have an action each, if there is one.
    pub(super) fn render(
        &self,
        now: Timestamp,
        action: impl Fn(Timestamp, OrderStatus) -> Option<Markup>,
    ) -> Markup {
        html! {
            ol.transitions {
                @for (at, status) in &self.0 {
                    @let is_planned = *at > now;
                    li.planned[is_planned] {
                        strong { (status) }
                        span.muted { @if is_planned { "planned " } (components::time(*at, now)) }
                        @if is_planned { @if let Some(action) = action(*at, *status) { (action) } }
                    }
                }
            }
        }
    }
}
