//! The details of one request.

use jiff::Timestamp;
use maud::{Markup, html};
use schemas::ErrorCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        components::{self, ControlRequest, counted, grouped},
        frame::Frame,
        place::Place,
    },
    ListView, advice, back, compare,
    explained::{Explained, Fault, Policy, RateLimit},
    messages,
    recipe::Recipe,
    row, snippets, why,
};
use crate::{clock::Mode, tenants::active_scenario::ActiveScenario};

/// The names of the steps, as people say them.
const STEPS: [(&str, &str); 7] = [
    ("framing", "Framing"),
    ("route", "Route"),
    ("authentication", "Key"),
    ("rate_limit", "Rate limit"),
    ("scope", "Scope"),
    ("body", "JSON"),
    ("handler", "Operation"),
];

/// A request, explained.
pub(super) struct Detail {
    explained: Explained,
    /// The document that the control API returns.
    json: String,
    /// The name of the scenario whose rules applied, if it is still active.
    scenario: Option<String>,
    /// A scenario that reproduces what happened.
    recipe: Option<Recipe>,
}

impl Detail {
    /// `active`: the scenario that is active now.
    pub(super) fn read(json: Value, active: Option<&ActiveScenario>) -> serde_json::Result<Self> {
        let text = format!("{json:#}");
        let explained = Explained::deserialize(json)?;
        let scenario = active.filter(|active| active.precedes(explained.sequence));
        let scenario = scenario.map(ActiveScenario::scenario);
        Ok(Self {
            scenario: scenario.map(|scenario| scenario.name.clone()),
            recipe: Recipe::new(&explained, scenario),
            explained,
            json: text,
        })
    }

    /// The text of a scenario that reproduces what happened, if there is one.
    pub(super) fn into_scenario(self) -> Option<String> {
        self.recipe.map(|recipe| recipe.yaml)
    }

    /// Bytes of what the journal has kept, which the page repeats in several forms.
    pub(super) fn size(&self) -> usize {
        self.json.len()
    }

    /// The explanation.
    pub(super) fn explained(&self) -> &Explained {
        &self.explained
    }

    /// Whether the request is in the journal of this place.
    pub(super) fn is_of(&self, place: &Place) -> bool {
        match (&self.explained.organization, place) {
            (Some(name), Place::Organization(organization)) => name == organization.name(),
            (None, Place::Unclaimed) => true,
            (Some(_), Place::Unclaimed) | (None, Place::Organization(_)) => false,
        }
    }

    pub(super) fn render(&self, frame: &Frame, view: &ListView) -> Markup {
        let explained = &self.explained;
        let request = &explained.request;
        html! {
            (back(frame, &view.search))
            header {
                h2 { span.method { (request.method) } " " span.target { (request.target) } }
                p.why role="status" { (components::status(explained.answer.status, explained.arrival())) " " (components::prose(&why::cause(explained))) "." }
                (advice::render(explained, &frame.place, self.scenario.as_deref()))
            }
            (self.steps())
            (self.facts(frame))
            @if let Some(rate) = &explained.rate_limit { (quota(rate, frame.now)) }
            (self.faults())
            (self.validation_errors())
            (self.copy_as(frame))
            @if self.can_be_sent_again() { (replay(frame, &explained.id)) }
            (messages::render(explained))
            @if let Some(recipe) = &self.recipe { (recipe_of(frame, &explained.id, recipe)) }
            details.tab { summary { "Explain (JSON)" } (components::command(&self.json)) }
            (compare::links(frame, explained, &view.rows))
        }
    }

    /// The pipeline: the steps that passed, the one that ended the request, and those that it did not reach.
    fn steps(&self) -> Markup {
        let taken = &self.explained.steps;
        let is_invalid = self.explained.answer.error_code() == Some(ErrorCode::ValidationError);
        let of = |name: &str| taken.iter().find(|step| step.step == name);
        let by_fault = self.explained.was_ended_by_fault();
        let chip = |class: &str, label: &str, decision: &str| {
            html! { li class=(class) title=(decision) { (label) span.hidden { ": " (decision) } } }
        };
        html! {
            ol.steps aria-label="Steps" {
                @for (name, label) in STEPS {
                    @match of(name) {
                        None => (chip("skipped", label, "not reached")),
                        // Faults come after a step that was passed.
                        Some(step) if step.is_end() && by_fault => {
                            (chip("passed", label, "passed"))
                            (chip("ended", "Fault", "responded in place of the server"))
                        }
                        // The body is JSON, but not what the operation takes.
                        Some(step) if step.is_end() && is_invalid => (chip("ended", "Validation", "refused")),
                        Some(step) => (chip(if step.is_end() { "ended" } else { "passed" }, label, &step.decision.replace('_', " "))),
                    }
                }
            }
        }
    }

    fn facts(&self, frame: &Frame) -> Markup {
        let explained = &self.explained;
        let credential = explained.key.as_ref().or(explained.token.as_ref());
        html! {
            dl.facts {
                dt { "Time" } dd { (time(&explained.at, frame.now)) }
                dt { "Duration" } dd {
                    (row::duration(explained.answer.duration_us))
                    @if !matches!(frame.mode, Mode::Real) { span.muted { " on the organization's clock" } }
                }
                @if let Some(operation) = &explained.request.operation { dt { "Operation" } dd { code { (operation) } } }
                @if let Some(endpoint) = &explained.request.endpoint { dt { "Endpoint" } dd { code { (endpoint) } } }
                @if let Some(code) = &explained.answer.code { dt { "Error code" } dd { code { (code) } } }
                @if let Some(credential) = credential {
                    dt { @if explained.token.is_some() { "Access token" } @else { "Key" } }
                    dd {
                        @if let Some(name) = &credential.name { bdi { strong { (name) } } " " }
                        code { (credential.key.as_deref().or(credential.subject.as_deref()).unwrap_or_default()) }
                        @if explained.key.is_some() {
                            " " a href={ (frame.place.path("requests")) "?q=key:" (credential.id) } title="Requests with this key" { (credential.id) }
                        }
                        " " (credential.state)
                        @if let Some(tier) = &credential.tier { ", tier " (tier) }
                    }
                }
                @if !explained.scopes.needed.is_empty() { dt { "Scopes" } dd { (self.scopes()) } }
                dt { "Request id" } dd { code { (explained.id) } }
            }
        }
    }

    fn scopes(&self) -> Markup {
        let scopes = &self.explained.scopes;
        let held = scopes.held.as_deref();
        html! {
            @for (index, scope) in scopes.needed.iter().enumerate() {
                @if index > 0 { ", " }
                code { (scope) }
                @if let Some(held) = held { @if held.contains(scope) { " ✓ held" } @else { " ✗ missing" } }
            }
        }
    }

    fn faults(&self) -> Markup {
        let scenario = |fault: &Fault| {
            html! {
                code { (fault.scenario.as_deref().unwrap_or_default()) }
                @if self.scenario.is_none() { ", which is no longer active" }
            }
        };
        html! {
            @for fault in &self.explained.faults {
                p.fault {
                    "⚡ " strong { (fault.id) } " "
                    @match (fault.rule, fault.count) {
                        (Some(rule), Some(count)) => { "by rule " (rule) " of " (scenario(fault)) ", its request number " (count) ", seed " (fault.seed) }
                        (Some(rule), None) => { "by rule " (rule) " of " (scenario(fault)) ", seed " (fault.seed) }
                        (None, _) => { "because the request asked for it" }
                    }
                }
            }
        }
    }

    fn validation_errors(&self) -> Markup {
        let explained = &self.explained;
        html! {
            @if !explained.validation_errors.is_empty() {
                h3 { (counted(explained.validation_errors_total as u64, "validation error")) }
                table.plain.errors {
                    thead { tr { th scope="col" { "Field" } th scope="col" { "Error" } th scope="col" { "Provided" } } }
                    tbody {
                        @for error in &explained.validation_errors {
                            tr { td { code { (error.field) } } td { (components::prose(&error.error)) } td { code { (error.provided.to_string()) } } }
                        }
                    }
                }
            }
        }
    }

    /// Whether it is an API request of a known key or token.
    fn can_be_sent_again(&self) -> bool {
        let explained = &self.explained;
        let has_credential = explained.key.is_some() || explained.token.is_some();
        has_credential && explained.request.endpoint.is_none()
    }

    fn copy_as(&self, frame: &Frame) -> Markup {
        let explained = &self.explained;
        let has_credential = explained.key.is_some() || explained.token.is_some();
        let snippets = snippets::all(&frame.server.origin, &explained.request, has_credential);
        html! {
            div.actions role="group" aria-label="Copy as" {
                span.muted { "Copy as" }
                @for snippet in &snippets {
                    button type="button" data-copy=(snippet.code) data-snippet=(snippet.id) { (snippet.name) }
                }
            }
            noscript { @for snippet in &snippets { h3 { (snippet.name) } pre { code { (snippet.code) } } } }
        }
    }
}

/// Sends the request again.
fn replay(frame: &Frame, id: &str) -> Markup {
    let request = ControlRequest {
        method: "POST",
        path: format!("/_mock/replay/{id}"),
        body: None,
        server: &frame.server,
    };
    html! {
        div.actions { (request.button("Replay", None)) (request.reveal()) }
    }
}

/// The scenario, and the request that switches it on. The editor makes the text anew from the request's id: it may be longer
/// than a URL.
fn recipe_of(frame: &Frame, id: &str, Recipe { yaml, is_exact }: &Recipe) -> Markup {
    let request = ControlRequest {
        method: "POST",
        path: format!("{}/scenario", frame.place.control_path()),
        body: Some(json!({"yaml": yaml}).to_string()),
        server: &frame.server,
    };
    html! {
        details.tab {
            summary { "Make this a scenario" }
            p { "The same happens to each such request of the organization while this scenario is on." }
            @if !is_exact {
                p.note { "The scenario that did this is no longer active, so this one repeats only the status of the response and its " code { "Retry-After" } "." }
            }
            (components::command(yaml))
            @if matches!(frame.place, Place::Organization(_)) {
                p.actions {
                    (request.button("Switch it on", None))
                    a.button href={ (frame.place.path("scenarios/own")) "?request=" (id) } { "Edit it" }
                }
                (request.reveal())
            }
        }
    }
}

/// What was left of each limit before and after the request.
fn quota(rate: &RateLimit, now: Timestamp) -> Markup {
    html! {
        section.quota aria-label="Quota" {
            @for policy in &rate.policies {
                p {
                    "Quota of tier " (rate.tier) ": " (why::limit(policy)) ". "
                    strong { (grouped(policy.before.remaining.into())) " → " (grouped(policy.after.remaining.into())) } " left"
                    @if !rate.admitted { ", not admitted" }
                    @if let Some(reset) = &policy.after.reset { "; reset: " (time(reset, now)) }
                }
                (bar(policy))
            }
        }
    }
}

fn bar(policy: &Policy) -> Markup {
    html! {
        meter min="0" max=(policy.limit) low=(policy.limit / 10) optimum=(policy.limit) value=(policy.after.remaining)
            title={ (policy.after.remaining) " of " (policy.limit) " left" } aria-label="Quota left" { (policy.after.remaining) }
    }
}

fn time(text: &str, now: Timestamp) -> Markup {
    let Ok(at) = text.parse() else {
        return html! { (text) };
    };
    components::time(at, now)
}
