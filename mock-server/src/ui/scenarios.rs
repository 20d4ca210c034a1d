//! The page Scenarios: all bundled ones with a switch each, the active one with its progress, and an editor.

mod active;
mod flow;
mod own;
mod text;

use axum::{Router, response::Html, routing::get};
use maud::{Markup, html};
use scenarios::{Fault, Scenario, library};
use serde::Deserialize;
use serde_json::json;

use self::active::Active;
use super::{
    components::{ControlRequest, prose},
    frame::{Frame, Nav},
    place::Place,
    query::Query,
};
use crate::app::App;

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(list))
        .route("/progress", get(active::progress))
        .route("/own", get(own::edit))
        .route("/active", get(own::edit_active))
        .route("/schema", get(own::schema))
}

/// The query of the list.
#[derive(Debug, Deserialize)]
struct Search {
    /// Words that a scenario must contain.
    #[serde(default)]
    q: String,
}

/// Searches that one click sets.
const CHIPS: [&str; 9] = [
    "429", "502", "503", "key", "token", "order", "page", "redirect", "slow",
];

async fn list(frame: Frame, Query(Search { q }): Query<Search>) -> Html<String> {
    let active = Active::read(&frame.place);
    let words: Vec<_> = q.split_whitespace().map(str::to_lowercase).collect();
    let found = |text: &str| words.iter().all(|word| text.contains(word));
    let rows: Vec<_> = library::all()
        .iter()
        .map(|scenario| (scenario, searched(scenario)))
        .map(|(scenario, text)| (scenario, found(&text), text))
        .collect();
    let count = rows.iter().filter(|(_, is_found, _)| *is_found).count();
    let content = html! {
        (active::panel(&frame, active.as_ref()))
        (filter_bar(&frame, &q))
        p.muted {
            span data-count="scenarios" aria-live="polite" { (count) } " of " (rows.len()) " bundled scenarios"
        }
        @if count == 0 {
            p { "No scenario contains all of " code { (q) } ". " a href=(frame.place.path("scenarios")) { "Show all" } }
        }
        ul.rows #scenarios {
            @for (scenario, is_found, text) in &rows {
                @let is_on = active.as_ref().is_some_and(|active| active.is_bundled(scenario));
                li data-text=(text) hidden[!is_found] { (row(&frame, scenario, is_on)) }
            }
        }
        (new_keys())
    };
    let action = html! {
        a.button.primary href=(frame.place.path("scenarios/own")) { "Write your own" }
    };
    frame.page(Nav::Scenarios, "Scenarios", &action, &content)
}

/// The text that a search looks at, in lower case. The page's script searches it, too.
fn searched(scenario: &Scenario) -> String {
    let faults = scenario.rules.iter().flat_map(|rule| &rule.faults);
    let faults: Vec<_> = faults.map(Fault::id).collect();
    let expect = scenario.expect.join(" ");
    let text = [
        &scenario.name,
        &scenario.summary,
        &expect,
        &*faults.join(" "),
    ];
    text.join(" ").to_lowercase()
}

fn filter_bar(frame: &Frame, q: &str) -> Markup {
    let path = frame.place.path("scenarios");
    html! {
        form.filter method="get" action=(path) role="search" {
            input type="search" name="q" value=(q) autocomplete="off" spellcheck="false" placeholder="429 key retry"
                aria-label="Search scenarios" data-narrows="scenarios";
            button { "Search" }
            ul.chips aria-label="Usual searches" {
                @for word in CHIPS {
                    li {
                        @if word == q { a.chip href=(path) aria-current="true" { (word) } }
                        @else { a.chip href={ (path) "?q=" (word) } { (word) } }
                    }
                }
            }
        }
    }
}

fn row(frame: &Frame, scenario: &Scenario, is_on: bool) -> Markup {
    let name = &scenario.name;
    html! {
        div.words {
            h2 { (name) }
            p { (prose(&scenario.summary)) }
            p.muted { strong { "A good client: " } (prose(&scenario.expect.join(" "))) }
        }
        div.controls {
            @if let Place::Organization(_) = frame.place {
                @let request = if is_on { off(frame) } else { on(frame, name) };
                (request.switch(is_on, &format!("Scenario {name}")))
                (request.reveal())
            }
            a.copy href={ (frame.place.path("scenarios/own")) "?from=" (name) } { "Edit a copy" }
        }
    }
}

/// Shows the keys that come with a scenario. The page's script fills it.
fn new_keys() -> Markup {
    html! {
        dialog #scenario-keys aria-labelledby="scenario-keys-title" {
            h2 #scenario-keys-title {}
            p { "Copy what you need: you will not see these keys again." }
            dl.facts {}
            form method="dialog" { button.primary { "I have copied them" } }
        }
    }
}

/// Activates a bundled scenario.
fn on<'a>(frame: &'a Frame, name: &str) -> ControlRequest<'a> {
    ControlRequest {
        method: "POST",
        path: path(frame),
        body: Some(json!({ "name": name }).to_string()),
        server: &frame.server,
    }
}

/// Deactivates the active scenario.
fn off(frame: &Frame) -> ControlRequest<'_> {
    ControlRequest {
        method: "DELETE",
        path: path(frame),
        body: None,
        server: &frame.server,
    }
}

fn path(frame: &Frame) -> String {
    format!("{}/scenario", frame.place.control_path())
}
