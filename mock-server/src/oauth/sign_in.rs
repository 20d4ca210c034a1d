//! The page on which a user signs in and allows what a client requests. It works without scripts, and its policy
//! forbids them.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, html};
use schemas::oauth::{AUTHORIZE, STYLESHEET};

use super::{parameters::Parameters, redirect::Redirect};
use crate::pipeline::endpoint::Refusal;

/// The parameters of the authorization request that the page sends again.
const REQUEST: [&str; 10] = [
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
];

/// The sign-in page.
pub(super) struct Page<'a> {
    pub(super) client: &'a str,
    pub(super) redirect: &'a Redirect,
    pub(super) parameters: &'a Parameters,
    pub(super) user: &'a str,
    pub(super) organization: &'a str,
    pub(super) with_password: bool,
    /// The error in the user's input, if there is one.
    pub(super) problem: Option<&'a str>,
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let status = match self.problem {
            None => StatusCode::OK,
            Some(_) => StatusCode::BAD_REQUEST,
        };
        let mut response = respond(status, &self.redirect.source(), &self.body());
        if let Some(problem) = self.problem {
            response.extensions_mut().insert(Refusal(problem.into()));
        }
        response
    }
}

impl Page<'_> {
    fn body(&self) -> Markup {
        let field = |name: &str| self.parameters.once(name);
        html! {
            h1 { "Sign in to the OpenProspect sandbox" }
            p {
                code { (self.client) } " asks to act for you, and will send you back to "
                code { (self.redirect.uri) } "."
            }
            @if let Some(scope) = field("scope") {
                p { "It asks for these scopes:" }
                ul { @for name in scope.split(' ').filter(|name| !name.is_empty()) { li { code { (name) } } } }
            } @else {
                p { "It asks for everything that you may do." }
            }
            @if let Some(problem) = self.problem {
                p.problem role="alert" { (problem) }
            }
            form method="post" action=(AUTHORIZE) {
                @for name in REQUEST {
                    @if let Some(value) = field(name) {
                        input type="hidden" name=(name) value=(value);
                    }
                }
                label {
                    "Organization, six letters or digits"
                    input name="organization" value=(self.organization) pattern="[0-9A-Za-z]{6}" maxlength="6"
                        placeholder="demo01" required autocomplete="organization" autofocus;
                }
                label {
                    "User: admin or member"
                    input name="user" value=(self.user) maxlength="40" placeholder="admin" required autocomplete="username";
                }
                @if self.with_password {
                    label {
                        "Password"
                        input name="password" type="password" autocomplete="current-password";
                    }
                }
                button name="decision" value="allow" { "Sign in and allow" }
                button.second name="decision" value="deny" formnovalidate { "Deny" }
            }
        }
    }
}

/// The page for requests whose redirect URI is not trusted.
pub(super) fn error_page(reason: &str) -> Response {
    let body = html! {
        h1 { "This sign-in request is invalid" }
        p.problem role="alert" { (reason) "." }
        p { "You were not sent back to the application, because this request does not identify it reliably." }
    };
    let mut response = respond(StatusCode::BAD_REQUEST, "", &body);
    response.extensions_mut().insert(Refusal(reason.into()));
    response
}

pub(super) async fn stylesheet() -> impl IntoResponse {
    let kind = (header::CONTENT_TYPE, "text/css; charset=utf-8");
    ([kind], include_str!("sign_in.css"))
}

fn respond(status: StatusCode, form_target: &str, body: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "OpenProspect sandbox" }
                link rel="stylesheet" href=(STYLESHEET);
            }
            body { main { (body) } }
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {form_target}"
    );
    let policy = HeaderValue::try_from(policy.trim_end()).expect("an origin is visible ASCII");
    let fixed = |name: HeaderName, value| (name, HeaderValue::from_static(value));
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        fixed(header::CACHE_CONTROL, "no-store"),
        // Not `no-referrer`: with that, browsers hide the origin of this page's own form.
        fixed(header::REFERRER_POLICY, "same-origin"),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(header::X_FRAME_OPTIONS, "DENY"),
    ];
    (status, headers, Html(page.into_string())).into_response()
}
