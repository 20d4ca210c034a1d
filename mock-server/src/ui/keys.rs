//! The page Keys: what each key may do, what is left of its quota, and the life of a key from its creation on.

mod create;
mod row;

use axum::{Router, extract::State, response::Html, routing::get};
use jiff::Timestamp;
use maud::{Markup, html};
use schemas::{Scope, ScopeSet};

use self::row::Key;
use super::{
    components::ControlRequest,
    frame::{Frame, Nav},
    place::Place,
};
use crate::{
    app::App, config::Config, control::reports::used_by_key, tenants::State as OrganizationState,
};

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

async fn show(State(app): State<App>, frame: Frame) -> Html<String> {
    let Place::Organization(organization) = &frame.place else {
        let content = html! { p { "Keys belong to organizations. Choose one above." } };
        return frame.page(Nav::Keys, "Keys", &html! {}, &content);
    };
    let keys = keys(&app.config, &organization.state(), frame.now);
    let content = html! {
        @if keys.is_empty() { (empty(organization.name())) } @else { (list(&frame, &keys)) }
        (create::dialog(&frame, &app.config))
        (create::shown_once(&frame.server))
    };
    let action = html! {
        button.primary type="button" data-opens="create" { "Create key" }
    };
    frame.page(Nav::Keys, "Keys", &action, &content)
}

/// All keys, the latest first.
fn keys(config: &Config, state: &OrganizationState, now: Timestamp) -> Vec<Key> {
    let used = used_by_key(state);
    let keys = state.keys.iter().zip(used).rev();
    keys.map(|(key, used)| Key::read(key, used, config.policies(key.definition.tier), now))
        .collect()
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

fn list(frame: &Frame, keys: &[Key]) -> Markup {
    html! {
        table.keys {
            thead {
                tr {
                    th scope="col" { "Name" }
                    th scope="col" { "Key" }
                    th scope="col" { "Scopes used of those held" }
                    th scope="col" { "Quota" }
                    th scope="col" { "Expires" }
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
