//! HTML documents, and the headers that protect them.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, html};

use super::{UI, assets, components::prose};

/// Nothing is loaded but what this server serves, and no other page may frame this one.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Adds the headers that every response of the dashboard has.
pub(super) async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    // Not `no-referrer`: with that, browsers hide the origin of this page's own forms.
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    response
}

/// A whole document.
pub(super) fn document(title: &str, body: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · OpenProspect sandbox" }
                link rel="icon" type="image/svg+xml" href=(assets::path("icon.svg"));
                link rel="stylesheet" href=(assets::path("style.css"));
                script type="module" src=(assets::path("main.js")) {}
            }
            (body)
        }
    };
    Html(page.into_string())
}

/// A page without the frame, such as the sign-in page.
pub(super) fn bare(title: &str, content: &Markup) -> Html<String> {
    let body = html! { body.bare { main { (content) } } };
    document(title, &body)
}

/// A page that cannot be shown, and why.
pub(super) struct Failure {
    status: StatusCode,
    why: String,
    hint: Option<Markup>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self {
            status,
            why: reason.into(),
            hint: None,
        }
    }

    pub(super) fn not_found(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, reason)
    }

    /// What to do instead.
    pub(super) fn hint(mut self, hint: Markup) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// Replaces what the HTTP library responds to a method that an address does not accept, which is nothing, and to an
/// address that it cannot read, which is text with words of a program.
pub(super) async fn readable(mut response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let reason = match status {
        StatusCode::METHOD_NOT_ALLOWED if kind.is_none() => {
            "This address does not accept this method. The header `Allow` lists those that it accepts."
        }
        status if status.is_client_error() && is_text => {
            "A part of the address, or of the form, is missing or invalid."
        }
        _ => return response,
    };
    let allow = response.headers_mut().remove(header::ALLOW);
    let mut response = Failure::new(status, reason).into_response();
    response
        .headers_mut()
        .extend(allow.map(|allow| (header::ALLOW, allow)));
    response
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let content = html! {
            h1 { (title) }
            p role="alert" { (prose(&self.why)) }
            @if let Some(hint) = &self.hint { (hint) }
            p { a href=(UI) { "Go to the dashboard" } }
        };
        (self.status, bare(title, &content)).into_response()
    }
}
