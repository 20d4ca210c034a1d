//! The log of requests: one line for each, at the level `debug`.
//!
//! A line has what the journal may keep: credentials in the method, the path and the query are masked.

use std::borrow::Cow;

use axum::{extract::Request, middleware::Next, response::Response};
use http::StatusCode;
use jiff::SignedDuration;
use schemas::ErrorCode;
use tracing::Level;

use super::REQUEST_ID;
use crate::{
    clock,
    journal::{Entry, OwnKey, Rejection, RequestId},
};

/// The line of a request whose response is not known yet.
#[derive(Debug)]
pub(crate) struct LogLine {
    method: Cow<'static, str>,
    target: Box<str>,
    reason: Option<Box<str>>,
}

impl LogLine {
    /// Begins a line, if lines are wanted. `shown` returns method and target in the form that may be kept.
    pub(super) fn begin(
        shown: impl FnOnce() -> (Cow<'static, str>, Box<str>),
        rejection: Option<&Rejection>,
    ) -> Option<Self> {
        if !tracing::enabled!(Level::DEBUG) {
            return None;
        }
        let (method, target) = shown();
        Some(Self {
            method,
            target,
            reason: rejection.map(|rejection| rejection.reason.clone()),
        })
    }

    /// Writes the line. There is no status if the client disconnected before the response.
    pub(super) fn write(
        &self,
        (status, code): (Option<StatusCode>, Option<ErrorCode>),
        duration: SignedDuration,
        id: Option<RequestId>,
    ) {
        tracing::debug!(
            method = %self.method,
            target = %self.target,
            status = status.map(|status| status.as_u16()),
            code = code.map(tracing::field::display),
            reason = self.reason.as_deref(),
            duration_us = u64::try_from(duration.as_micros()).unwrap_or_default(),
            request_id = id.map(tracing::field::display),
            "request"
        );
    }
}

/// Logs a request that is in no journal, such as a control request. Its query is left out: that of a sign-in to the
/// dashboard has an authorization code.
pub(crate) async fn others(request: Request, next: Next) -> Response {
    let shown = || {
        let own = OwnKey::of(request.headers());
        let target = Entry::shown_target(request.uri().path(), &own);
        (Entry::shown_method(request.method()), target)
    };
    let Some(line) = LogLine::begin(shown, None) else {
        return next.run(request).await;
    };
    let arrived = clock::monotonic();
    let response = next.run(request).await;
    // A response with an id is that of a request in a journal, which has its line.
    if !response.headers().contains_key(REQUEST_ID) {
        let duration = SignedDuration::try_from(arrived.elapsed()).unwrap_or(SignedDuration::MAX);
        line.write((Some(response.status()), None), duration, None);
    }
    response
}
