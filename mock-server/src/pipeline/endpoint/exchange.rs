//! A request to the authorization server in progress, and its entry in the journal: that of the request's
//! organization, or that of requests without a known key. As for API requests, the entry is also written if the
//! client disconnects.

use std::{borrow::Cow, mem, sync::Arc};

use axum::body::Body;
use bytes::Bytes;
use http::{Response, StatusCode, Version, header, request};
use jiff::Timestamp;
use schemas::oauth::Endpoint;

use super::Refusal;
use crate::{
    app::App,
    clock::Date,
    journal::{
        AppliedFault, Capture, Captured, CapturedMessage, CapturedResponse, Entry, OnTheWire,
        Recorded, Rejection, RequestId, Step,
    },
    pipeline::{REQUEST_ID, capturing::Capturing, log::LogLine},
    tenants::Organization,
};

/// A request in progress.
pub(super) struct EndpointExchange<'a, Whose: Fn() -> Option<Arc<Organization>>> {
    app: &'a App,
    endpoint: Endpoint,
    whose: &'a Whose,
    method: Cow<'static, str>,
    target: Box<str>,
    arrived: Timestamp,
    version: Version,
    request: Option<CapturedMessage>,
    capturing: Capturing,
    pub(super) faults: Option<Vec<AppliedFault>>,
    /// Whether a fault keeps the client from receiving the whole response.
    pub(super) is_cut: bool,
    written: Written,
}

/// What the journal contains about the request.
enum Written {
    Nothing,
    /// The response, which has not been sent, and the organization that owns the journal.
    Response(Option<Arc<Organization>>, Recorded),
    All,
}

impl<'a, Whose: Fn() -> Option<Arc<Organization>>> EndpointExchange<'a, Whose> {
    pub(super) fn begin(
        app: &'a App,
        endpoint: Endpoint,
        head: &request::Parts,
        form: Option<&Bytes>,
        whose: &'a Whose,
    ) -> Self {
        let is_client = |id: &str| app.client(id).is_some();
        let mode = app.config.capture.mode;
        let mut capturing = Capturing::of_endpoint(mode, &head.headers, form, is_client);
        Self {
            app,
            version: head.version,
            request: capturing.request(head),
            capturing,
            endpoint,
            whose,
            method: Entry::shown_method(&head.method),
            target: Entry::shown_endpoint_target(&head.uri, is_client),
            arrived: app.machine_now(),
            faults: None,
            is_cut: false,
            written: Written::Nothing,
        }
    }

    /// Adds the `Date` of the response: the organization's time, or the machine's if there is no organization.
    pub(super) fn date<B>(&self, response: &mut Response<B>) {
        let machine = self.app.machine_now();
        let date = match (self.whose)() {
            Some(organization) => {
                let mut state = organization.state();
                let now = state.clock.now(machine);
                state.date.at(now)
            }
            None => Date::default().at(machine),
        };
        // A `Date` that a fault has set stays.
        response.headers_mut().entry(header::DATE).or_insert(date);
    }

    /// Captures the response as the server made it.
    pub(super) fn capture(&self, response: &Response<Bytes>) -> Option<CapturedResponse> {
        self.capturing.response(response)
    }

    /// Writes the response into the journal, and returns the id of the request. `captured`: the response as the
    /// server made it, and what faults made of it.
    pub(super) fn record(
        &mut self,
        status: StatusCode,
        refusal: Option<Refusal>,
        captured: (Option<CapturedResponse>, Option<OnTheWire>),
    ) -> RequestId {
        let (organization, recorded) = self.write(Some(status), refusal, captured);
        let id = recorded.id;
        self.written = Written::Response(organization, recorded);
        id
    }

    /// Ends the exchange: the response is being sent. It carries the request id.
    pub(super) fn end(mut self, id: RequestId, mut response: Response<Body>) -> Response<Body> {
        self.written = Written::All;
        response.headers_mut().insert(REQUEST_ID, id.header());
        response
    }

    /// Writes the request into the journal and into the log.
    fn write(
        &mut self,
        status: Option<StatusCode>,
        refusal: Option<Refusal>,
        captured: (Option<CapturedResponse>, Option<OnTheWire>),
    ) -> (Option<Arc<Organization>>, Recorded) {
        let rejection = refusal.map(|Refusal(reason)| Box::new(Rejection::plain(&reason)));
        let shown = || (self.method.clone(), self.target.clone());
        let line = LogLine::begin(shown, rejection.as_deref());
        let (organization, recorded) = self.journal(status, rejection, captured);
        if let Some(line) = line {
            let duration = self.app.machine_now().duration_since(self.arrived);
            line.write((status, None), duration, Some(recorded.id));
        }
        (organization, recorded)
    }

    fn journal(
        &mut self,
        status: Option<StatusCode>,
        rejection: Option<Box<Rejection>>,
        (response, on_the_wire): (Option<CapturedResponse>, Option<OnTheWire>),
    ) -> (Option<Arc<Organization>>, Recorded) {
        let capture = self.request.take().map(|request| {
            Arc::new(Capture {
                version: self.version,
                request,
                response,
                on_the_wire,
            })
        });
        let faults = self.faults.take().map(Box::new);
        let entry = |at: Timestamp, now: Timestamp| Entry {
            at,
            method: self.method.clone(),
            target: self.target.clone(),
            credential: None,
            operation: None,
            endpoint: Some(self.endpoint),
            rate: None,
            policies: None,
            reached: Step::Handler,
            rejection,
            status,
            code: None,
            aborted: status.is_none(),
            is_cut: self.is_cut,
            faults,
            duration_us: u64::try_from(now.duration_since(at).as_micros()).unwrap_or_default(),
            capture: Captured::Off,
        };
        let machine = self.app.machine_now();
        let organization = (self.whose)();
        if let Some(capture) = &capture {
            self.app
                .make_room_for_capture(capture.weight(), organization.as_deref());
        }
        let recorded = if let Some(organization) = &organization {
            let mut state = organization.state();
            let (at, now) = (state.clock.now(self.arrived), state.clock.now(machine));
            state.journal.record(entry(at, now), capture)
        } else {
            let entry = entry(self.arrived, machine);
            self.app.unclaimed().record(entry, capture)
        };
        (organization, recorded)
    }
}

impl<Whose: Fn() -> Option<Arc<Organization>>> Drop for EndpointExchange<'_, Whose> {
    fn drop(&mut self) {
        match mem::replace(&mut self.written, Written::All) {
            Written::All => {}
            Written::Nothing => {
                let gone = "the client disconnected before the response";
                self.write(None, Some(Refusal(gone.into())), (None, None));
            }
            Written::Response(Some(organization), recorded) => {
                organization.state().journal.abort(&recorded);
            }
            Written::Response(None, recorded) => self.app.unclaimed().abort(&recorded),
        }
    }
}
