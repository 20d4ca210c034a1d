//! The frame of every page: the bar at the top, the pages at the left, and the page itself.

use std::sync::Arc;

use axum::{extract::FromRequestParts, response::Html};
use http::request;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, Render, html};
use schemas::API_PREFIX;
use serde_json::Value;
use strum::VariantArray;

use super::{
    UI,
    book::BOOK,
    components::{self, ServerView, second},
    icons::Icon,
    page::{self, Failure},
    place::{self, Place, UNCLAIMED},
};
use crate::{
    app::{self, App},
    clock::{Mode, rfc3339},
    config::ControlAccess,
    tenants::active_scenario::ActiveScenario,
};

/// Number of organizations that the switcher lists.
const LISTED: usize = 200;

/// A page of the rail.
#[derive(Clone, Copy, Debug, Eq, PartialEq, VariantArray)]
pub(super) enum Nav {
    Requests,
    Keys,
    Scenarios,
    Clock,
    Data,
    Contract,
    Reference,
}

impl Nav {
    fn label(self) -> &'static str {
        match self {
            Self::Requests => "Requests",
            Self::Keys => "Keys",
            Self::Scenarios => "Scenarios",
            Self::Clock => "Clock",
            Self::Data => "Data",
            Self::Contract => "Contract",
            Self::Reference => "API reference",
        }
    }

    /// The word that a narrow bar has room for.
    fn short(self) -> &'static str {
        self.label().split(' ').next().unwrap_or_default()
    }

    /// What follows that word.
    fn rest(self) -> &'static str {
        &self.label()[self.short().len()..]
    }

    /// The letter that opens the page after `g`.
    fn letter(self) -> char {
        match self {
            Self::Requests => 'r',
            Self::Keys => 'k',
            Self::Scenarios => 's',
            Self::Clock => 'c',
            Self::Data => 'd',
            Self::Contract => 'o',
            Self::Reference => 'a',
        }
    }

    /// The last part of its path.
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Keys => "keys",
            Self::Scenarios => "scenarios",
            Self::Clock => "clock",
            Self::Data => "data",
            Self::Contract => "contract",
            Self::Reference => "api",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Requests => Icon::Requests,
            Self::Keys => Icon::Keys,
            Self::Scenarios => Icon::Scenario,
            Self::Clock => Icon::Clock,
            Self::Data => Icon::Data,
            Self::Contract => Icon::Contract,
            Self::Reference => Icon::Reference,
        }
    }
}

/// What the frame shows besides the page.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The organization of the page.
    pub(super) place: Place,
    /// This server.
    pub(super) server: ServerView,
    /// Time of the organization, or of the machine where there is none.
    pub(super) now: Timestamp,
    /// Time of the machine.
    machine: Timestamp,
    /// How the organization's time passes.
    pub(super) mode: Mode,
    /// The mark of the organization's clock, which differs after every change.
    mark: String,
    scenario: Option<Arc<str>>,
    /// For what only a whole page shows. Its parts, which are loaded every second, do not.
    app: App,
}

impl FromRequestParts<App> for Frame {
    type Rejection = Failure;

    async fn from_request_parts(head: &mut request::Parts, app: &App) -> Result<Self, Failure> {
        let place = Place::from_request_parts(head, app).await?;
        let machine = app.machine_now();
        let (now, mode, mark, scenario) = match &place {
            Place::Organization(organization) => {
                let state = organization.state();
                let name = state.scenario.as_ref().map(ActiveScenario::name);
                let clock = &state.clock;
                (clock.now(machine), clock.mode(), clock.mark(), name)
            }
            Place::Unclaimed => (machine, Mode::Real, String::new(), None),
        };
        Ok(Self {
            server: ServerView {
                origin: app::origin(app, &head.uri, &head.headers),
                needs_token: matches!(app.config.control, ControlAccess::Token(_)),
            },
            now,
            machine,
            mode,
            mark,
            scenario,
            app: app.clone(),
            place,
        })
    }
}

impl Frame {
    /// A page in the frame. `action` is its primary action.
    pub(super) fn page(
        &self,
        nav: Nav,
        title: &str,
        action: &Markup,
        content: &Markup,
    ) -> Html<String> {
        let live_keys = self.app.metrics.live_keys();
        let body = html! {
            body data-place=(self.place.path("")) data-origin=(self.server.origin) {
                a.skip href="#main" { "Skip to the page" }
                (self.bar(nav))
                (live_key_banner(live_keys))
                (self.rail(nav))
                main #main tabindex="-1" {
                    (signed_out())
                    div.title { h1 { (title) } (action) }
                    noscript { p.note { "Without JavaScript you can read everything; to change something, send the API call that each action shows." } }
                    (content)
                }
                (help())
                div #notices role="status" aria-live="polite" {}
            }
        };
        page::document(&format!("{title} · {}", self.place.name()), &body)
    }

    /// A request to the API as a `curl` line, with a key of the organization that describes itself; where there is no
    /// organization, without a key.
    pub(super) fn api_call(&self, target: &str, body: Option<&Value>) -> String {
        let key = match &self.place {
            Place::Organization(organization) => format!(
                " -H \"Authorization: Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxx{}\"",
                organization.name()
            ),
            Place::Unclaimed => String::new(),
        };
        let body = body.map_or_else(String::new, |body| {
            format!(" --json {}", components::quoted(&body.to_string()))
        });
        let origin = &self.server.origin;
        format!("curl{key}{body} \"{origin}{API_PREFIX}{target}\"")
    }

    fn bar(&self, nav: Nav) -> Markup {
        html! {
            header.bar {
                a.product href=(UI) { "OpenProspect " span { "sandbox" } }
                (self.switcher(nav))
                div.state {
                    ul.chips aria-label="State" data-refresh=(self.place.path("state")) { (self.chips()) }
                    span.chip {
                        button type="button" data-live aria-live="polite" hidden { (Icon::Live) span { "connecting" } }
                    }
                }
                button.quiet type="button" data-help title="Keyboard shortcuts (?)" { (Icon::Help) span.word { "Help" } }
                form method="post" action={ (UI) "/sign-out" } {
                    button.quiet title="Sign out" { (Icon::SignOut) span.word { "Sign out" } }
                }
            }
        }
    }

    /// The clock and the scenario, which tests change while the page is open. The page's script counts on from this time.
    fn chips(&self) -> Markup {
        html! {
            li {
                a.chip href=(self.place.path("clock")) data-mark=(self.mark) data-live-keys=(self.app.metrics.live_keys()) {
                    (Icon::Clock)
                    span.mode { (self.mode.name()) @if let Some(distance) = distance(self.now.duration_since(self.machine)) { ", " (distance) } }
                    time.clock data-clock data-pace=(self.mode.factor()) data-machine=(rfc3339(self.machine))
                        datetime=(rfc3339(self.now)) title=(rfc3339(self.now)) {
                        (second(self.now))
                    }
                }
            }
            li {
                a.chip.armed[self.scenario.is_some()] href=(self.place.path("scenarios")) title=[self.scenario.as_deref()] {
                    (Icon::Scenario) span.name { (self.scenario.as_deref().unwrap_or("no scenario")) }
                }
            }
        }
    }

    fn switcher(&self, nav: Nav) -> Markup {
        let current = self.place.name();
        let mut organizations = self.app.tenants.organizations(self.app.machine_now());
        // The keys may change meanwhile.
        organizations.sort_by_cached_key(|organization| -organization.last_used());
        let link = |name: &str, label: &str| {
            html! {
                li { a href=(place::path(name, nav.slug())) aria-current=[(name == current).then_some("page")] { (label) } }
            }
        };
        html! {
            details.switcher {
                summary { span.label { "Organization" } " " strong { (current) } }
                form method="get" action={ (UI) "/go" } {
                    input type="hidden" name="page" value=(nav.slug());
                    input type="search" name="name" required autocomplete="off" spellcheck="false"
                        placeholder="Find an organization" aria-label="Find an organization" data-narrows="organizations";
                    ul #organizations {
                        @for one in organizations.iter().take(LISTED) { (link(one.name(), one.name())) }
                        (link(UNCLAIMED, "unclaimed: without a known key"))
                    }
                    @if organizations.len() > LISTED { p.muted { "The " (LISTED) " most recently used. Press Enter to search all." } }
                    p.muted data-none="organizations" hidden { "None of these." }
                }
            }
        }
    }

    fn rail(&self, current: Nav) -> Markup {
        html! {
            nav.rail aria-label="Pages" {
                ul {
                    @for page in Nav::VARIANTS {
                        li {
                            a href=(self.place.path(page.slug())) aria-current=[(*page == current).then_some("page")]
                                aria-keyshortcuts={ "g " (page.letter()) } title={ (page.label()) " (g " (page.letter()) ")" } {
                                (page.icon()) span { (page.short()) span.more { (page.rest()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The chips, as they are now.
pub(super) async fn state(frame: Frame) -> Html<String> {
    Html(frame.chips().into_string())
}

/// How far a clock is from the machine's, unless they are the same: `5 h ahead`.
fn distance(ahead: SignedDuration) -> Option<String> {
    let length = components::length(ahead.abs());
    match ahead.as_secs() {
        0 => None,
        1.. => Some(format!("{length} ahead")),
        _ => Some(format!("{length} behind")),
    }
}

/// The page's script shows it once a live key arrives.
fn live_key_banner(count: u64) -> Markup {
    html! {
        div.banner hidden[count == 0] role="alert" data-dismissed-by=(count) {
            p {
                strong { "A live key was sent to this sandbox." }
                " It was neither used nor kept. Find the program that uses it, and consider rotating the key: "
                a href=(place::path(UNCLAIMED, "requests?q=status:401")) { "see the requests without a known key" } "."
            }
            button.quiet type="button" data-dismiss { (Icon::Close) span { "Dismiss" } }
        }
    }
}

/// What the page's script shows once the session has ended: the page is no longer kept up to date.
fn signed_out() -> Markup {
    html! {
        p.problem hidden data-signed-out role="alert" {
            "You are signed out: you did so on another page, the session has expired, or the server was restarted. This page is no longer \
             kept up to date. "
            a href="" { "Sign in" }
        }
    }
}

fn help() -> Markup {
    let keys = [
        ("/", "Filter"),
        ("j, k", "Next, previous"),
        ("Enter", "Open"),
        ("Esc", "Back"),
        ("c", "Copy as curl"),
        ("r", "Replay"),
        ("?", "This help"),
    ];
    html! {
        dialog #help aria-labelledby="help-title" {
            h2 #help-title { "Keyboard shortcuts" }
            dl.facts {
                @for (key, effect) in keys { dt { kbd { (key) } } dd { (effect) } }
                @for page in Nav::VARIANTS { dt { kbd { "g" } " " kbd { (page.letter()) } } dd { (page.label()) } }
            }
            p { a href=(BOOK) { "Documentation" } }
            form method="dialog" { button { "Close" } }
        }
    }
}

/// The icon of a page and nothing else, for headings.
impl Render for Nav {
    fn render(&self) -> Markup {
        self.icon().render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_ahead_of_the_machine_or_behind_it() {
        let shown = |milliseconds| distance(SignedDuration::from_millis(milliseconds));
        assert_eq!([shown(0), shown(999), shown(-999)], [None, None, None]);
        assert_eq!(shown(18_000_000).as_deref(), Some("5 h ahead"));
        assert_eq!(shown(-1_000).as_deref(), Some("1 s behind"));
    }
}
