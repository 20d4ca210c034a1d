//! What the authorization server calls itself.

use http::{HeaderMap, Uri, header, uri::Authority};

use super::App;

/// The origin that tokens name as their issuer: the one that is configured, or the one by which the server is called.
pub(crate) fn issuer(app: &App, uri: &Uri, headers: &HeaderMap) -> String {
    match &app.config.oauth.issuer {
        Some(issuer) => issuer.as_str().to_owned(),
        None => origin(app, uri, headers),
    }
}

/// The origin by which the server is called. HTTP/2 says it in the target; a request of HTTP/1.0 may not say it.
pub(crate) fn origin(app: &App, uri: &Uri, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(Authority::as_str));
    match host {
        Some(host) => format!("http://{host}"),
        None => format!("http://{}", app.config.address),
    }
}
