//! The page Requests: a list of the journal, live, and the details of one request beside it.

mod advice;
mod compare;
mod detail;
mod elsewhere;
mod explained;
mod live;
mod messages;
mod pretty;
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
use http::StatusCode;
use maud::{Markup, html};

use self::{detail::Detail, live::Position, row::Row, search::Search};
use super::{
    book,
    components::{self, ControlRequest, counted, grouped},
    frame::{Frame, Nav},
    page::Failure,
    place::{Place, UNCLAIMED},
};
use crate::{app::App, control::explain, journal::Journal};

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
    totals: Totals,
    /// The last request, after which live updates begin.
    last: Position,
    /// Whether the list was cleared.
    was_cleared: bool,
    /// The id of the request whose details are shown.
    selected: Option<String>,
    /// Number of requests to the API without a known key, which another list has, if this one is empty.
    unclaimed: u64,
}

/// How many requests there are.
struct Totals {
    /// Number of matching requests that the journal keeps.
    matching: usize,
    /// Number of requests that the journal keeps.
    kept: usize,
    /// Number of older requests that it no longer keeps.
    displaced: u64,
}

impl Totals {
    fn new(matching: usize, journal: &Journal) -> Self {
        Self {
            matching,
            kept: journal.len(),
            displaced: journal.displaced(),
        }
    }

    /// `3 requests of 1,000; 501 older requests no longer kept (--max-journal)`
    fn text(&self, search: &Search) -> String {
        let mut text = counted(self.matching as u64, "request");
        if search.is_set() {
            text.extend([" of ", &grouped(self.kept as u64)]);
        }
        if self.displaced > 0 {
            let older = counted(self.displaced, "older request");
            text.extend(["; ", &older, " no longer kept (--max-journal)"]);
        }
        text
    }
}

impl ListView {
    fn read(app: &App, place: &Place, query: &str, selected: Option<String>) -> Self {
        let search = Search::parse(query);
        let mut view = place.with_journal(app, |journal, keys| {
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
                .map(|(sequence, entry)| Row::new(journal.id(*sequence), *sequence, entry, keys));
            Self {
                rows: rows.collect(),
                older: (skipped > 0).then(|| shown[0].0),
                totals: Totals::new(matching, journal),
                last: Position::last(journal),
                was_cleared: journal.recorded() > 0,
                selected,
                unclaimed: 0,
                search: Search::default(),
            }
        });
        view.search = search;
        if view.totals.kept == 0 && matches!(place, Place::Organization(_)) {
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
    let found = read(&app, &frame.place, &id);
    let size = found.as_ref().map_or(0, Detail::size);
    let view = ListView::read(&app, &frame.place, &query.unwrap_or_default(), Some(id));
    let long_work = app.long_work.clone();
    let shown = long_work.on(size, move || {
        let (status, detail) = match found {
            Ok(detail) => (StatusCode::OK, detail.render(&frame, &view)),
            Err(reason) => (StatusCode::NOT_FOUND, missing(&frame, &view, &reason)),
        };
        (status, show(&app, &frame, &view, Some(&detail)))
    });
    shown.await.into_response()
}

/// A request of this place, or why it cannot be shown.
fn read(app: &App, place: &Place, id: &str) -> Result<Detail, String> {
    let explained = explain::in_full(app, id).map_err(|reason| reason.to_string())?;
    let detail = match place {
        Place::Organization(organization) => {
            Detail::read(explained, organization.state().scenario.as_ref())
        }
        Place::Unclaimed => Detail::read(explained, None),
    };
    let own = detail.ok().filter(|detail| detail.is_of(place));
    own.ok_or_else(|| "it belongs to another organization".to_owned())
}

/// The text of a scenario that reproduces what happened to a request of this place, or why there is none.
pub(super) fn scenario_of(app: &App, place: &Place, id: &str) -> Result<String, String> {
    let scenario = read(app, place, id)?.into_scenario();
    scenario.ok_or_else(|| "nothing went wrong that a rule can repeat".to_owned())
}

/// Two requests side by side.
async fn compared(
    State(app): State<App>,
    frame: Frame,
    Path((_, one, other)): Path<(String, String, String)>,
) -> Response {
    let read = |id: &str| read(&app, &frame.place, id);
    let both = read(&one).and_then(|one| Ok((one, read(&other)?)));
    let (one, other) = match both {
        Ok(both) => both,
        Err(reason) => {
            let failure = Failure::not_found(format!("The requests cannot be compared: {reason}."));
            let list = html! { p { a href=(frame.place.path("requests")) { "Show the requests of " (frame.place.name()) } } };
            return failure.hint(list).into_response();
        }
    };
    let shown = app.long_work.on(one.size() + other.size(), move || {
        let content = compare::render(&frame, [one.explained(), other.explained()]);
        frame.page(Nav::Requests, "Compare", &html! {}, &content)
    });
    shown.await.into_response()
}

/// What is beside the list in place of a request that cannot be shown, such as one that the journal has dropped since.
fn missing(frame: &Frame, view: &ListView, reason: &str) -> Markup {
    html! {
        (back(frame, &view.search))
        p.problem role="alert" { "The request cannot be shown: " (components::prose(reason)) "." }
    }
}

/// The way back to the list, where there is no room for both.
fn back(frame: &Frame, search: &Search) -> Markup {
    html! { a.back href=(search.link_to(&frame.place.path("requests"))) data-back { "← Requests" } }
}

fn show(app: &App, frame: &Frame, view: &ListView, detail: Option<&Markup>) -> Html<String> {
    let beside_title = html! { (elsewhere::part(app, frame)) (clear(frame)) };
    let content = html! {
        (filter_bar(frame, view))
        div.panes.open[detail.is_some()] {
            section.list aria-label="Requests" { (rows(frame, view)) }
            section.detail #detail aria-label="The request" data-detail tabindex="-1" {
                @if let Some(detail) = detail { (detail) }
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
    ("Client errors", "status:4xx"),
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
            p.problem #filter-problem role="alert" { (components::prose(problem)) " The list is not filtered." }
        }
    }
}

fn rows(frame: &Frame, view: &ListView) -> Markup {
    html! {
        div.news hidden data-news { button type="button" aria-live="polite" { } }
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
                    th.duration scope="col" title="On the organization's clock" { "Duration" }
                    th.key scope="col" { "Key" }
                }
            }
            tbody { @for row in &view.rows { (row.render(&row::Context::new(frame, view))) } }
        }
        p.muted.total {
            span data-total { (view.totals.text(&view.search)) }
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
            @if view.search.is_set() && view.totals.kept > 0 {
                p { "None of " (counted(view.totals.kept as u64, "request")) " matches " code { (view.search.text()) } "." }
                p { a.button href=(clear) { "Clear the filter" } }
            } @else {
                @let begin = if view.was_cleared { "No requests since the list was cleared." } else { "There are no requests yet." };
                (first_request(frame, begin))
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

fn first_request(frame: &Frame, begin: &str) -> Markup {
    html! {
        p { (begin) " Send one, and it appears here:" }
        (components::command(&frame.api_call("/orders?limit=1", None)))
        (book::more(const { docs::page("test-suites") }))
    }
}
