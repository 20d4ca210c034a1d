//! The page Contract: which operations and statuses the organization's requests have exercised, and how close the
//! sandbox is to the vendor's API.

use std::collections::{BTreeMap, HashMap};

use axum::{Router, extract::State, response::Html, routing::get};
use maud::{Markup, html};
use schemas::{
    API_PREFIX, Operation, OperationId, Profile,
    fidelity::{BEHAVIOURS, Behaviour, CONTRADICTIONS, Contradiction, Nearness},
};

use super::{
    components::{self, counted},
    frame::{Frame, Nav},
};
use crate::{
    app::App,
    journal::{Filter, Journal},
};

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

/// Numbers of requests by operation and status.
type Seen = HashMap<OperationId, BTreeMap<u16, u64>>;

async fn show(State(app): State<App>, frame: Frame) -> Html<String> {
    let (seen, forgotten) = frame
        .place
        .with_journal(&app, |journal| (seen(journal), journal.forgotten()));
    let content = html! {
        (coverage(&frame, app.config.profile, &seen))
        @if forgotten > 0 {
            p.muted { (counted(forgotten, "older request")) " no longer kept, so what they exercised does not count." }
        }
        (fidelity())
    };
    frame.page(Nav::Contract, "Contract", &html! {}, &content)
}

fn seen(journal: &Journal) -> Seen {
    let mut seen = Seen::new();
    for (_, entry) in journal.matching(&Filter::default(), 0) {
        if let (Some(operation), Some(status)) = (entry.operation, entry.status()) {
            *seen
                .entry(operation)
                .or_default()
                .entry(status)
                .or_default() += 1;
        }
    }
    seen
}

fn coverage(frame: &Frame, profile: Profile, seen: &Seen) -> Markup {
    let operations: Vec<_> = profile.operations().collect();
    let exercised = operations
        .iter()
        .filter(|operation| seen.contains_key(&operation.id))
        .count();
    html! {
        h2 { "Coverage" }
        p {
            strong { (exercised) " of " (operations.len()) } " operations were exercised by the requests of "
            (frame.place.name()) "."
        }
        meter min="0" max=(operations.len()) value=(exercised) aria-label="Operations that were exercised" {}
        table.plain {
            thead { tr { th scope="col" { "Operation" } th scope="col" { "Request" } th scope="col" { "Statuses seen" } th scope="col" { "Never seen" } } }
            tbody { @for operation in &operations { (row(frame, operation, seen.get(&operation.id))) } }
        }
    }
}

fn row(frame: &Frame, operation: &Operation, seen: Option<&BTreeMap<u16, u64>>) -> Markup {
    let id = operation.id.as_str();
    let mut known: Vec<_> = operation
        .all_errors()
        .map(|code| code.facts().status)
        .collect();
    known.push(operation.success.as_u16());
    known.sort_unstable();
    known.dedup();
    let never = known
        .iter()
        .filter(|status| seen.is_none_or(|seen| !seen.contains_key(status)));
    html! {
        tr {
            td { a href=(frame.place.path(&format!("requests?q=op:{id}"))) { code { (id) } } }
            td { code { (operation.method) " " (API_PREFIX) (operation.path) } }
            td {
                @match seen {
                    Some(seen) => @for (status, count) in seen { (components::status(Some(*status), false)) " ×" (count) " " },
                    None => span.muted { "never exercised" },
                }
            }
            td.muted { @for status in never { (status) " " } }
        }
    }
}

fn fidelity() -> Markup {
    html! {
        h2 { "Fidelity" }
        p { "How close the sandbox is to the vendor's documents. " a href="/_mock/fidelity" { "As JSON" } }
        table.plain {
            thead { tr { th scope="col" { "Topic" } th scope="col" { "Behaviour" } th scope="col" { "Here" } th scope="col" { "Evidence" } } }
            tbody { @for behaviour in BEHAVIOURS { (behaviour_row(behaviour)) } }
        }
        h2 { "Where the documents contradict one another" }
        table.plain {
            thead { tr { th scope="col" { "About" } th scope="col" { "Readings" } th scope="col" { "Here" } } }
            tbody { @for contradiction in CONTRADICTIONS { (contradiction_row(contradiction)) } }
        }
    }
}

fn behaviour_row(behaviour: &Behaviour) -> Markup {
    let (nearness, note) = match behaviour.nearness {
        Nearness::Exact => ("as documented", None),
        Nearness::Approximate(note) => ("close", Some(note)),
        Nearness::Absent(note) => ("absent", Some(note)),
    };
    html! {
        tr {
            td { (behaviour.topic) }
            td { (behaviour.statement) }
            td { (nearness) @if let Some(note) = note { ": " (note) } }
            td { a href=(behaviour.source) rel="noreferrer" { (behaviour.evidence) } }
        }
    }
}

fn contradiction_row(contradiction: &Contradiction) -> Markup {
    html! {
        tr {
            td { (contradiction.about) }
            td { ul { @for reading in contradiction.readings { li { (reading.says) } } } }
            td { (contradiction.side) }
        }
    }
}
