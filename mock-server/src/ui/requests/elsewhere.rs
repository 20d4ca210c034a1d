//! Where else requests arrive: the list is of one organization, and a client may use a key of another one, or of none.

use axum::{
    extract::{Query, State},
    response::Html,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::{
    components::counted,
    frame::{Frame, Nav},
    place::{self, Place, UNCLAIMED},
};
use crate::{
    app::App,
    journal::{Filter, Journal},
};

/// Maximum number of organizations that are named.
const NAMED: usize = 2;

/// The query: what there was when the page was loaded.
#[derive(Debug, Deserialize)]
pub(super) struct Loaded {
    /// When it was loaded, in milliseconds on the machine's clock.
    at: i64,
    /// Number of requests without a known key.
    unclaimed: u64,
}

/// An empty place, in which the page's script shows where else requests arrive.
pub(super) fn placeholder(app: &App, frame: &Frame) -> Markup {
    let at = app.machine_now().as_millisecond();
    let unclaimed = app.unclaimed().recorded();
    let path = frame.place.path("requests/elsewhere");
    html! {
        div.elsewhere role="status" data-refresh={ (path) "?at=" (at) "&unclaimed=" (unclaimed) } {}
    }
}

/// The organizations with requests after the page was loaded, and the number of requests without a known key.
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Query(loaded): Query<Loaded>,
) -> Html<String> {
    let mut used = app.tenants.organizations(app.machine_now());
    used.retain(|one| one.last_request() >= loaded.at && one.name() != frame.place.name());
    used.sort_by_key(|one| -one.last_request());
    let unclaimed = match &frame.place {
        Place::Organization(_) => with_wrong_key(&app.unclaimed(), loaded.unclaimed),
        Place::Unclaimed => 0,
    };
    let requests = |name: &str| place::path(name, Nav::Requests.slug());
    let named = used.iter().take(NAMED).map(|one| one.name());
    let links: Vec<_> = named
        .map(|name| html! { a href=(requests(name)) { (name) } })
        .chain((used.len() > NAMED).then(|| html! { (used.len() - NAMED) " more" }))
        .chain((unclaimed > 0).then(|| {
            html! { a href=(requests(UNCLAIMED)) { (counted(unclaimed, "request")) " without a known key" } }
        }))
        .collect();
    let line = html! {
        @if !links.is_empty() {
            p {
                "Elsewhere: "
                @for (index, link) in links.iter().enumerate() { @if index > 0 { ", " } (link) }
            }
        }
    };
    Html(line.into_string())
}

/// The number of requests to the API in the journal of those without a known key. Others are to the authorization server,
/// such as signing in to the dashboard.
pub(super) fn with_wrong_key(unclaimed: &Journal, after: u64) -> u64 {
    let all = Filter::default();
    let entries = unclaimed.matching(&all, after);
    let count = entries
        .filter(|(_, entry)| entry.endpoint.is_none())
        .count();
    count as u64
}
