//! Signing in to the dashboard, and out of it.
//!
//! Where the control API needs a token, so does the dashboard. On loopback addresses, the sandbox's own authorization
//! server signs users in: with one click, unless its users have passwords.

mod oauth;

use axum::{
    extract::{RawForm, RawQuery, State},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use http::{HeaderMap, StatusCode, Uri, header};
use maud::html;
use schemas::Profile;

pub(super) use self::oauth::callback;
use super::{
    UI,
    page::{self, Failure},
};
use crate::{
    app::{
        App,
        sessions::{NoRandomness, cookie, cookie_name},
    },
    config::ControlAccess,
    control::guard::host,
};

/// Attributes of cookies: scripts and other sites have no access.
const ATTRIBUTES: &str = "Path=/_mock; HttpOnly; SameSite=Strict";

/// The sign-in page.
pub(super) async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    form(&app, &parameter(query.as_bytes(), "to"), None).into_response()
}

/// Signs a user in with the control token, by the authorization server, or, if the user prefers, without it.
pub(super) async fn start(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Response {
    let (to, host) = (parameter(&body, "to"), host(&uri, &headers));
    let begun = match &app.config.control {
        ControlAccess::Token(token) if !token.matches(parameter(&body, "token").as_bytes()) => {
            let problem = "The token is wrong. You are not signed in.";
            return (StatusCode::UNAUTHORIZED, form(&app, &to, Some(problem))).into_response();
        }
        ControlAccess::Loopback if has_oauth(&app) && parameter(&body, "how") != "directly" => {
            oauth::ask(&app, &uri, &headers, &to)
        }
        ControlAccess::Token(_)
        | ControlAccess::Loopback
        | ControlAccess::Off
        | ControlAccess::NeedsToken => begin(&app, host, &to),
    };
    begun.unwrap_or_else(|error| failure(&error))
}

/// Whether there is an authorization server.
fn has_oauth(app: &App) -> bool {
    app.config.profile == Profile::Everything
}

/// Starts a session, and opens a page.
fn begin(app: &App, host: &str, to: &str) -> Result<Response, NoRandomness> {
    let id = app.sessions.start(app.machine_now())?;
    let cookie = format!("{}={id}; {ATTRIBUTES}", cookie_name(host));
    let to = if is_page(to) { to } else { UI };
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Redirect::to(to),
    )
        .into_response())
}

fn failure(error: &NoRandomness) -> Response {
    let why = format!("You cannot sign in: {error}.");
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, why).into_response()
}

/// Signs the user out.
pub(super) async fn end(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let name = cookie_name(host(&uri, &headers));
    if let Some(id) = cookie(&headers, &name) {
        app.sessions.end(id);
    }
    let cookie = format!("{name}=; {ATTRIBUTES}; Max-Age=0");
    let to = Redirect::to(&format!("{UI}/sign-in"));
    (AppendHeaders([(header::SET_COOKIE, cookie)]), to).into_response()
}

/// Whether this is a page of the dashboard.
fn is_page(path: &str) -> bool {
    let rest = path.strip_prefix(UI).unwrap_or("!");
    rest.is_empty()
        || rest.starts_with(['/', '?']) && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

fn parameter(query: &[u8], wanted: &str) -> String {
    let mut pairs = form_urlencoded::parse(query);
    let found = pairs.find(|(name, _)| name == wanted);
    found.map_or_else(String::new, |(_, value)| value.into_owned())
}

fn form(app: &App, to: &str, problem: Option<&str>) -> impl IntoResponse + use<> {
    let with_token = matches!(app.config.control, ControlAccess::Token(_));
    page::bare(
        "Sign in",
        &html! {
            h1 { "OpenProspect sandbox" }
            p { "See every request, and why it got its response." }
            @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
            form method="post" action={ (UI) "/sign-in" } {
                input type="hidden" name="to" value=(to);
                @if with_token {
                    label { "Control token"
                        input type="password" name="token" required autofocus autocomplete="current-password";
                    }
                    p.muted { "The value of " code { "--control-token" } " or " code { "MOCK_SERVER_CONTROL_TOKEN" } "." }
                }
                button.primary autofocus[!with_token] { "Sign in" }
                @if !with_token && has_oauth(app) {
                    p.muted { "This server signs you in, by OAuth 2.0 with PKCE." }
                    button.quiet name="how" value="directly" { "Sign in without OAuth" }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_redirects_only_to_pages_of_the_dashboard() {
        for page in [
            "/_mock/ui",
            "/_mock/ui/demo01/requests?q=status:429",
            "/_mock/ui?x",
        ] {
            assert!(is_page(page), "{page}");
        }
        for other in [
            "",
            "/",
            "//evil.example",
            "/_mock/uix",
            "https://evil.example",
            "/_mock/ui/\r\nx: y",
            "/_mock/shutdown",
        ] {
            assert!(!is_page(other), "{other}");
        }
    }
}
