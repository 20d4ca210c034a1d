//! Where traffic differs from the contract, most severe first.

use maud::{Markup, html};

use super::super::{finding_text, model::Report};
use crate::{
    finding::count,
    report::model::{Difference, Rank},
};

const HEADS: [&str; 7] = [
    "rank",
    "response or request",
    "where",
    "difference",
    "count",
    "first seen",
    "fingerprint",
];

pub(super) fn section(report: &Report) -> Markup {
    let Some(drift) = &report.drift else {
        return html! {};
    };
    html! {
        h2 { "Drift from the contract" }
        p { "Differences from the contract in " (drift.bodies) " bodies; they do not affect the verdict. ✗ breaking, ! a new word, ○ an addition." }
        @if drift.differences.is_empty() { p { "None." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Drift from the contract" { table {
                thead { tr { @for head in HEADS { th scope="col" { (head) } } } }
                tbody { @for difference in &drift.differences { (row(difference)) } }
            } }
        }
        @if drift.left_out > 0 { p { "Differences that are not listed were seen " (count(drift.left_out, "time")) "." } }
    }
}

fn row(difference: &Difference) -> Markup {
    let (class, sign) = match difference.rank {
        Rank::Breaking => ("invalid", "✗"),
        Rank::NewWord => ("undocumented", "!"),
        Rank::Additive => ("unseen", "○"),
    };
    html! {
        tr {
            td { span class=(class) { (sign) } " " (difference.rank()) @if difference.known { " (known)" } }
            th scope="row" { (difference.about()) }
            td { code { (finding_text::plain(&difference.at)) } }
            td { (finding_text::plain(&difference.sentence())) }
            td { (difference.count) }
            td { (finding_text::plain(&difference.first)) }
            td { code { (difference.fingerprint) } }
        }
    }
}
