//! The request is one: it says once which host it is for.

use http::{HeaderValue, Version, header, request, uri::Authority};
use schemas::ErrorCode;

use crate::error::ApiError;

/// RFC 9112 §3.2 wants 400 for a request without `Host`, with two, or with one that is none; the
/// HTTP library lets all of them through.
pub(super) fn check(head: &request::Parts) -> Result<(), ApiError> {
    let mut hosts = head.headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_authority(host) => Ok(()),
        (Some(_), None) => Err(malformed(
            "the Host header is not a host with an optional port",
        )),
        (Some(_), Some(_)) => Err(malformed("there is more than one Host header")),
        // HTTP/2 has `:authority` instead, HTTP/1.0 needs neither.
        (None, _) if head.version != Version::HTTP_11 || head.uri.authority().is_some() => Ok(()),
        (None, _) => Err(malformed("the Host header is missing")),
    }
}

fn is_authority(host: &HeaderValue) -> bool {
    Authority::try_from(host.as_bytes()).is_ok_and(|authority| !authority.as_str().contains('@'))
}

fn malformed(what: &'static str) -> ApiError {
    ApiError::plain(ErrorCode::InvalidRequest, what)
}
