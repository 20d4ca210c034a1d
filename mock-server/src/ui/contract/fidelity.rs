//! How close the sandbox is to the vendor's API.

use maud::{Markup, html};
use schemas::fidelity::{BEHAVIOURS, Behaviour, CONTRADICTIONS, Contradiction, Nearness};

use super::super::components::prose;

/// The tables of behaviours and contradictions.
pub(super) fn render() -> Markup {
    html! {
        h2 #fidelity { "Fidelity" }
        p { "How close the sandbox is to the vendor's documents. " a href="/_mock/fidelity" { "As JSON" } }
        div.scroll tabindex="0" role="region" aria-label="Fidelity" { table.plain.fidelity.stacked {
            thead { tr { th scope="col" { "Topic" } th scope="col" { "Behaviour" } th scope="col" { "Here" } th scope="col" { "Evidence" } } }
            tbody { @for behaviour in BEHAVIOURS { (behaviour_row(behaviour)) } }
        } }
        h2 { "Where the documents contradict one another" }
        table.plain.stacked {
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
            td { (prose(behaviour.statement)) }
            td data-label="Here" { (nearness) @if let Some(note) = note { ": " (prose(note)) } }
            td data-label="Evidence" {
                // A choice of this project has no page.
                @if behaviour.source.starts_with("https://") {
                    a href=(behaviour.source) rel="noreferrer" { (behaviour.evidence) }
                } @else {
                    span title=(behaviour.source) { (behaviour.evidence) }
                }
            }
        }
    }
}

fn contradiction_row(contradiction: &Contradiction) -> Markup {
    html! {
        tr {
            td { (prose(contradiction.about)) }
            td { ul { @for reading in contradiction.readings { li { (prose(reading.says)) } } } }
            td data-label="Here" { (prose(contradiction.side)) }
        }
    }
}
