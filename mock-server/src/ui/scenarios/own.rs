//! The editor for custom scenarios, beside a list of every fault that they can use.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use http::header;
use maud::{Markup, html};
use scenarios::{Fault, faults, library};
use serde::Deserialize;
use serde_json::json;

use super::super::query::Query;
use super::{
    super::{
        components::{self, ControlRequest, prose},
        frame::{Frame, Nav},
        page::Failure,
        place::Place,
        requests,
    },
    flow::Flow,
    new_keys, path, text,
};
use crate::app::App;

/// The text of a new scenario.
const TEMPLATE: &str = "\
name: my-scenario
summary: The second request is rate limited, and each key is revoked a minute after the fifth.
expect:
  - It waits as long as Retry-After says.
rules:
  - when: {nth: 2}
    do: [{rate_limit: {retry_after: 5}}]
steps:
  - after: {requests: 5}
    do: [{revoke: {delay: 1m}}]
";

/// The query of the editor.
#[derive(Debug, Deserialize)]
pub(super) struct Origin {
    /// The name of the bundled scenario to begin with.
    from: Option<String>,
    /// The id of the request to begin with: what happened to it happens again.
    request: Option<String>,
}

/// The editor.
pub(super) async fn edit(
    State(app): State<App>,
    frame: Frame,
    Query(Origin { from, request }): Query<Origin>,
) -> Response {
    let Some(id) = request else {
        let bundled = from.as_deref().and_then(library::text);
        return page(&frame, bundled.unwrap_or(TEMPLATE)).into_response();
    };
    match requests::scenario_of(&app, &frame.place, &id) {
        Ok(text) => page(&frame, &text).into_response(),
        Err(reason) => {
            let failure =
                Failure::not_found(format!("The request cannot be made a scenario: {reason}."));
            let editor = frame.place.path("scenarios/own");
            let hint = html! { p { a href=(editor) { "Write your own scenario" } } };
            failure.hint(hint).into_response()
        }
    }
}

/// The editor with the active scenario, wherever that comes from.
pub(super) async fn edit_active(frame: Frame) -> Response {
    let Place::Organization(organization) = &frame.place else {
        return page(&frame, TEMPLATE).into_response();
    };
    let text = organization.state().scenario.as_ref().map(|active| {
        let scenario = active.scenario();
        let bundled = library::find(&scenario.name).filter(|bundled| *bundled == scenario);
        let bundled = bundled.and_then(|bundled| library::text(&bundled.name));
        bundled.map_or_else(|| text::of(scenario), str::to_owned)
    });
    match text {
        Some(text) => page(&frame, &text).into_response(),
        None => Redirect::to(&frame.place.path("scenarios/own")).into_response(),
    }
}

fn page(frame: &Frame, text: &str) -> Html<String> {
    let all = frame.place.path("scenarios");
    let content = html! {
        p { a href=(all) { "← All scenarios" } }
        div.editing {
            section aria-label="Editor" { (editor(frame, text)) }
            section aria-label="Faults" { (reference()) }
        }
        (new_keys())
    };
    frame.page(
        Nav::Scenarios,
        "Your own scenario",
        &Markup::default(),
        &content,
    )
}

fn editor(frame: &Frame, text: &str) -> Markup {
    let can_send = matches!(frame.place, Place::Organization(_));
    html! {
        form data-method="POST" data-path=(path(frame)) data-done=(frame.place.path("scenarios")) {
            div.editor data-editor=(frame.place.path("scenarios/schema")) {
                pre aria-hidden="true" data-lines { }
                textarea #yaml name="yaml" rows="20" wrap="off" spellcheck="false" autocomplete="off" autocapitalize="off"
                    required aria-label="Scenario, as YAML" aria-describedby="yaml-problem" { "\n" (text) }
                p.problem #yaml-problem role="alert" hidden data-problem {}
                ul #yaml-choices role="listbox" aria-label="Completions" hidden data-choices {}
            }
            p.note data-draft hidden {
                "Your earlier draft. "
                button type="button" data-discard { "Start over" }
            }
            p.muted.hint { "Names are completed while you type. " kbd { "Ctrl" } " " kbd { "Space" } " shows what is possible at the cursor." }
            @if can_send {
                p.actions { button.primary { "Activate" } }
                details.call {
                    summary { "Show API call" }
                    (components::command(&curl(frame)))
                }
            } @else {
                p.note { "Scenarios are active in an organization. Choose one at the top." }
            }
        }
    }
}

/// The JSON Schema of a scenario, which the editor completes names from.
pub(super) async fn schema() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/schema+json")];
    (kind, scenarios::schema_text()).into_response()
}

/// The control request as a `curl` line that reads the scenario from a file.
fn curl(frame: &Frame) -> String {
    let from_input = ControlRequest {
        method: "POST",
        path: path(frame),
        body: Some("@-".to_owned()),
        server: &frame.server,
    };
    format!(
        "jq -Rs '{{yaml: .}}' my-scenario.yaml | {}",
        from_input.curl()
    )
}

/// An example of a fault, as a rule has it. It is given as the header that asks for it.
fn in_yaml(example: &str) -> String {
    let faults = Fault::from_header(example).unwrap_or_default();
    Flow(&json!(faults)).to_string()
}

fn reference() -> Markup {
    html! {
        h2 { "Faults" }
        p.muted { "What " code { "do" } " of a rule can name, in its simplest form and with parameters." }
        input type="search" placeholder="Find a fault" aria-label="Find a fault" data-narrows="faults";
        ul.faults #faults tabindex="0" {
            @for fault in faults::all() {
                li {
                    strong { code { (fault.id) } } " " (prose(fault.definition))
                    @for example in fault.asks() { code.example { (in_yaml(&example)) } }
                }
            }
        }
    }
}
