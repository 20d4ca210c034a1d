//! The issuer and origin of the authorization server.

use http::{HeaderMap, Uri, header, uri::Authority};

use super::App;

/// The issuer in tokens: the configured one, or the origin that the request names.
pub(crate) fn issuer(app: &App, uri: &Uri, headers: &HeaderMap) -> String {
    match &app.config.oauth.issuer {
        Some(issuer) => issuer.as_str().to_owned(),
        None => origin(app, uri, headers),
    }
}

/// The origin that the request names. HTTP/2 puts it in the target; HTTP/1.0 may omit it.
pub(crate) fn origin(app: &App, uri: &Uri, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(Authority::as_str));
    let own = || format!("{}:{}", app.config.host.in_url(), app.config.port);
    let host = host.map_or_else(own, str::to_owned);
    app.config.origin(&host)
}
