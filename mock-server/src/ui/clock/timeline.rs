//! What is due, as marks on a line and as a table with the same.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use super::{
    super::{
        book,
        components::{self, counted, grouped},
        data::sample_order,
        frame::Frame,
    },
    advance_to,
};
use crate::{
    keys::KeyId,
    tenants::{Event, State, What},
};

/// Maximum number of times that the table lists.
const ROWS: usize = 100;
/// Maximum number of events that a row lists.
const TOGETHER: usize = 5;

/// The kinds of events, each a line of its own.
const LANES: [&str; 4] = ["Limits", "Keys", "Orders", "Scenario"];
/// Height of a lane, in pixels.
const LANE: usize = 28;
/// Width of a mark, in pixels.
const MARK: usize = 14;
/// The labels of the scale, in seconds from now, and whether narrow screens leave them out.
const LABELS: [(i64, bool); 6] = [
    (0, false),
    (10, true),
    (60, true),
    (300, false),
    (900, true),
    (1_800, false),
];

/// What is due up to some time.
pub(super) struct Timeline {
    now: Timestamp,
    until: Timestamp,
    /// By time.
    due: BTreeMap<Timestamp, Vec<Due>>,
    count: usize,
}

/// An event, as the page shows it.
struct Due {
    /// The index of its line.
    lane: usize,
    sentence: String,
    /// The id of the order that it is about.
    order: Option<String>,
}

impl Timeline {
    pub(super) fn new(
        now: Timestamp,
        until: Timestamp,
        events: &[Event<'_>],
        state: &State,
    ) -> Self {
        let mut due = BTreeMap::<_, Vec<_>>::new();
        for event in events {
            due.entry(event.at)
                .or_default()
                .push(Due::new(event.what, state));
        }
        Self {
            now,
            until,
            due,
            count: events.len(),
        }
    }

    /// When the next event is.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.due.keys().next().copied()
    }

    pub(super) fn render(&self, frame: &Frame) -> Markup {
        html! {
            @if self.due.is_empty() {
                div.empty {
                    p {
                        "Nothing is due in the next hour: no window of a rate limit ends, no key expires, no order moves. "
                        "Create an order, and its steps appear here:"
                    }
                    (components::command(&frame.api_call("/orders", Some(&sample_order()))))
                    (book::more(const { docs::page("clock") }))
                }
            } @else {
                (self.line(frame))
                (self.table(frame))
            }
        }
    }

    /// Where a time is on the line, in percent. Near times get more room: an order may take seconds, a window an hour.
    fn place(&self, at: Timestamp) -> String {
        let distance = |to: Timestamp| to.duration_since(self.now).as_secs_f64();
        format!(
            "{:.2}%",
            100.0 * (distance(at) / distance(self.until)).sqrt()
        )
    }

    fn line(&self, frame: &Frame) -> Markup {
        let height = LANES.len() * LANE;
        let at = |seconds| {
            let distance = SignedDuration::from_secs(seconds);
            self.now.saturating_add(distance).unwrap_or(self.until)
        };
        html! {
            div.timeline {
                ul aria-hidden="true" { @for lane in LANES { li { (lane) } } }
                svg height=(height + 24) role="group" aria-label={ (counted(self.count as u64, "event")) " in the next hour; the table lists them" } {
                    @for (seconds, is_minor) in LABELS {
                        @let x = self.place(at(seconds));
                        line.tick x1=(x) x2=(x) y1="0" y2=(height) {}
                        text.minor[is_minor] x=(x) y=(height + 16) {
                            @if seconds == 0 { "now" } @else { "+" (components::length(SignedDuration::from_secs(seconds))) }
                        }
                    }
                    @for (at, events) in &self.due {
                        @for lane in 0..LANES.len() { (self.mark(frame, *at, lane, events)) }
                    }
                }
            }
        }
    }

    /// What happens in a lane at a time, as a button that advances the clock to it. Those who use a keyboard find the same
    /// buttons in the table.
    fn mark(&self, frame: &Frame, at: Timestamp, lane: usize, events: &[Due]) -> Markup {
        let here = events.iter().filter(|due| due.lane == lane);
        let sentences: Vec<_> = here.map(|due| &*due.sentence).take(TOGETHER).collect();
        if sentences.is_empty() {
            return Markup::default();
        }
        let request = advance_to(frame, at);
        let name = format!(
            "Advance to {}: {}",
            components::second(at),
            sentences.join(" ")
        );
        html! {
            foreignObject x=(self.place(at)) y=(lane * LANE) width=(MARK) height=(LANE) transform={ "translate(-" (MARK / 2) ")" } {
                button class={ "event lane-" (lane) } type="button" tabindex="-1" title=(name) aria-label=(name)
                    data-method=(request.method) data-path=(request.path) data-body=[request.body.as_deref()] {}
            }
        }
    }

    fn table(&self, frame: &Frame) -> Markup {
        html! {
            table.plain.due {
                thead { tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "Clock" } } }
                tbody {
                    @for (at, events) in self.due.iter().take(ROWS) {
                        tr {
                            td { (components::time(*at, self.now)) br; span.muted { (components::second(*at)) } }
                            td {
                                @for due in events.iter().take(TOGETHER) { (due.render(frame)) }
                                @if events.len() > TOGETHER { p.muted { "and " (events.len() - TOGETHER) " more" } }
                            }
                            td {
                                @let request = advance_to(frame, *at);
                                (request.button("Advance to here", None))
                                (request.reveal())
                            }
                        }
                    }
                }
            }
            @if self.due.len() > ROWS {
                p.muted { (self.due.len() - ROWS) " later times are not listed." }
            }
        }
    }
}

impl Due {
    fn new(what: What<'_>, state: &State) -> Self {
        let order = match what {
            What::OrderStatus { order, .. } => Some(order.to_owned()),
            What::KeyExpired { .. }
            | What::KeyRevoked { .. }
            | What::WindowEnded { .. }
            | What::StepDue { .. }
            | What::RuleStarted { .. }
            | What::RuleEnded { .. } => None,
        };
        Self {
            lane: lane(what),
            sentence: describe(what, state),
            order,
        }
    }

    fn render(&self, frame: &Frame) -> Markup {
        html! {
            p {
                (self.sentence)
                @if let Some(order) = &self.order {
                    " " a href=(frame.place.path(&format!("data/orders/{order}"))) { "Show the order" }
                }
            }
        }
    }
}

fn lane(what: What<'_>) -> usize {
    match what {
        What::WindowEnded { .. } => 0,
        What::KeyExpired { .. } | What::KeyRevoked { .. } => 1,
        What::OrderStatus { .. } => 2,
        What::StepDue { .. } | What::RuleStarted { .. } | What::RuleEnded { .. } => 3,
    }
}

/// An event, in one sentence.
fn describe(what: What<'_>, state: &State) -> String {
    let label = |key: KeyId| {
        let definition = &state.keys[key.index()].definition;
        let name = definition.name.iter().map(|name| format!(", {name}"));
        format!("{} ({key}{})", definition.masked, name.collect::<String>())
    };
    match what {
        What::OrderStatus { order, status } => format!("Order {order} becomes {status}."),
        What::KeyExpired { key } => format!("The key {} expires.", label(key)),
        What::KeyRevoked { key } => format!("The key {} is revoked.", label(key)),
        What::WindowEnded { key, limit, used } => format!(
            "The quota of {} is full again. Until then, {} of {} requests are left.",
            label(key),
            grouped(limit.saturating_sub(used).into()),
            grouped(limit.into())
        ),
        // People count from one, as the details of a request do.
        What::StepDue { step } => {
            let number = step + 1;
            format!("Step {number} of the scenario is due; it happens before the next request.")
        }
        What::RuleStarted { rule } => format!("Rule {} of the scenario begins to apply.", rule + 1),
        What::RuleEnded { rule } => format!("Rule {} of the scenario no longer applies.", rule + 1),
    }
}
