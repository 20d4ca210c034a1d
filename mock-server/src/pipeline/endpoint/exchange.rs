//! A request to the authorization server under way, and its entry in the journal: that of the organization whose request it
//! is, or of nobody. Like those of the API, it is written also where the caller goes away.

use std::{borrow::Cow, mem, sync::Arc};

use axum::body::Body;
use http::{Response, StatusCode, header, request};
use jiff::Timestamp;
use schemas::oauth::Endpoint;

use super::Refusal;
use crate::{
    app::App,
    clock::Date,
    journal::{AppliedFault, Entry, Recorded, Rejection, RequestId, Step},
    pipeline::REQUEST_ID,
    tenants::Organization,
};

/// A request under way.
pub(super) struct EndpointExchange<'a, Whose: Fn() -> Option<Arc<Organization>>> {
    app: &'a App,
    endpoint: Endpoint,
    whose: &'a Whose,
    method: Cow<'static, str>,
    target: Box<str>,
    arrived: Timestamp,
    pub(super) faults: Option<Vec<AppliedFault>>,
    written: Written,
}

/// What a journal has of it.
enum Written {
    Nothing,
    /// Its response, which is not on its way yet; and whose journal that is.
    Response(Option<Arc<Organization>>, Recorded),
    All,
}

impl<'a, Whose: Fn() -> Option<Arc<Organization>>> EndpointExchange<'a, Whose> {
    pub(super) fn begin(
        app: &'a App,
        endpoint: Endpoint,
        head: &request::Parts,
        whose: &'a Whose,
    ) -> Self {
        Self {
            app,
            endpoint,
            whose,
            method: Entry::shown_method(&head.method),
            target: Entry::shown_endpoint_target(&head.uri, |id| app.client(id).is_some()),
            arrived: app.machine_now(),
            faults: None,
            written: Written::Nothing,
        }
    }

    /// Adds the `Date` of the response: the time of the organization, or of the machine where the request is nobody's.
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
        // What a fault says in place of the server stays.
        response.headers_mut().entry(header::DATE).or_insert(date);
    }

    /// Writes the response into the journal; returns the id of the request.
    pub(super) fn record(&mut self, status: StatusCode, refusal: Option<Refusal>) -> RequestId {
        let (organization, recorded) = self.write(Some(status), refusal);
        let id = recorded.id;
        self.written = Written::Response(organization, recorded);
        id
    }

    /// The response is on its way, with the id of the request.
    pub(super) fn end(mut self, id: RequestId, mut response: Response<Body>) -> Response<Body> {
        self.written = Written::All;
        response.headers_mut().insert(REQUEST_ID, id.header());
        response
    }

    fn write(
        &mut self,
        status: Option<StatusCode>,
        refusal: Option<Refusal>,
    ) -> (Option<Arc<Organization>>, Recorded) {
        let faults = self.faults.take().map(Box::new);
        let rejection = refusal.map(|Refusal(reason)| Box::new(Rejection::plain(&reason)));
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
            faults,
            duration_us: u64::try_from(now.duration_since(at).as_micros()).unwrap_or_default(),
        };
        let machine = self.app.machine_now();
        let organization = (self.whose)();
        let recorded = match &organization {
            Some(organization) => {
                let mut state = organization.state();
                let (at, now) = (state.clock.now(self.arrived), state.clock.now(machine));
                state.journal.record(entry(at, now))
            }
            None => self.app.unclaimed().record(entry(self.arrived, machine)),
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
                self.write(None, Some(Refusal(gone.into())));
            }
            Written::Response(Some(organization), recorded) => {
                organization.state().journal.abort(&recorded);
            }
            Written::Response(None, recorded) => self.app.unclaimed().abort(&recorded),
        }
    }
}
