//! The page Keys: what each key may do, what is left of its quota, and the life of a key from its creation on.

mod create;
mod row;

use axum::{
    Router,
    extract::State,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use jiff::Timestamp;
use maud::{Markup, html};
use schemas::{Scope, ScopeSet};

use self::row::Key;
pub(super) use self::row::preset_name;
use super::{
    components::ControlRequest,
    frame::{Frame, Nav},
    part::{self, Part},
    place::Place,
    query::Query,
};
use crate::{
    app::App, config::Config, control::reports::used_by_key, tenants::State as OrganizationState,
};

/// Number of keys from which on the list can be searched.
const MANY: usize = 10;

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(show))
        .route("/list", get(list))
}

async fn show(State(app): State<App>, frame: Frame, Query(part): Query<Part>) -> Html<String> {
    let Place::Organization(organization) = &frame.place else {
        let content = html! { p { "Keys belong to organizations. Choose one above." } };
        return frame.page(Nav::Keys, "Keys", &html! {}, &content);
    };
    let view = ListView::read(&app.config, &organization.state(), part, frame.now);
    let refresh = format!("{}?{}", frame.place.path("keys/list"), view.part.query());
    let content = html! {
        @if view.total > MANY { (view.search(&frame.place.path("keys"))) }
        div data-refresh=(refresh) { (view.render(&frame)) }
        (create::dialog(&frame, &app.config))
        (create::shown_once(&frame.server))
    };
    let action = html! {
        button.primary type="button" data-opens="create" { "Create key" }
    };
    frame.page(Nav::Keys, "Keys", &action, &content)
}

/// The list alone. The page's script loads it again every second.
async fn list(State(app): State<App>, frame: Frame, Query(part): Query<Part>) -> Response {
    let Place::Organization(organization) = &frame.place else {
        return StatusCode::RESET_CONTENT.into_response();
    };
    let view = ListView::read(&app.config, &organization.state(), part, frame.now);
    Html(view.render(&frame).into_string()).into_response()
}

/// A part of the list of keys, the latest first.
struct ListView {
    keys: Vec<Key>,
    part: Part,
    /// Number of keys that contain what is searched for.
    found: usize,
    /// Number of keys.
    total: usize,
}

impl ListView {
    fn read(config: &Config, state: &OrganizationState, part: Part, now: Timestamp) -> Self {
        let used = used_by_key(state);
        let words: Vec<_> = part.q.split_whitespace().map(str::to_lowercase).collect();
        let keys = state.keys.iter().zip(used).rev();
        let found: Vec<_> = keys
            .filter(|(key, _)| row::contains(key, &words, now))
            .collect();
        let keys = part.of(&found).iter();
        let keys = keys
            .map(|(key, used)| Key::read(key, *used, config.policies(key.definition.tier), now));
        Self {
            keys: keys.collect(),
            found: found.len(),
            total: state.keys.len(),
            part,
        }
    }

    fn render(&self, frame: &Frame) -> Markup {
        let path = frame.place.path("keys");
        html! {
            @if self.total == 0 {
                (empty(frame.place.name()))
            } @else if self.found == 0 {
                div.empty {
                    p { "No key contains all of " code { (self.part.q) } "." }
                    p { a.button href=(path) { "Clear the search" } }
                }
            } @else {
                (table(frame, &self.keys))
            }
            @if self.found > part::ROWS { (self.part.links(&path, self.found)) }
        }
    }

    fn search(&self, path: &str) -> Markup {
        html! {
            form.filter method="get" action=(path) role="search" {
                input type="search" name="q" value=(self.part.q) maxlength=(part::MAX_TEXT) autocomplete="off" spellcheck="false"
                    placeholder="CI free revoked" aria-label="Search keys";
                button { "Search" }
            }
        }
    }
}

fn empty(name: &str) -> Markup {
    html! {
        div.empty {
            p { "There are no keys yet. Create one, or use a key that says what it is: it appears here when it is used first." }
            (super::components::command(&format!("export OPENPROSPECT_API_KEY=lnc_test_FullAccessxxxxxxxxxxxxxxxx{name}")))
            (super::book::more(const { docs::page("keys") }))
        }
    }
}

fn table(frame: &Frame, keys: &[Key]) -> Markup {
    html! {
        table.keys {
            thead {
                tr {
                    th scope="col" { "Name" }
                    th scope="col" { "Key" }
                    th scope="col" { "Scopes used of those held" }
                    th scope="col" { "Quota" }
                    th scope="col" { "Ends" }
                    th scope="col" { "Last used" }
                    th scope="col" { span.hidden { "Actions" } }
                }
            }
            tbody { @for key in keys { (key.render(frame)) } }
        }
    }
}

/// A request about a key.
fn request<'a>(frame: &'a Frame, id: &str, verb: &str, body: Option<String>) -> ControlRequest<'a> {
    ControlRequest {
        method: "POST",
        path: format!("{}/keys/{id}/{verb}", frame.place.control_path()),
        body,
        server: &frame.server,
    }
}

/// A dot for each scope: filled if it was used, hollow if it is only held.
fn dots(held: ScopeSet, used: ScopeSet) -> Markup {
    let is_used = |scope: &Scope| used.contains_all(ScopeSet::of(&[*scope]));
    let count = held.iter().filter(is_used).count();
    html! {
        details.scopes {
            summary {
                span.dots aria-hidden="true" { @for scope in held.iter() { span.dot.used[is_used(&scope)] {} } }
                " " (count) " of " (held.iter().count())
            }
            ul { @for scope in held.iter() {
                li { span.dot.used[is_used(&scope)] aria-hidden="true" {} " " code { (scope.as_str()) } @if is_used(&scope) { " used" } @else { " not used" } }
            } }
        }
    }
}
