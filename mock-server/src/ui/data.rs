//! The page Data: what the organization has, as its keys would read it. An order shows how it got where it is, and what
//! will become of it.

mod blacklists;
mod companies;
mod orders;
mod prospects;
mod searches;
mod transitions;

use axum::{Router, response::Html, routing::get};
use maud::{Markup, html};
use serde_json::{Value, json};
use strum::VariantArray;

use super::{
    book, components,
    frame::{Frame, Nav},
    part::{self, Part},
};
use crate::app::App;

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(orders::list))
        .route("/orders", get(orders::rows))
        .route("/orders/{id}", get(orders::one))
        .route("/orders/{id}/progress", get(orders::progress))
        .route("/companies", get(companies::list))
        .route("/prospects", get(prospects::list))
        .route("/blacklists", get(blacklists::list))
        .route("/blacklists/{id}", get(blacklists::one))
        .route("/prospect-searches", get(searches::prospect_searches))
        .route("/job-searches", get(searches::job_searches))
}

/// A kind of objects, which has a list of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq, VariantArray)]
enum Kind {
    Orders,
    Companies,
    Prospects,
    Blacklists,
    ProspectSearches,
    JobSearches,
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Self::Orders => "Orders",
            Self::Companies => "Companies",
            Self::Prospects => "Prospects",
            Self::Blacklists => "Blacklists",
            Self::ProspectSearches => "Prospect searches",
            Self::JobSearches => "Job searches",
        }
    }

    /// The path of its list in the API.
    fn resource(self) -> &'static str {
        match self {
            Self::Orders => "/orders",
            Self::Companies => "/companies",
            Self::Prospects => "/prospects",
            Self::Blacklists => "/blacklists",
            Self::ProspectSearches => "/prospect-searches",
            Self::JobSearches => "/job-searches",
        }
    }

    /// The path of its list on the dashboard.
    fn path(self, frame: &Frame) -> String {
        // The page begins with orders.
        let below = if self == Self::Orders {
            ""
        } else {
            self.resource()
        };
        frame.place.path(&format!("data{below}"))
    }
}

/// The list of a kind.
fn page(frame: &Frame, kind: Kind, content: &Markup) -> Html<String> {
    let content = html! {
        (tabs(frame, kind))
        (content)
        details.call { summary { "Show API call" } (components::command(&frame.api_call(kind.resource(), None))) }
    };
    frame.page(Nav::Data, "Data", &Markup::default(), &content)
}

/// The page where no organization is chosen.
fn unclaimed(frame: &Frame) -> Html<String> {
    let content = html! { p.note { "Data belongs to organizations. Choose one at the top." } };
    frame.page(Nav::Data, "Data", &Markup::default(), &content)
}

fn tabs(frame: &Frame, current: Kind) -> Markup {
    html! {
        nav.tabs aria-label="Kinds of data" {
            @for kind in Kind::VARIANTS {
                a href=(kind.path(frame)) aria-current=[(*kind == current).then_some("page")] { (kind.label()) }
            }
        }
    }
}

/// A list without objects: what creates one.
fn empty(frame: &Frame, sentence: &str, resource: &str, body: &Value) -> Markup {
    html! {
        div.empty {
            p { (sentence) }
            (components::command(&frame.api_call(resource, Some(body))))
            (book::more(const { docs::page("curl") }))
        }
    }
}

/// The body of a new order, for empty lists.
pub(super) fn sample_order() -> Value {
    json!({
        "title": "Hotels",
        "features": ["CONTACTS"],
        "companies": [{"company_name": "Grand Hotel Berlin"}],
    })
}

/// A list that can be searched; the table has one part of it. `example`: a text to search for.
fn searchable(
    frame: &Frame,
    kind: Kind,
    part: &Part,
    example: &str,
    total: usize,
    table: &Markup,
) -> Html<String> {
    let content = html! {
        (search(frame, kind, part, example))
        @if total == 0 { (nothing_found(frame, kind, part)) } @else { (table) }
        (part.links(&kind.path(frame), total))
    };
    page(frame, kind, &content)
}

/// A field that finds objects by a text.
fn search(frame: &Frame, kind: Kind, part: &Part, placeholder: &str) -> Markup {
    html! {
        form.filter method="get" action=(kind.path(frame)) role="search" {
            input type="search" name="q" value=(part.q) maxlength=(part::MAX_TEXT) autocomplete="off" spellcheck="false"
                placeholder=(placeholder) aria-label={ "Search " (kind.label().to_lowercase()) };
            button { "Search" }
        }
        @if part.has_more_words() { p.muted { "Only the first " (part::MAX_WORDS) " words are searched for." } }
    }
}

/// A list without rows.
fn nothing_found(frame: &Frame, kind: Kind, part: &Part) -> Markup {
    html! {
        div.empty {
            @let words = part.words();
            @if !words.is_empty() {
                p { "No row contains all of " code { (words.join(" ")) } "." }
                p { a.button href=(kind.path(frame)) { "Clear the search" } }
            } @else {
                p { "There are none yet." }
            }
        }
    }
}

/// A text that may be missing.
fn optional(text: Option<&str>) -> Markup {
    html! { @match text { Some(text) => (text), None => span.muted { "–" } } }
}
