//! What a client did in a scenario, as a picture: a lane for each connection, a bar for each request, and shading where a
//! response asked the client to wait.

use maud::{Markup, html};

use super::super::components::counted;
use crate::app::judge_report::{Trial, TrialRequest};

/// Maximum number of requests that are drawn and listed.
const DRAWN: usize = 200;
/// Maximum number of lanes; other connections share the last one.
const LANES: usize = 12;
/// The height of a lane, of a bar, and of the axis, in pixels.
const LANE: usize = 20;
const BAR: usize = 12;
const AXIS: usize = 20;

/// The picture, and the same as a list.
pub(super) fn render(trial: &Trial) -> Markup {
    let requests = &trial.calls[..trial.calls.len().min(DRAWN)];
    let Some(scale) = Scale::of(requests) else {
        return html! { p.muted { "The client sent no request." } };
    };
    let more = trial
        .left_out
        .saturating_add((trial.calls.len() - requests.len()) as u64);
    html! {
        (picture(requests, &scale))
        ol.sent {
            @for request in requests {
                li { code { "+" (seconds(scale.after(request.at_ms))) " " (*request.method) " " (*request.target) " → " (outcome(request)) } }
            }
        }
        @if more > 0 { p.muted { (counted(more, "more request")) " not shown." } }
    }
}

/// The least width of a bar, in hundredths of a percent: a response may be too short to be seen.
const LEAST: u64 = 60;

/// Places times on the picture, in percent of its width. The bar of a request at its end fits in, too.
struct Scale {
    from: u64,
    span: u64,
}

impl Scale {
    /// From the first request to the last response, and the wait after it.
    fn of(requests: &[TrialRequest]) -> Option<Self> {
        let from = requests.iter().map(|request| request.at_ms).min()?;
        let until = requests.iter().map(end).max()?;
        Some(Self {
            from,
            span: until.saturating_sub(from).max(1),
        })
    }

    fn after(&self, at_ms: u64) -> u64 {
        at_ms.saturating_sub(self.from)
    }

    /// Hundredths of a percent.
    fn part(&self, length_ms: u64) -> u64 {
        let whole = u128::from(10_000 - LEAST);
        let part = u128::from(length_ms.min(self.span)) * whole / u128::from(self.span);
        u64::try_from(part).unwrap_or_default()
    }

    fn percent(&self, length_ms: u64) -> String {
        percent(self.part(length_ms))
    }
}

/// `12.34%`, from hundredths.
fn percent(part: u64) -> String {
    format!("{}.{:02}%", part / 100, part % 100)
}

fn end(request: &TrialRequest) -> u64 {
    request
        .answered_ms
        .unwrap_or(request.at_ms)
        .max(request.at_ms)
}

fn picture(requests: &[TrialRequest], scale: &Scale) -> Markup {
    let mut connections: Vec<_> = requests.iter().map(|one| one.connection).collect();
    connections.sort_unstable();
    connections.dedup();
    let lane = |request: &TrialRequest| {
        let lane = connections.binary_search(&request.connection);
        lane.unwrap_or_default().min(LANES - 1)
    };
    let height = connections.len().min(LANES) * LANE;
    let label = format!(
        "{} on {} in {}",
        counted(requests.len() as u64, "request"),
        counted(connections.len() as u64, "connection"),
        seconds(scale.span)
    );
    html! {
        svg.trial height=(height + AXIS) role="img" aria-label=(label) {
            @for request in requests { (wait(request, scale, height)) }
            @for request in requests { (bar(request, scale, lane(request) * LANE + (LANE - BAR) / 2)) }
            text x="0" y=(height + 16) { "0 s" }
            text.end x="100%" y=(height + 16) { (seconds(scale.span)) }
        }
    }
}

/// The time for which a response asked the client to wait.
fn wait(request: &TrialRequest, scale: &Scale, height: usize) -> Markup {
    let (Some(asked), Some(from)) = (request.asked_ms, request.answered_ms) else {
        return html! {};
    };
    let from = scale.after(from);
    let length = asked.min(scale.span.saturating_sub(from));
    html! { rect.wait x=(scale.percent(from)) y="0" width=(scale.percent(length)) height=(height) {} }
}

fn bar(request: &TrialRequest, scale: &Scale, y: usize) -> Markup {
    let class = match request.status {
        Some(..400) if request.whole => "good",
        Some(_) => "bad",
        None => "lost",
    };
    let length = end(request).saturating_sub(request.at_ms);
    let width = percent(scale.part(length).max(LEAST));
    html! {
        rect class=(class) x=(scale.percent(scale.after(request.at_ms))) y=(y) width=(width) height=(BAR) {
            title { "+" (seconds(scale.after(request.at_ms))) " " (*request.method) " " (*request.target) " → " (outcome(request)) }
        }
    }
}

/// The response in a few words.
fn outcome(request: &TrialRequest) -> String {
    let Some(status) = request.status else {
        return "○ no response".to_owned();
    };
    let sign = if status < 400 && request.whole {
        "✓"
    } else {
        "✗"
    };
    let cut = if request.whole { "" } else { ", cut off" };
    let wait = request
        .asked_ms
        .map(|asked| format!(", wait {}", seconds(asked)));
    format!("{sign} {status}{cut}{}", wait.unwrap_or_default())
}

/// `1.250 s`
fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03} s", milliseconds / 1_000, milliseconds % 1_000)
}
