//! What a client did in each scenario, as a picture: a lane for each connection, a bar for each request, and shading for the
//! waits that the server asked for.

use maud::{Markup, html};

use super::super::{finding_text, model::Report};
use crate::{
    finding::count,
    report::model::{Trial, TrialRequest},
};

/// The dimensions of the picture: its width, and the height of a lane.
const WIDTH: u64 = 1000;
const LANE: u64 = 22;
/// The height of a bar, and its minimum width: a response may be too short to be visible.
const BAR: u64 = 14;
const MIN_WIDTH: u64 = 3;
/// The width of a status, the height of the axis below, and the maximum number of labels on it.
const LABEL: u64 = 28;
const AXIS: u64 = 16;
const MAX_TICKS: u64 = 8;
/// Maximum number of lanes; requests on other connections share the last one.
const MAX_LANES: usize = 24;

pub(super) fn section(report: &Report) -> Markup {
    html! {
        h2 { "Timeline" }
        p { "A lane for each connection, a bar for each request: ✓ succeeded, ✗ rejected or cut off, ○ no response. Shaded: the server asked the client to wait." }
        @for trial in &report.trials { (timeline(trial, is_of_interest(report, trial))) }
    }
}

/// The heading, the score, the picture, and the same as text.
fn timeline(trial: &Trial, open: bool) -> Markup {
    let score = &trial.score;
    html! {
        details open[open] {
            summary { (trial.scenario) ": " (trial.summary) }
            p {
                (count(score.requests, "request")) " for " (count(score.calls, "call")) ", " (score.wasted) " wasted, "
                (finding_text::seconds(score.lost_ms)) " lost; "
                @match &trial.ended { Some(ended) => { "ended " (finding_text::plain(ended)) } None => { "started elsewhere" } }
            }
            @if let (Some(first), Some(last)) = (trial.calls.first(), trial.calls.last()) { (picture(trial, first, last)) }
            ol { @for request in &trial.calls { li { code { (finding_text::plain(&request.line_since(trial.calls[0].at_ms))) } } } }
            @if trial.left_out > 0 { p { (count(trial.left_out, "more request")) " not shown." } }
        }
    }
}

/// Whether a rule was violated, or requests were wasted.
fn is_of_interest(report: &Report, trial: &Trial) -> bool {
    let mut checks = report.checks.iter();
    trial.score.wasted > 0
        || checks
            .any(|entry| entry.trace.is_some() && entry.scenario.as_ref() == Some(&trial.scenario))
}

/// Converts times to positions in the picture.
struct Scale {
    from: u64,
    span: u64,
}

impl Scale {
    fn x(&self, at_ms: u64) -> u64 {
        let after = at_ms.saturating_sub(self.from).min(self.span);
        after * WIDTH / self.span
    }
}

fn picture(trial: &Trial, first: &TrialRequest, last: &TrialRequest) -> Markup {
    let end = trial
        .calls
        .iter()
        .filter_map(|request| request.answered_ms)
        .max();
    let end = end.unwrap_or(last.at_ms).max(last.at_ms);
    let scale = Scale {
        from: first.at_ms,
        span: end.saturating_sub(first.at_ms).max(1),
    };
    let mut lanes: Vec<_> = trial
        .calls
        .iter()
        .map(|request| request.connection)
        .collect();
    lanes.sort_unstable();
    lanes.dedup();
    let lane = |request: &TrialRequest| {
        let lane = lanes.iter().position(|lane| *lane == request.connection);
        lane.unwrap_or_default().min(MAX_LANES - 1)
    };
    let height = LANE * units(lanes.len().min(MAX_LANES));
    let label = format!(
        "{} on {} within {}",
        count(trial.calls.len(), "request"),
        count(lanes.len(), "connection"),
        finding_text::seconds(scale.span)
    );
    html! {
        div.scroll {
            svg.timeline role="img" aria-label=(label) viewBox={ "-4 0 " (WIDTH + 60) " " (height + AXIS) } {
                (axis(&scale, height))
                @for request in &trial.calls { (wait(request, &scale, height)) }
                @for (place, request) in trial.calls.iter().enumerate() {
                    @let next = trial.calls[place + 1..].iter().find(|next| lane(next) == lane(request));
                    (bar(request, &scale, units(lane(request)) * LANE + (LANE - BAR) / 2, next))
                }
            }
        }
    }
}

fn units(count: usize) -> u64 {
    count.try_into().unwrap_or_default()
}

/// The seconds since the first request, at round numbers.
fn axis(scale: &Scale, height: u64) -> Markup {
    let steps = (0..).flat_map(|power| [1, 2, 5].map(|step| step * 10_u64.pow(power)));
    let mut steps = steps.take_while(|step| *step <= scale.span);
    let step = steps
        .find(|step| scale.span / step <= MAX_TICKS)
        .unwrap_or(scale.span);
    let ticks = (0..)
        .map(|tick| tick * step)
        .take_while(|at| *at <= scale.span);
    html! {
        g.axis {
            @for at in ticks {
                @let x = scale.x(scale.from + at);
                line x1=(x) x2=(x) y1="0" y2=(height) {}
                text x=(x) y=(height + AXIS - 4) { (finding_text::seconds(at)) }
            }
        }
    }
}

/// The time for which the server asked the client to wait.
fn wait(request: &TrialRequest, scale: &Scale, height: u64) -> Markup {
    let (Some(requested), Some(from)) = (request.asked_ms, request.answered_ms) else {
        return html! {};
    };
    let (from, until) = (scale.x(from), scale.x(from.saturating_add(requested)));
    html! { rect.wait x=(from) y="0" width=(until.saturating_sub(from).max(1)) height=(height) {} }
}

/// A request, with its status if there is room before the next on the same lane.
fn bar(request: &TrialRequest, scale: &Scale, y: u64, next: Option<&TrialRequest>) -> Markup {
    let from = scale.x(request.at_ms);
    let until = scale.x(request.answered_ms.unwrap_or(request.at_ms));
    let width = until.saturating_sub(from).max(MIN_WIDTH);
    let label = from + width + 3;
    let (class, sign) = match request.status {
        Some(..400) if request.whole => ("good", "✓"),
        Some(_) => ("bad", "✗"),
        None => ("lost", "○"),
    };
    let status = request
        .status
        .map(|status| status.to_string())
        .unwrap_or_default();
    let has_room = next.is_none_or(|next| scale.x(next.at_ms) > label + LABEL);
    html! {
        g class=(class) {
            title { (finding_text::plain(&request.line_since(scale.from))) }
            rect x=(from) y=(y) width=(width) height=(BAR) {}
            @if has_room { text x=(label) y=(y + BAR - 3) { (sign) (status) } }
        }
    }
}
