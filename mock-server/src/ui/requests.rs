//! The page Requests: a list of the journal, live, and the details of one request beside it.

mod advice;
mod compare;
mod detail;
mod elsewhere;
mod explained;
mod live;
mod messages;
mod recipe;
mod row;
mod search;
mod snippets;
mod why;

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};

use self::{detail::Detail, row::Row, search::Search};
use super::{
    book,
    components::{self, ControlRequest, counted, grouped},
    frame::{Frame, Nav},
    page::Failure,
    place::{Place, UNCLAIMED},
};
use crate::{app::App, control::explain};

/// Maximum number of rows that a page lists: more than a window shows, and no more, because each delays the first paint.
/// The page's script loads the next ones when the end of the list comes into view.
const ROWS: usize = 50;

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(list))
        .route("/live", get(live::follow))
        .route("/elsewhere", get(elsewhere::show))
        .route("/{id}", get(one))
        .route("/{id}/compare/{other}", get(compared))
}

/// The list of requests, and where it ends.
struct ListView {
    rows: Vec<Row>,
    search: Search,
    /// The sequence number before which the list continues.
    older: Option<u64>,
    /// Number of matching requests that the journal keeps.
    matching: usize,
    /// Number of requests that the journal keeps.
    kept: usize,
    /// Number of requests that it no longer keeps.
    forgotten: u64,
    /// The last sequence number, after which live updates begin.
    last: u64,
    /// The id of the request whose details are shown.
    selected: Option<String>,
    /// Number of requests to the API without a known key, which another list has.
    unclaimed: u64,
}

impl ListView {
    fn read(app: &App, place: &Place, query: &str, selected: Option<String>) -> Self {
        let search = Search::parse(query);
        let mut view = place.with_journal(app, |journal| {
            let mut found: Vec<_> = journal.matching(search.filter(), 0).collect();
            let matching = found.len();
            if let Some(before) = search.before {
                found.retain(|(sequence, _)| *sequence < before);
            }
            let skipped = found.len().saturating_sub(ROWS);
            let shown = &found[skipped..];
            let rows = shown
                .iter()
                .rev()
                .map(|(sequence, entry)| Row::new(journal.id(*sequence), *sequence, entry));
            Self {
                rows: rows.collect(),
                older: (skipped > 0).then(|| shown[0].0),
                matching,
                kept: journal.len(),
                forgotten: journal.forgotten(),
                last: journal.recorded(),
                selected,
                unclaimed: 0,
                search: Search::default(),
            }
        });
        view.search = search;
        if view.rows.is_empty() && matches!(place, Place::Organization(_)) {
            view.unclaimed = elsewhere::with_wrong_key(&app.unclaimed(), 0);
        }
        view
    }
}

async fn list(State(app): State<App>, frame: Frame, RawQuery(query): RawQuery) -> Html<String> {
    let view = ListView::read(&app, &frame.place, &query.unwrap_or_default(), None);
    show(&app, &frame, &view, None)
}

/// One request, beside the list.
async fn one(
    State(app): State<App>,
    frame: Frame,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let explained = match explain::in_full(&app, &id) {
        Ok(explained) => explained,
        Err(reason) => return missing(&frame.place, &reason.to_string()).into_response(),
    };
    let view = ListView::read(&app, &frame.place, &query.unwrap_or_default(), Some(id));
    let detail = match &frame.place {
        Place::Organization(organization) => {
            let state = organization.state();
            Detail::read(explained, state.scenario.as_ref())
        }
        Place::Unclaimed => Detail::read(explained, None),
    };
    match detail {
        Ok(detail) if detail.is_of(&frame.place) => {
            show(&app, &frame, &view, Some(&detail)).into_response()
        }
        Ok(_) | Err(_) => {
            missing(&frame.place, "it belongs to another organization").into_response()
        }
    }
}

/// Two requests side by side.
async fn compared(
    State(app): State<App>,
    frame: Frame,
    Path((_, one, other)): Path<(String, String, String)>,
) -> Response {
    let read = |id: &str| {
        let explained = explain::in_full(&app, id).ok()?;
        let detail = Detail::read(explained, None).ok()?;
        detail.is_of(&frame.place).then_some(detail)
    };
    let (Some(one), Some(other)) = (read(&one), read(&other)) else {
        return missing(&frame.place, "one of the two is no longer kept").into_response();
    };
    let content = compare::render(&frame, [one.explained(), other.explained()]);
    frame
        .page(Nav::Requests, "Compare", &html! {}, &content)
        .into_response()
}

/// A request that cannot be shown, and the way back to those that can.
fn missing(place: &Place, reason: &str) -> Failure {
    let failure = Failure::not_found(format!("The request cannot be shown: {reason}."));
    failure.hint(
        html! { p { a href=(place.path("requests")) { "Show the requests of " (place.name()) } } },
    )
}

fn show(app: &App, frame: &Frame, view: &ListView, detail: Option<&Detail>) -> Html<String> {
    let beside_title = html! { (elsewhere::placeholder(app, frame)) (clear(frame)) };
    let content = html! {
        (filter_bar(frame, view))
        div.panes.open[detail.is_some()] {
            section.list aria-label="Requests" { (rows(frame, view)) }
            section.detail #detail aria-label="The request" data-detail tabindex="-1" {
                @if let Some(detail) = detail {
                    (detail.render(frame, &view.search))
                    (compare::links(frame, detail.explained(), &view.rows))
                }
            }
        }
    };
    frame.page(Nav::Requests, "Requests", &beside_title, &content)
}

fn clear(frame: &Frame) -> Markup {
    let clear = ControlRequest {
        method: "DELETE",
        path: format!("{}/journal", frame.place.control_path()),
        body: None,
        server: &frame.server,
    };
    let question = "Forget all requests of this list? Data and keys stay.";
    html! { div.primary { (clear.reveal()) (clear.button("Clear the list", Some(question))) } }
}

/// The filters that one click sets.
const CHIPS: [(&str, &str); 6] = [
    ("Errors", "status:4xx"),
    ("Server errors", "status:5xx"),
    ("Rate limited", "status:429"),
    ("Forbidden", "status:403"),
    ("With a fault", "fault:*"),
    ("Disconnected", "status:aborted"),
];

fn filter_bar(frame: &Frame, view: &ListView) -> Markup {
    let search = &view.search;
    html! {
        form.filter method="get" action=(frame.place.path("requests")) role="search" {
            input #filter type="search" name="q" value=(search.text()) autocomplete="off" spellcheck="false"
                placeholder="status:429 op:create_order key:demo01 fault:* text" aria-label="Filter"
                aria-describedby=[search.problem().map(|_| "filter-problem")];
            button { "Filter" }
            ul.chips aria-label="Usual filters" {
                @for (label, condition) in CHIPS {
                    li { a.chip href=(search.toggled(frame, condition)) aria-current=[search.has(condition).then_some("true")] { (label) } }
                }
            }
        }
        @if let Some(problem) = search.problem() {
            p.problem #filter-problem role="alert" { (problem) " The list is not filtered." }
        }
    }
}

fn rows(frame: &Frame, view: &ListView) -> Markup {
    html! {
        div.news hidden data-news { button type="button" aria-live="polite" { } }
        p.muted.sampled hidden data-sampled aria-live="polite" {}
        @if view.rows.is_empty() { (empty(frame, view)) }
        table.requests hidden[view.rows.is_empty()] data-follow=(frame.place.path("requests/live")) data-last=(view.last)
            data-older=[view.older.map(|older| view.search.link(frame, Some(older)))] {
            thead {
                tr {
                    th.at scope="col" { "Time" }
                    th.method scope="col" { "Method" }
                    th.path scope="col" { "Path" }
                    th.status scope="col" { "Status" }
                    th.code scope="col" { "Error, fault" }
                    th.duration scope="col" { "Duration" }
                    th.key scope="col" { "Key" }
                }
            }
            tbody { @for row in &view.rows { (row.render(&row::Context::new(frame, view))) } }
        }
        p.muted.total {
            span data-total=(view.matching) { (counted(view.matching as u64, "request")) }
            @if view.search.is_set() { " of " span data-kept { (grouped(view.kept as u64)) } }
            @if view.forgotten > 0 { "; " (counted(view.forgotten, "older request")) " no longer kept" }
            @if let Some(older) = view.older {
                span { " · " a.older href=(view.search.link(frame, Some(older))) { "Older requests" } }
            }
        }
    }
}

/// What to do where there is nothing to see.
fn empty(frame: &Frame, view: &ListView) -> Markup {
    let clear = frame.place.path("requests");
    html! {
        div.empty data-empty {
            @if view.search.is_set() && view.kept > 0 {
                p { "None of " (counted(view.kept as u64, "request")) " matches " code { (view.search.text()) } "." }
                p { a.button href=(clear) { "Clear the filter" } }
            } @else {
                (first_request(frame))
            }
            @if view.unclaimed > 0 {
                p {
                    a href=(super::place::path(UNCLAIMED, "requests")) {
                        (counted(view.unclaimed, "request")) " without a known key"
                    }
                    " may be what you are looking for."
                }
            }
        }
    }
}

fn first_request(frame: &Frame) -> Markup {
    html! {
        p { "There are no requests yet. Send one, and it appears here:" }
        (components::command(&frame.api_call("/orders?limit=1", None)))
        (book::more(const { docs::page("test-suites") }))
    }
}
