//! Access control of the control API.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Uri, header, uri::Authority};
use schemas::ErrorCode;

use super::ControlError;
use crate::{
    app::{
        App,
        sessions::{cookie, cookie_name},
    },
    config::ControlAccess,
};

const TOKEN: &str = "x-control-token";
const SITE: &str = "sec-fetch-site";
/// The header of control requests that the dashboard's script sends. A form of another page cannot send it, and a
/// script of another origin may not.
const PAGE: &str = "x-mock-ui";
const SIGNED_OUT: &str = "you are signed out of the dashboard";

/// Passes a control request on, or rejects it with what is missing.
pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    match allowed(&app, headers, host(request.uri(), headers)) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn allowed(app: &App, headers: &HeaderMap, host: &str) -> Result<(), ControlError> {
    let refuse = |message: &str| Err(ControlError::plain(ErrorCode::AuthenticationError, message));
    match &app.config.control {
        ControlAccess::Off => Err(ControlError::plain(
            ErrorCode::NotFound,
            "the control API is disabled (--no-control)",
        )),
        ControlAccess::NeedsToken => refuse(
            "this server listens on more than loopback addresses, so its control API needs a token: \
             start it with --control-token or MOCK_SERVER_CONTROL_TOKEN",
        ),
        ControlAccess::Token(token)
            if headers
                .get(TOKEN)
                .is_some_and(|sent| token.matches(sent.as_bytes())) =>
        {
            Ok(())
        }
        ControlAccess::Token(_) if is_from_dashboard(app, headers, host) => Ok(()),
        ControlAccess::Token(_) if headers.contains_key(PAGE) => refuse(SIGNED_OUT),
        ControlAccess::Token(_) => refuse("send the control token in X-Control-Token"),
        // A web page in a browser can also reach loopback addresses, with a name that resolves to one or by sending
        // a request directly. It cannot forge either of these headers.
        ControlAccess::Loopback if !is_loopback(host) => refuse(
            "without a control token, the control API accepts only a loopback address as Host",
        ),
        ControlAccess::Loopback if !same_origin(app, headers, host) => {
            refuse("the control API rejects requests from other origins")
        }
        // Its page could not be loaded again to show what has changed.
        ControlAccess::Loopback
            if headers.contains_key(PAGE) && !has_session(app, headers, host) =>
        {
            refuse(SIGNED_OUT)
        }
        ControlAccess::Loopback => Ok(()),
    }
}

/// The requested host. HTTP/2 puts it in the target, and if the target has one, `Host` does not count (RFC 9112, section
/// 3.2.2).
pub(crate) fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> &'a str {
    let header = || headers.get(header::HOST)?.to_str().ok();
    let target = uri.authority().map(Authority::as_str);
    target.or_else(header).unwrap_or_default()
}

/// Whether the dashboard's script sent the request for a user who is signed in.
fn is_from_dashboard(app: &App, headers: &HeaderMap, host: &str) -> bool {
    headers.contains_key(PAGE) && same_origin(app, headers, host) && has_session(app, headers, host)
}

/// Whether the request is from a user who is signed in to the dashboard.
pub(crate) fn has_session(app: &App, headers: &HeaderMap, host: &str) -> bool {
    let id = session(headers, host);
    id.is_some_and(|id| app.sessions.has(id, app.machine_now()))
}

/// The id of the session that the request names.
pub(crate) fn session<'a>(headers: &'a HeaderMap, host: &str) -> Option<&'a str> {
    cookie(headers, &cookie_name(host))
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "0"));
    name.eq_ignore_ascii_case("localhost") && port.parse::<u16>().is_ok()
        || host
            .parse::<SocketAddr>()
            .is_ok_and(|address| address.ip().is_loopback())
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// A request without `Origin` can also come from another page, because images have none. Browsers report that in
/// `Sec-Fetch-Site`; `none` means that the user entered the address. A page on another port of this machine is
/// `same-site`.
pub(crate) fn same_origin(app: &App, headers: &HeaderMap, host: &str) -> bool {
    let own = app.config.origin(host);
    only(headers, header::ORIGIN.as_str(), |origin| {
        origin == own.as_bytes()
    }) && only(headers, SITE, |site| {
        matches!(site, b"same-origin" | b"none")
    })
}

/// Whether a header is absent, or occurs once and is right.
fn only(headers: &HeaderMap, name: &str, is_right: impl Fn(&[u8]) -> bool) -> bool {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => true,
        (Some(value), None) => is_right(value.as_bytes()),
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn host_of_the_target_counts() {
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("localhost"))]);
        let target = Uri::from_static("http://evil.example/_mock/organizations");
        assert_eq!(host(&target, &headers), "evil.example");
        assert_eq!(host(&Uri::from_static("/_mock"), &headers), "localhost");
    }

    #[test]
    fn only_loopback_hosts_are_loopback() {
        for host in [
            "127.0.0.1:8000",
            "127.0.0.1",
            "localhost:8000",
            "LOCALHOST",
            "[::1]:8000",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example:8000",
            "localhost.evil.example",
            "localhost:abc",
            "localhost:",
            "localhost:80@evil.example",
            "10.0.0.1:8000",
            "127.0.0.1.evil.example",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
