//! Checks the framing of a request: a limited number of headers, exactly one `Host`, and a body whose transfer codings are
//! known.

use std::borrow::Cow;

use http::{HeaderValue, Version, header, request, uri::Authority};
use schemas::ErrorCode;

use crate::{
    config::limits::{MAX_HEADERS, MAX_HOST},
    contract::echo,
    handlers::ApiError,
};

/// Rejects requests that the HTTP library accepts, but HTTP does not allow.
pub(crate) fn check(head: &request::Parts) -> Result<(), ApiError> {
    check_number(head)?;
    check_host(head)?;
    check_codings(head)
}

/// The HTTP library limits the number of headers only over HTTP/1.
fn check_number(head: &request::Parts) -> Result<(), ApiError> {
    if head.headers.len() > MAX_HEADERS {
        let message = format!("there are more than {MAX_HEADERS} headers");
        return Err(ApiError::plain(ErrorCode::HeadersTooLarge, message));
    }
    Ok(())
}

/// RFC 9112 §3.2 requires 400 for a request without `Host`, with two, or with an invalid one. The HTTP library
/// accepts all of them.
fn check_host(head: &request::Parts) -> Result<(), ApiError> {
    let mut hosts = head.headers.get_all(header::HOST).iter();
    let host = hosts.next();
    let target = head.uri.authority().map_or("", Authority::as_str);
    if host.map_or(0, HeaderValue::len).max(target.len()) > MAX_HOST {
        return Err(malformed(format!(
            "the host is longer than {MAX_HOST} bytes"
        )));
    }
    match (host, hosts.next()) {
        (Some(host), None) if is_authority(host) => Ok(()),
        (Some(_), None) => Err(malformed(
            "the Host header is not a host with an optional port",
        )),
        (Some(_), Some(_)) => Err(malformed("there is more than one Host header")),
        // HTTP/2 has `:authority` instead; HTTP/1.0 requires neither.
        (None, _) if head.version != Version::HTTP_11 || head.uri.authority().is_some() => Ok(()),
        (None, _) => Err(malformed("the Host header is missing")),
    }
}

/// RFC 9112 §6.1 requires 501 for an unknown transfer coding, and allows `chunked` once. The HTTP library decodes
/// the final `chunked`, and would return the still encoded content as the body.
fn check_codings(head: &request::Parts) -> Result<(), ApiError> {
    let values = head.headers.get_all(header::TRANSFER_ENCODING).iter();
    let codings = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let codings = codings
        .map(<[u8]>::trim_ascii)
        .filter(|one| !one.is_empty());
    for (number, coding) in codings.enumerate() {
        if !coding.eq_ignore_ascii_case(b"chunked") {
            let unknown = echo(&String::from_utf8_lossy(coding));
            let message = format!("unknown transfer coding {unknown}; use chunked");
            return Err(ApiError::plain(ErrorCode::NotImplemented, message));
        }
        if number > 0 {
            return Err(malformed(
                "the transfer coding chunked is there more than once",
            ));
        }
    }
    Ok(())
}

fn is_authority(host: &HeaderValue) -> bool {
    Authority::try_from(host.as_bytes()).is_ok_and(|authority| !authority.as_str().contains('@'))
}

fn malformed(what: impl Into<Cow<'static, str>>) -> ApiError {
    ApiError::plain(ErrorCode::InvalidRequest, what)
}
