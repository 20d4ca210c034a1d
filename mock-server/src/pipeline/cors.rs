//! Cross-origin requests of scripts in browsers (the CORS protocol of the Fetch standard), from the origins that are allowed.
//!
//! A preflight request passes through the pipeline as any request with `OPTIONS` does, and is in the journal. Layers for CORS
//! that are ready-made respond to every `OPTIONS` themselves, which would change what the API returns to other clients.

use axum::{
    body::Body,
    extract::State,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header, request};

use crate::{app::App, config::CorsOrigin};

/// The headers that scripts may read in addition to those that they always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "date, deprecation, link, location, ratelimit, ratelimit-policy, retry-after, sunset, www-authenticate, \
     x-mock-evicted, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-request-id",
);

/// Seconds for which a browser may remember the response to a preflight request.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Middleware for routes that skip the pipeline.
pub(crate) async fn allow(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    if app.config.cors.is_empty() {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let mut response = if is_preflight(&app, &head) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let request = Request::from_parts(head.clone(), body);
        next.run(request).await
    };
    add_headers(&app, &head, response.headers_mut());
    response
}

/// Whether the request is one by which a browser asks whether it may send another one, from an origin that is allowed.
pub(super) fn is_preflight(app: &App, head: &request::Parts) -> bool {
    head.method == Method::OPTIONS
        && head
            .headers
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        && allowed_origin(&app.config.cors, &head.headers).is_some()
}

/// Adds the headers by which a browser lets a script of an allowed origin have the response, also if it is an error or
/// that of a fault.
pub(super) fn add_headers(app: &App, head: &request::Parts, headers: &mut HeaderMap) {
    let allowed = &app.config.cors;
    if allowed.is_empty() {
        return;
    }
    if !allowed.contains(&CorsOrigin::Any) {
        add_vary(headers);
    }
    let Some(origin) = allowed_origin(allowed, &head.headers) else {
        return;
    };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if !is_preflight(app, head) {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        return;
    }
    // What is asked for is allowed: whether the API accepts it, its own response says.
    for (asked, answer) in [
        (
            header::ACCESS_CONTROL_REQUEST_METHOD,
            header::ACCESS_CONTROL_ALLOW_METHODS,
        ),
        (
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
        ),
    ] {
        copy(&head.headers, asked, headers, answer);
    }
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
}

/// The value of `Access-Control-Allow-Origin` for a request, if its origin is allowed.
fn allowed_origin(allowed: &[CorsOrigin], headers: &HeaderMap) -> Option<HeaderValue> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return None;
    };
    if allowed.contains(&CorsOrigin::Any) {
        return Some(HeaderValue::from_static("*"));
    }
    let is_allowed = |known: &CorsOrigin| match known {
        CorsOrigin::Any => true,
        CorsOrigin::Origin(known) => known == origin,
    };
    allowed.iter().any(is_allowed).then(|| origin.clone())
}

/// Says that the response depends on the origin, once.
fn add_vary(headers: &mut HeaderMap) {
    let origin = HeaderValue::from_static("origin");
    if !headers
        .get_all(header::VARY)
        .iter()
        .any(|value| value == origin)
    {
        headers.append(header::VARY, origin);
    }
}

fn copy(from: &HeaderMap, asked: HeaderName, to: &mut HeaderMap, answer: HeaderName) {
    if let Some(value) = from.get(asked) {
        to.insert(answer, value.clone());
    }
}
