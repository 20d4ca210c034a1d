//! What the requests of an organization have exercised: a row for each operation, a column for each status.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use maud::{Markup, html};
use schemas::{API_PREFIX, Operation, OperationId};

use super::super::{
    components::{self, counted},
    frame::Frame,
    place::Place,
};
use crate::{
    app::App,
    journal::{Filter, Journal},
};

/// Numbers of requests by operation and status.
type Seen = HashMap<OperationId, BTreeMap<u16, u64>>;

/// The statuses of the operations, and how often each was seen.
pub(super) struct Coverage {
    operations: Vec<(&'static Operation, BTreeSet<u16>)>,
    seen: Seen,
    /// Number of requests that the journal no longer keeps.
    forgotten: u64,
}

impl Coverage {
    pub(super) fn read(app: &App, place: &Place) -> Self {
        let (seen, forgotten) =
            place.with_journal(app, |journal, _| (seen(journal), journal.forgotten()));
        let operations = app.config.profile.operations();
        Self {
            operations: operations
                .map(|operation| (operation, statuses(operation)))
                .collect(),
            seen,
            forgotten,
        }
    }

    /// All statuses, those of successes first.
    fn columns(&self) -> BTreeSet<u16> {
        let known = self.operations.iter().flat_map(|(_, statuses)| statuses);
        let seen = self.seen.values().flat_map(BTreeMap::keys);
        known.chain(seen).copied().collect()
    }

    pub(super) fn render(&self, frame: &Frame) -> Markup {
        let all = self.operations.len();
        let exercised = self.operations.iter();
        let exercised = exercised.filter(|(operation, _)| self.seen.contains_key(&operation.id));
        let exercised = exercised.count();
        let columns = self.columns();
        html! {
            h2 #coverage { "Coverage" }
            p {
                strong { (exercised) " of " (all) } " operations were exercised by the requests of "
                (frame.place.name()) "; " (all - exercised) " were never exercised by your tests."
            }
            meter min="0" max=(all) value=(exercised) aria-label="Operations that were exercised" {}
            p.muted { "A number: how often the status was seen. ○: the contract has the status, and no request got it." }
            div.scroll tabindex="0" role="region" aria-label="Coverage" {
                table.matrix {
                    thead { tr {
                        th scope="col" { "Operation" }
                        @for status in &columns { th scope="col" { (components::status(Some(*status), components::Arrival::Whole)) } }
                    } }
                    tbody {
                        @for (operation, statuses) in &self.operations { (self.row(frame, operation, statuses, &columns)) }
                    }
                }
            }
            @if self.forgotten > 0 {
                p.muted { (counted(self.forgotten, "older request")) " no longer kept, so what they exercised does not count." }
            }
        }
    }

    fn row(
        &self,
        frame: &Frame,
        operation: &Operation,
        statuses: &BTreeSet<u16>,
        columns: &BTreeSet<u16>,
    ) -> Markup {
        let seen = self.seen.get(&operation.id);
        let id = operation.id.as_str();
        let list = |condition: &str| {
            let query: String = form_urlencoded::byte_serialize(condition.as_bytes()).collect();
            frame.place.path(&format!("requests?q={query}"))
        };
        html! {
            tr.never[seen.is_none()] {
                th scope="row" {
                    a href=(list(&format!("op:{id}"))) title={ (operation.method) " " (API_PREFIX) (operation.path) } { (id) }
                    @if seen.is_none() { span.hidden { ", never exercised by your tests" } }
                }
                @for status in columns {
                    @let count = seen.and_then(|seen| seen.get(status));
                    td {
                        @match count {
                            Some(count) => a href=(list(&format!("op:{id} status:{status}"))) title={ (id) ", " (status) } { (count) },
                            None if statuses.contains(status) => span.muted title={ (status) " was never seen" } { "○" },
                            None => {}
                        }
                    }
                }
            }
        }
    }
}

fn seen(journal: &Journal) -> Seen {
    let mut seen = Seen::new();
    for (_, entry) in journal.matching(&Filter::default(), 0) {
        if let (Some(operation), Some(status)) = (entry.operation, entry.status()) {
            let statuses = seen.entry(operation).or_default();
            *statuses.entry(status).or_default() += 1;
        }
    }
    seen
}

/// The statuses that the contract has for an operation.
fn statuses(operation: &Operation) -> BTreeSet<u16> {
    let errors = operation.all_errors().map(|code| code.facts().status);
    errors.chain([operation.success.as_u16()]).collect()
}
