//! Where else requests arrive: the list is of one organization, and a client may use a key of another one, or of none.

use axum::{extract::State, response::Html};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::{
    components::counted,
    frame::{Frame, Nav},
    place::{Place, UNCLAIMED, path},
    query::Query,
};
use crate::{
    app::App,
    journal::{Filter, Journal},
};

/// Maximum number of organizations that are named.
const NAMED: usize = 2;

/// The query: what the page shows.
#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    /// When it was loaded, in milliseconds on the machine's clock.
    at: i64,
    /// The sequence number of the request without a known key after which they are counted.
    unclaimed: u64,
}

impl Shown {
    fn now(app: &App, place: &Place) -> Self {
        Self {
            at: app.machine_now().as_millisecond(),
            unclaimed: last_before(&app.unclaimed(), place),
        }
    }
}

/// The last request without a known key before the last one of this list: those that came later may be what you look
/// for if you have just sent one and open the list to see it. Where the list is empty, it says so itself.
fn last_before(unclaimed: &Journal, place: &Place) -> u64 {
    let last_request = match place {
        Place::Organization(organization) => organization.last_request(),
        Place::Unclaimed => 0,
    };
    if last_request == 0 {
        return unclaimed.recorded();
    }
    let all = Filter::default();
    let mut later = unclaimed
        .matching(&all, 0)
        .filter(|(_, entry)| entry.at.as_millisecond() > last_request);
    later
        .next()
        .map_or(unclaimed.recorded(), |(sequence, _)| sequence - 1)
}

/// Where else requests arrive. The page's script keeps it up to date.
pub(super) fn part(app: &App, frame: &Frame) -> Markup {
    let shown = Shown::now(app, &frame.place);
    let path = frame.place.path("requests/elsewhere");
    html! {
        div.elsewhere role="status" data-refresh={ (path) "?at=" (shown.at) "&unclaimed=" (shown.unclaimed) } {
            (line(app, &frame.place, &shown))
        }
    }
}

/// The same, as it is now.
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Query(shown): Query<Shown>,
) -> Html<String> {
    Html(line(&app, &frame.place, &shown).into_string())
}

/// The organizations with requests after the page was loaded, and the number of requests without a known key.
fn line(app: &App, place: &Place, shown: &Shown) -> Markup {
    let mut used = app.tenants.organizations(app.machine_now());
    used.retain(|one| one.last_request() >= shown.at && one.name() != place.name());
    // The keys may change meanwhile.
    used.sort_by_cached_key(|one| -one.last_request());
    let unclaimed = match place {
        Place::Organization(_) => with_wrong_key(&app.unclaimed(), shown.unclaimed),
        Place::Unclaimed => 0,
    };
    let requests = |name: &str| path(name, Nav::Requests.slug());
    let named = used.iter().take(NAMED).map(|one| one.name());
    let links: Vec<_> = named
        .map(|name| html! { a href=(requests(name)) { (name) } })
        .chain((used.len() > NAMED).then(|| html! { (used.len() - NAMED) " more" }))
        .chain((unclaimed > 0).then(|| {
            html! { a href=(requests(UNCLAIMED)) { (counted(unclaimed, "request")) " without a known key" } }
        }))
        .collect();
    html! {
        @if !links.is_empty() {
            p {
                "Elsewhere: "
                @for (index, link) in links.iter().enumerate() { @if index > 0 { ", " } (link) }
            }
        }
    }
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
