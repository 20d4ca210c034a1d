//! The active scenario, and how far it has come. The page's script loads the progress again every second.

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use jiff::Timestamp;
use maud::{Markup, html};
use scenarios::{Scenario, library};
use serde::Deserialize;
use serde_json::Value;

use super::super::query::Query;
use super::{
    super::{
        book,
        components::{self, counted, prose},
        frame::Frame,
        place::Place,
    },
    flow::Flow,
    off,
};

/// The active scenario of an organization.
pub(super) struct Active {
    scenario: Scenario,
    since: Timestamp,
    progress: Progress,
}

/// The document that the control API returns about a scenario, so that the page and programs see the same.
#[derive(Debug, Deserialize)]
struct Progress {
    state: String,
    requests: u64,
    rules: Vec<Rule>,
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    when: Value,
    faults: Vec<String>,
    looked_at: u64,
    met: u64,
}

#[derive(Debug, Deserialize)]
struct Step {
    after: Value,
    #[serde(rename = "do")]
    actions: Value,
    done: bool,
}

impl Active {
    pub(super) fn read(place: &Place) -> Option<Self> {
        let Place::Organization(organization) = place else {
            return None;
        };
        let state = organization.state();
        let active = state.scenario.as_ref()?;
        Some(Self {
            scenario: active.scenario().clone(),
            since: active.since(),
            progress: Progress::deserialize(active.to_json()).ok()?,
        })
    }

    /// Whether the active scenario is this bundled one, and not another one with its name.
    pub(super) fn is_bundled(&self, bundled: &Scenario) -> bool {
        self.scenario == *bundled
    }

    /// Distinguishes it from other active scenarios.
    fn mark(&self) -> String {
        format!("{} {}", self.scenario.name, self.since)
    }
}

/// The query of the progress.
#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    /// The mark of the scenario that the page shows; empty if it shows none.
    mark: String,
}

/// The progress alone, or 205 if the page shows another scenario than the active one.
pub(super) async fn progress(frame: Frame, Query(Shown { mark }): Query<Shown>) -> Response {
    match Active::read(&frame.place) {
        Some(active) if active.mark() == mark => {
            Html(active.render_progress().into_string()).into_response()
        }
        None if mark.is_empty() => Html(nothing(&frame).into_string()).into_response(),
        Some(_) | None => StatusCode::RESET_CONTENT.into_response(),
    }
}

/// What is active, and its progress.
pub(super) fn panel(frame: &Frame, active: Option<&Active>) -> Markup {
    let mark = active.map_or_else(String::new, Active::mark);
    let mark: String = form_urlencoded::byte_serialize(mark.as_bytes()).collect();
    let refresh = format!("{}?mark={mark}", frame.place.path("scenarios/progress"));
    html! {
        section.active.on[active.is_some()] aria-label="Active scenario" {
            @if let Some(active) = active { (active.head(frame)) }
            div data-refresh=(refresh) {
                @match active { Some(active) => (active.render_progress()), None => (nothing(frame)) }
            }
        }
    }
}

fn nothing(frame: &Frame) -> Markup {
    html! {
        @match &frame.place {
            Place::Organization(_) => p { "No scenario is active: requests succeed as usual. Switch one on." }
            Place::Unclaimed => p { "Scenarios are active in an organization. Choose one at the top to switch a scenario on." }
        }
        (book::more(const { docs::page("rate-limits") }))
    }
}

impl Active {
    fn head(&self, frame: &Frame) -> Markup {
        let scenario = &self.scenario;
        let is_own = library::find(&scenario.name).is_none_or(|bundled| !self.is_bundled(bundled));
        let request = off(frame);
        html! {
            div.head {
                div.words {
                    h2 { (scenario.name) @if is_own { span.muted { " (your own)" } } }
                    p { (prose(&scenario.summary)) }
                    @if !scenario.expect.is_empty() {
                        p.muted { strong { "A good client: " } (prose(&scenario.expect.join(" "))) }
                    }
                    p.muted { "Switched on " (components::time(self.since, frame.now)) "." }
                }
                div.controls {
                    (request.switch(true, &format!("Active scenario {}", scenario.name)))
                    (request.reveal())
                    @if is_own { a.copy href=(frame.place.path("scenarios/active")) { "View and edit" } }
                }
            }
        }
    }

    fn render_progress(&self) -> Markup {
        let progress = &self.progress;
        html! {
            p aria-live="polite" {
                strong data-requests { (counted(progress.requests, "request")) } " so far"
                @if progress.state != "start" { ", in state " code { (progress.state) } }
                "."
            }
            @if !progress.rules.is_empty() { (rules(&progress.rules)) }
            @if !progress.steps.is_empty() { (steps(&progress.steps)) }
        }
    }
}

fn rules(rules: &[Rule]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Rules" {
            table.plain {
                thead {
                    tr { th scope="col" { "Rule" } th scope="col" { "Faults" } th scope="col" { "When" }
                        th.number scope="col" { "Requests seen" } th.number scope="col" { "Fired" } }
                }
                tbody {
                    @for (index, rule) in rules.iter().enumerate() {
                        tr.fired[rule.met > 0] {
                            td { (index + 1) }
                            td { @if rule.faults.is_empty() { "none" } @else { (rule.faults.join(", ")) } }
                            td { @if is_empty(&rule.when) { "always" } @else { code { (Flow(&rule.when)) } } }
                            td.number { (rule.looked_at) }
                            td.number { strong { (rule.met) } }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a rule has no conditions.
fn is_empty(when: &Value) -> bool {
    when.as_object().is_some_and(serde_json::Map::is_empty)
}

fn steps(steps: &[Step]) -> Markup {
    html! {
        h3 { "Steps" }
        ol.ticks {
            @for step in steps {
                li.done[step.done] {
                    span { @if step.done { "✓ Happened" } @else { "○ Waits" } }
                    " after " code { (Flow(&step.after)) } ": " code { (Flow(&step.actions)) }
                }
            }
        }
    }
}
