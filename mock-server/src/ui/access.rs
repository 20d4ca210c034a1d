//! Who may see the dashboard: the control API's rule, and a session.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, Method, StatusCode, header};

use super::{UI, page::Failure};
use crate::{
    app::App,
    config::ControlAccess,
    control::guard::{self, host, is_loopback, same_origin},
};

/// Rejects what the control API would reject, too: the dashboard is as open as that.
pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = host(request.uri(), headers);
    let refuse = |status, reason: &str| Failure::new(status, reason).into_response();
    match &app.config.control {
        ControlAccess::Off => refuse(
            StatusCode::NOT_FOUND,
            "The control API is disabled (--no-control), and the dashboard with it.",
        ),
        ControlAccess::NeedsToken => refuse(
            StatusCode::UNAUTHORIZED,
            "This server listens on more than loopback addresses, so its dashboard needs a token. Start the server \
             with --control-token or MOCK_SERVER_CONTROL_TOKEN.",
        ),
        // A name that resolves to a loopback address can be another site's.
        ControlAccess::Loopback if !is_loopback(host) => refuse(
            StatusCode::UNAUTHORIZED,
            "Without a control token, the dashboard accepts only a loopback address, such as 127.0.0.1, as Host.",
        ),
        ControlAccess::Loopback | ControlAccess::Token(_)
            if *request.method() != Method::GET && !same_origin(&app, headers, host) =>
        {
            refuse(
                StatusCode::UNAUTHORIZED,
                "The form was sent from another site. Nothing has changed.",
            )
        }
        ControlAccess::Loopback | ControlAccess::Token(_) => next.run(request).await,
    }
}

/// Redirects to the sign-in page unless a user is signed in. A stream ends instead: it could not show that page, and a
/// browser would not say why it stopped.
pub(super) async fn signed_in(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if guard::has_session(&app, headers, host(request.uri(), headers)) {
        return next.run(request).await;
    }
    if is_stream(headers) {
        return Failure::new(StatusCode::UNAUTHORIZED, "You are signed out.").into_response();
    }
    // The router has removed the prefix.
    let target = request
        .uri()
        .path_and_query()
        .map_or("", |target| target.as_str());
    let target = format!("{UI}{target}");
    let to: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
    Redirect::to(&format!("{UI}/sign-in?to={to}")).into_response()
}

/// Whether a script asks for server-sent events.
fn is_stream(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|accept| accept == "text/event-stream")
}
