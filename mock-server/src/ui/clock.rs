//! The page Clock: the organization's time, how it passes, and what will happen in the next hour.

mod timeline;

use axum::{
    Router,
    extract::State,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use self::timeline::Timeline;
use super::{
    components::{self, ControlRequest},
    frame::{Frame, Nav},
    place::Place,
    query::Query,
};
use crate::{
    app::App,
    clock::{Mode, rfc3339},
    control::clock::AHEAD,
    tenants::Organization,
};

/// The paces that the page offers.
const PACES: [(f64, &str); 5] = [
    (0.1, "a tenth"),
    (10.0, "10 times"),
    (60.0, "60 times: a minute a second"),
    (600.0, "600 times: ten minutes a second"),
    (3_600.0, "3,600 times: an hour a second"),
];

/// The pace that the page suggests.
const SUGGESTED: f64 = 60.0;

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(show)).route("/due", get(due))
}

/// A clock, as the page shows it.
struct ClockView {
    mode: Mode,
    now: Timestamp,
    machine: Timestamp,
    timeline: Timeline,
    /// Differs from that of every other state of the clock.
    mark: String,
}

impl ClockView {
    fn read(app: &App, organization: &Organization) -> Self {
        let machine = app.machine_now();
        let state = organization.state();
        let clock = &state.clock;
        let now = clock.now(machine);
        let until = now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
        Self {
            mode: clock.mode(),
            now,
            machine,
            timeline: Timeline::new(now, until, &state.due(now, until, &app.config), &state),
            mark: clock.mark(),
        }
    }
}

async fn show(State(app): State<App>, frame: Frame) -> Html<String> {
    let nothing = Markup::default();
    let Place::Organization(organization) = &frame.place else {
        let content = html! { p.note { "Every organization has a clock of its own. Choose one at the top." } };
        return frame.page(Nav::Clock, "Clock", &nothing, &content);
    };
    let view = ClockView::read(&app, organization);
    let mark: String = form_urlencoded::byte_serialize(view.mark.as_bytes()).collect();
    let refresh = format!("{}?mark={mark}", frame.place.path("clock/due"));
    let content = html! {
        (head(&frame, &view))
        (controls(&frame, &view))
        section aria-label="The next hour" {
            h2 { "The next hour" }
            div data-refresh=(refresh) { (view.timeline.render(&frame)) }
        }
    };
    frame.page(Nav::Clock, "Clock", &nothing, &content)
}

/// The query of what is due.
#[derive(Debug, Deserialize)]
struct Shown {
    /// The mark of the clock that the page shows.
    mark: String,
}

/// What is due, or 205 if the clock has been changed since the page was loaded.
async fn due(
    State(app): State<App>,
    frame: Frame,
    Query(Shown { mark }): Query<Shown>,
) -> Response {
    let Place::Organization(organization) = &frame.place else {
        return StatusCode::RESET_CONTENT.into_response();
    };
    let view = ClockView::read(&app, organization);
    if view.mark != mark {
        return StatusCode::RESET_CONTENT.into_response();
    }
    Html(view.timeline.render(&frame).into_string()).into_response()
}

fn head(frame: &Frame, view: &ClockView) -> Markup {
    let distance = view.now.duration_since(view.machine);
    let length = components::length(distance.abs());
    html! {
        p.big {
            time data-clock datetime=(rfc3339(view.now)) title=(rfc3339(view.now)) { (components::second(view.now)) }
        }
        p {
            strong.pill { (view.mode.name()) } " "
            @match view.mode {
                Mode::Real => "Time passes as on the machine.",
                Mode::Frozen => "Time passes only when you advance it.",
                Mode::Scaled(factor) => { "Time passes " (factor) " times as fast as on the machine." }
            }
            @if distance.abs() >= SignedDuration::from_secs(1) {
                span.muted {
                    " The clock is " (length) @if distance.is_negative() { " behind" } @else { " ahead of" } " the machine."
                }
            }
        }
        @if distance.abs() >= SignedDuration::from_secs(1) { (way_back(frame)) }
    }
}

/// How the organization gets back to the machine's time. It is not a button, because it does more than
/// its name suggests.
fn way_back(frame: &Frame) -> Markup {
    let reset = ControlRequest {
        method: "POST",
        path: format!("{}/reset", frame.place.control_path()),
        body: None,
        server: &frame.server,
    };
    html! {
        details.call {
            summary { "Back to the machine's time" }
            p {
                "Time never goes back, and "
                strong { "Resume" } " goes on from where it is. A reset puts the clock, the data, the requests and the quotas of the "
                "organization back to how they were in the beginning; keys stay:"
            }
            (components::command(&reset.curl()))
        }
    }
}

/// A control request that changes the clock.
pub(super) fn turn<'a>(frame: &'a Frame, verb: &str, body: Option<String>) -> ControlRequest<'a> {
    ControlRequest {
        method: "POST",
        path: format!("{}/clock/{verb}", frame.place.control_path()),
        body,
        server: &frame.server,
    }
}

fn controls(frame: &Frame, view: &ClockView) -> Markup {
    let advance = |by: &str| turn(frame, "advance", Some(json!({ "by": by }).to_string()));
    let pace = match view.mode {
        Mode::Frozen => ("Resume", turn(frame, "resume", None)),
        Mode::Real | Mode::Scaled(_) => ("Freeze", turn(frame, "freeze", None)),
    };
    let mut actions = vec![pace];
    if let Mode::Scaled(_) = view.mode {
        actions.push(("Real pace", turn(frame, "resume", None)));
    }
    actions.push(("+1 min", advance("1m")));
    actions.push(("+1 h", advance("1h")));
    actions.push(("+1 day", advance("1d")));
    let next = view.timeline.next().map(|at| advance_to(frame, at));
    actions.extend(next.map(|next| ("To the next event", next)));
    html! {
        p.actions {
            @for (label, request) in &actions { (request.button(label, None)) }
        }
        (forms(frame, view))
        details.call {
            summary { "Show API calls" }
            @for (label, request) in &actions { p { (label) } (components::command(&request.curl())) }
        }
    }
}

/// Advances the clock to a time, exactly.
pub(super) fn advance_to(frame: &Frame, at: Timestamp) -> ControlRequest<'_> {
    let body = json!({ "to": at.to_string() });
    turn(frame, "advance", Some(body.to_string()))
}

fn forms(frame: &Frame, view: &ClockView) -> Markup {
    let shown = match view.mode {
        Mode::Scaled(factor) => factor,
        Mode::Real | Mode::Frozen => SUGGESTED,
    };
    // The page's script shows what the fields contain.
    let advance = turn(frame, "advance", Some(json!({ "by": "90s" }).to_string()));
    let scale = turn(frame, "scale", Some(json!({ "factor": shown }).to_string()));
    html! {
        div.forms {
            form data-method=(advance.method) data-path=(advance.path) {
                label for="by" { "Advance by" }
                input #by name="by" required autocomplete="off" spellcheck="false" placeholder="90s, 7d or PT1H";
                button { "Advance" }
                (advance.reveal())
            }
            form data-method=(scale.method) data-path=(scale.path) {
                label for="factor" { "Pace" }
                select #factor name="factor" data-json {
                    @for (factor, label) in PACES { option value=(factor) selected[factor.total_cmp(&shown).is_eq()] { (label) } }
                }
                button { "Set" }
                (scale.reveal())
            }
        }
    }
}
