//! Two requests side by side, and where they differ.

use std::collections::{BTreeMap, HashSet};

use maud::{Markup, html};
use schemas::OperationId;

use super::{
    super::frame::Frame,
    explained::{Explained, Message},
    pretty::pretty,
    row::{self, Row},
    why,
};

/// Number of requests that are offered for a comparison.
const OFFERED: usize = 5;

/// Links to comparisons with other requests for the same operation.
pub(super) fn links(frame: &Frame, explained: &Explained, rows: &[Row]) -> Markup {
    let operation = explained.request.operation.as_deref();
    let is_similar =
        |row: &&Row| row.id != explained.id && row.operation.map(OperationId::as_str) == operation;
    let similar: Vec<_> = rows.iter().filter(is_similar).take(OFFERED).collect();
    let path = |row: &Row| {
        frame
            .place
            .path(&format!("requests/{}/compare/{}", explained.id, row.id))
    };
    html! {
        @if !similar.is_empty() {
            details.tab {
                summary { "Compare with another request" }
                ul { @for row in similar { li { a href=(path(row)) { (row.label(frame)) } } } }
            }
        }
    }
}

/// A property of both requests. `None`: one of them lacks it.
struct Difference {
    name: String,
    sides: [Option<String>; 2],
}

impl Difference {
    fn new(name: &str, sides: [Option<String>; 2]) -> Self {
        Self {
            name: name.to_owned(),
            sides,
        }
    }

    fn differs(&self) -> bool {
        self.sides[0] != self.sides[1]
    }
}

/// The page's content.
pub(super) fn render(frame: &Frame, both: [&Explained; 2]) -> Markup {
    let facts = facts(both);
    let request = headers(both.map(|one| Some(&one.request.message)));
    let response = headers(both.map(|one| one.response.as_ref()));
    html! {
        p { a href=(frame.place.path(&format!("requests/{}", both[0].id))) { "← Back to the request" } }
        table.plain.compare {
            thead {
                tr {
                    th scope="col" { "Property" }
                    @for one in both {
                        th scope="col" { a href=(frame.place.path(&format!("requests/{}", one.id))) { (one.request.method) " " (one.request.target) } }
                    }
                }
            }
            tbody {
                (rows(&facts))
                tr { th colspan="3" scope="colgroup" { "Headers of the request" } }
                (rows(&request))
                tr { th colspan="3" scope="colgroup" { "Headers of the response" } }
                (rows(&response))
            }
        }
        (bodies("Body of the request", &both.map(|one| body(Some(&one.request.message)))))
        (bodies("Body of the response", &both.map(|one| body(one.response.as_ref()))))
    }
}

fn facts(both: [&Explained; 2]) -> Vec<Difference> {
    let fact = |name, of: fn(&Explained) -> Option<String>| Difference::new(name, both.map(of));
    vec![
        // All values are code, so no part of the sentence is marked as such.
        fact("Why", |one| Some(why::cause(one).replace('`', ""))),
        fact("Status", |one| {
            one.answer.status.map(|status| status.to_string())
        }),
        fact("Error code", |one| one.answer.code.clone()),
        fact("Time", |one| Some(one.at.clone())),
        fact("Duration", |one| {
            Some(row::duration(one.answer.duration_us))
        }),
        fact("Operation", |one| one.request.operation.clone()),
        fact("Target", |one| Some(one.request.target.clone())),
        fact("Key or token", |one| {
            let credential = one.key.as_ref().or(one.token.as_ref())?;
            credential
                .key
                .clone()
                .or_else(|| credential.subject.clone())
        }),
        fact("Scopes held", |one| {
            one.scopes.held.as_ref().map(|held| held.join(", "))
        }),
        fact("Quota left", |one| {
            let policies = one.rate_limit.as_ref()?.policies.iter();
            let left: Vec<_> = policies
                .map(|policy| policy.after.remaining.to_string())
                .collect();
            Some(left.join(", "))
        }),
        fact("Faults", |one| {
            let faults: Vec<_> = one.faults.iter().map(|fault| &*fault.id).collect();
            (!faults.is_empty()).then(|| faults.join(", "))
        }),
    ]
}

/// The headers of both messages, by name.
fn headers(both: [Option<&Message>; 2]) -> Vec<Difference> {
    let mut all: BTreeMap<&str, [Option<String>; 2]> = BTreeMap::new();
    for (side, message) in both.into_iter().enumerate() {
        for header in message
            .iter()
            .filter_map(|message| message.headers.as_ref())
            .flatten()
        {
            let value = &mut all.entry(&header.name).or_default()[side];
            *value = Some(match value.take() {
                None => header.value.clone(),
                Some(before) => format!("{before}, {}", header.value),
            });
        }
    }
    all.into_iter()
        .map(|(name, sides)| Difference::new(name, sides))
        .collect()
}

fn rows(differences: &[Difference]) -> Markup {
    html! {
        @for one in differences.iter().filter(|one| one.sides.iter().any(Option::is_some)) {
            tr.differs[one.differs()] {
                th scope="row" { (one.name) @if one.differs() { span.hidden { " (differs)" } } }
                @for side in &one.sides { td { code { (side.as_deref().unwrap_or("–")) } } }
            }
        }
    }
}

fn body(message: Option<&Message>) -> String {
    let body = message.and_then(|message| message.body.as_ref());
    let text = body
        .and_then(|body| body.text.as_deref())
        .unwrap_or_default();
    pretty(text).unwrap_or_else(|_| text.to_owned())
}

/// Both bodies; lines that the other one lacks are marked.
fn bodies(title: &str, [one, other]: &[String; 2]) -> Markup {
    html! {
        @if !one.is_empty() || !other.is_empty() {
            h3 { (title) }
            div.sides { (side(one, other, "−")) (side(other, one, "+")) }
        }
    }
}

fn side(text: &str, other: &str, mark: &str) -> Markup {
    let others: HashSet<_> = other.lines().collect();
    html! {
        pre tabindex="0" { code {
            @for line in text.lines() {
                @if others.contains(line) { "  " (line) "\n" } @else { mark { (mark) " " (line) } "\n" }
            }
        } }
    }
}
