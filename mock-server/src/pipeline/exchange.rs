//! A request in progress, and its entry in the journal.
//!
//! The HTTP library drops the handling future when the client disconnects. The exchange is dropped with it, and
//! then writes the entry, so that the journal contains every request.

use std::{borrow::Cow, mem, sync::Arc};

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Request, StatusCode, request};
use jiff::Timestamp;
use schemas::ErrorCode;

use super::{
    EVICTED, Trace,
    auth::{self, Claim, Credential},
    capturing::Capturing,
    cors, live_key,
    log::LogLine,
    outcome::Outcome,
    received,
};
use crate::{
    app::{App, metrics::Series},
    clock::Date,
    journal::{
        Capture, Captured, CapturedResponse, CredentialKind, CredentialUse, Entry, OnTheWire,
        OwnKey, Recorded, Rejection, RequestId,
    },
    tenants::State,
};

/// A request in progress.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) app: App,
    pub(super) head: request::Parts,
    pub(super) claim: Claim,
    pub(super) trace: Trace,
    pub(super) capturing: Capturing,
    arrived: Timestamp,
    written: JournalState,
    /// Whether the response reports an eviction.
    tells_eviction: bool,
}

/// What the journal contains about a request.
#[derive(Debug)]
enum JournalState {
    Nothing,
    /// The response, which has not been sent.
    Response(Recorded),
    /// The final entry.
    All,
}

impl Exchange {
    /// Begins the exchange of a new request, and returns the body.
    pub(super) fn begin(app: App, request: Request<Body>) -> (Self, Body) {
        live_key::notice(&app, request.uri(), request.headers());
        let claim = auth::claim(&app, request.headers(), app.machine_now());
        Self::begin_as(app, request, claim)
    }

    /// Begins the exchange of a new request with this credential, whatever its headers are.
    pub(super) fn begin_as(app: App, request: Request<Body>, claim: Claim) -> (Self, Body) {
        let arrived = app.machine_now();
        let (head, body) = request.into_parts();
        let exchange = Self {
            claim,
            trace: Trace::default(),
            capturing: Capturing::begin(app.config.capture.mode, &body),
            written: JournalState::Nothing,
            tells_eviction: false,
            app,
            head,
            arrived,
        };
        (exchange, body)
    }

    /// Receives a body that no step has read, for the journal.
    pub(super) async fn receive_unneeded(&mut self, body: Body) {
        if !self.capturing.lacks_body() {
            return;
        }
        let headers = &self.head.headers;
        if let Some(received) = received::receive_unneeded(&self.app, headers, body).await {
            self.capturing.received_unneeded(headers, &received.bytes);
        }
    }

    /// The `Date` of the response: the time of the decisions, so that it agrees with all other times.
    pub(super) fn date(&mut self) -> HeaderValue {
        let Claim::Known(credential) = &self.claim else {
            return Date::default().at(self.arrived);
        };
        let mut state = credential.organization().state();
        // The clock may have been changed while the body arrived; the time of the decisions counts.
        let at = *self
            .trace
            .now
            .get_or_insert_with(|| state.clock.now(self.arrived));
        state.date.at(at)
    }

    /// Adds the headers that any response can have, whoever makes it. Adding them twice changes nothing.
    pub(super) fn add_headers(&mut self, headers: &mut HeaderMap) {
        self.tell_eviction(headers);
        cors::add_headers(&self.app, &self.head, headers);
    }

    /// Adds a header to the first response of an organization that was evicted and exists again.
    fn tell_eviction(&mut self, headers: &mut HeaderMap) {
        let credential = self.claim.credential();
        self.tells_eviction |=
            credential.is_ok_and(|credential| credential.organization().take_eviction());
        if self.tells_eviction {
            headers.insert(EVICTED, HeaderValue::from_static("true"));
        }
    }

    /// Writes the response into the journal, and returns the id of the request. An `X-Request-Id` from the client
    /// is ignored. `captured`: the response as the server made it, and what faults made of it.
    pub(super) fn record(
        &mut self,
        outcome: &mut Outcome,
        captured: (Option<CapturedResponse>, Option<OnTheWire>),
    ) -> RequestId {
        self.count(outcome);
        let rejection = outcome.rejection.take();
        let response = (Some(outcome.status), outcome.code);
        let recorded = self.write(response, rejection, captured);
        let id = recorded.id;
        self.written = JournalState::Response(recorded);
        id
    }

    /// Ends the exchange: the response is being sent. The outcome of sending is unknown here.
    pub(super) fn end(mut self) {
        self.written = JournalState::All;
    }

    /// Writes the request into the journal and into the log. The work is the same for every cause of a 401, so that
    /// the response time does not reveal the cause.
    fn write(
        &mut self,
        (status, code): (Option<StatusCode>, Option<ErrorCode>),
        rejection: Option<Box<Rejection>>,
        captured: (Option<CapturedResponse>, Option<OnTheWire>),
    ) -> Recorded {
        let line = LogLine::begin(
            || (self.shown_method(), self.shown_target()),
            rejection.as_deref(),
        );
        let recorded = self.journal((status, code), rejection, captured);
        if let Some(line) = line {
            let duration = self.app.machine_now().duration_since(self.arrived);
            line.write((status, code), duration, Some(recorded.id));
        }
        recorded
    }

    /// The method in the form that may be kept.
    fn shown_method(&self) -> Cow<'static, str> {
        Entry::shown_method(&self.head.method)
    }

    /// The key of the request, which nothing that is kept may contain.
    pub(super) fn own_key(&self) -> OwnKey<'_> {
        OwnKey::of(&self.head.headers)
    }

    /// The path and query in the form that may be kept.
    fn shown_target(&self) -> Box<str> {
        let target = self.head.uri.path_and_query();
        let target = target.map_or("", |target| target.as_str());
        Entry::shown_target(target, &self.own_key())
    }

    /// Writes the request into the journal of the credential's organization, or into that of requests without a
    /// known key.
    fn journal(
        &mut self,
        (status, code): (Option<StatusCode>, Option<ErrorCode>),
        mut rejection: Option<Box<Rejection>>,
        (response, on_the_wire): (Option<CapturedResponse>, Option<OnTheWire>),
    ) -> Recorded {
        let request = self.capturing.request(&self.head);
        let capture = request.map(|request| {
            let mut capture = Capture {
                version: self.head.version,
                request,
                response,
                on_the_wire,
            };
            capture.mask(&self.own_key());
            Arc::new(capture)
        });
        let (method, target) = (self.shown_method(), self.shown_target());
        let (trace, arrived) = (&mut self.trace, self.arrived);
        if let Some(rejection) = &mut rejection {
            rejection.invalid = trace.invalid;
        }
        let entry = |credential, at: Timestamp, now: Timestamp| Entry {
            at,
            method,
            target,
            credential,
            operation: trace.operation.map(|operation| operation.id),
            endpoint: None,
            rate: trace.rate.map(|rate| rate.decision),
            policies: trace.policies.take(),
            reached: trace.step,
            rejection,
            status,
            code,
            aborted: status.is_none(),
            is_cut: trace.is_cut,
            faults: trace.applied.take().map(Box::new),
            duration_us: u64::try_from(now.duration_since(at).as_micros()).unwrap_or_default(),
            capture: Captured::Off,
        };
        if let Some(capture) = &capture {
            self.app
                .make_room_for_capture(capture.weight(), self.claim.organization());
        }
        let machine = self.app.machine_now();
        let Claim::Known(credential) = &self.claim else {
            let entry = entry(None, arrived, machine);
            return self.app.unclaimed().record(entry, capture);
        };
        let mut state = credential.organization().state();
        let State {
            clock,
            keys,
            journal,
            ..
        } = &mut *state;
        let used = match credential {
            Credential::Key(found) => CredentialUse::Key {
                index: found.index,
                masked: keys[found.index].definition.masked,
            },
            Credential::Token(found) => CredentialUse::Token(Arc::clone(&found.token)),
        };
        let at = trace.now.unwrap_or_else(|| clock.now(arrived));
        journal.record(entry(Some(used), at, clock.now(machine)), capture)
    }

    /// Counts the request, by its operation and response.
    fn count(&self, outcome: &Outcome) {
        self.app.metrics.count(Series {
            credential: match &self.claim {
                Claim::Known(Credential::Key(_)) => Some(CredentialKind::ApiKey),
                Claim::Known(Credential::Token(_)) => Some(CredentialKind::Oauth),
                Claim::Unauthenticated { .. } | Claim::NoRoom(_) => None,
            },
            operation: self.trace.operation.map(|operation| operation.id),
            status: outcome.status.as_u16(),
            code: outcome.code,
        });
        if let Some(rate) = self.trace.rate.filter(|rate| !rate.decision.admitted) {
            self.app.metrics.count_limited(rate.tier);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        match mem::replace(&mut self.written, JournalState::All) {
            JournalState::All => return,
            JournalState::Nothing => {
                let rejection = Rejection::plain("the client disconnected before the response");
                self.write((None, None), Some(Box::new(rejection)), (None, None));
            }
            JournalState::Response(recorded) => match &self.claim {
                Claim::Known(credential) => {
                    let organization = credential.organization();
                    organization.state().journal.abort(&recorded);
                    if self.tells_eviction {
                        organization.announce_eviction();
                    }
                }
                Claim::Unauthenticated { .. } | Claim::NoRoom(_) => {
                    self.app.unclaimed().abort(&recorded);
                }
            },
        }
        self.app.metrics.count_aborted();
    }
}
