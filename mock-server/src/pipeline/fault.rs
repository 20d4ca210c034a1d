//! The faults of a request: those of the active scenario, and those that the request asks for.

mod asked;

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, Version, header, request, uri::PathAndQuery};
use jiff::Timestamp;
use scenarios::{
    Context, Destination, Fault, FaultResponse, Phase, PlannedFault, WireFault, faults::FaultKind,
};
use schemas::{API_PREFIX, Entity, ErrorCode, Operation, documents::Document, oauth::Endpoint};

pub(crate) use self::asked::asked_for;
use self::asked::planned;
use super::auth::{Claim, Credential};
use crate::{
    app::App,
    contract::echo,
    handlers::ApiError,
    journal::{AppliedFault, CapturedResponse, OnTheWire},
    pipeline::{WireControl, broken_stream::broken, capturing::on_the_wire, spaces::with_spaces},
    tenants::{
        FirstResponses, Organization,
        active_scenario::{ActiveScenario, ScenarioCaller, ScenarioRequest},
    },
};

/// Why a request cannot ask for an earlier response.
const NOTHING_REMEMBERED: &str =
    "X-Mock-Fault: `stale` needs an active scenario that has this fault, too";

/// The faults that apply to a request.
#[derive(Debug)]
pub(super) struct RequestFaults {
    faults: Vec<PlannedFault>,
    /// The name of the active scenario, if there is one.
    scenario: Option<Arc<str>>,
    /// The organization, if it is known.
    organization: Option<Arc<str>>,
    now: Timestamp,
    host: String,
    target: String,
    endpoint: Option<Endpoint>,
    about: Option<(Entity, String)>,
    response: Option<Document>,
    /// Whether the response has no body, even if a fault makes one.
    is_head: bool,
    /// Whether the request ended early, and a fault changes its bytes.
    cut_short: bool,
    /// The first response of each target, if the request is a read and a fault needs them.
    first_responses: Option<Arc<FirstResponses>>,
    /// The first response to this request.
    first: Option<Bytes>,
}

/// The faults that apply to a request, if there are any. None apply to a request without a known credential.
pub(super) async fn plan(
    app: &App,
    claim: &Claim,
    (operation, path, id): (&'static Operation, &str, Option<&str>),
    head: &request::Parts,
) -> Result<Option<Box<RequestFaults>>, ApiError> {
    let Ok(credential) = claim.credential() else {
        return Ok(None);
    };
    let organization = credential.organization();
    let destination = Destination::Operation(operation.id);
    let requested = asked_for(&head.headers, destination)
        .map_err(|invalid| ApiError::plain(ErrorCode::InvalidRequest, invalid))?;
    if requested.is_empty() && !organization.has_scenario() {
        return Ok(None);
    }
    // A step of the scenario may move orders.
    app.deliver_all(organization).await;
    let machine = app.machine_now();
    let mut state = organization.state();
    let request = ScenarioRequest {
        destination,
        method: head.method.as_str(),
        path: path
            .strip_prefix(API_PREFIX)
            .unwrap_or(path)
            .trim_end_matches('/'),
        query: head.uri.query(),
        caller: Some(match credential {
            Credential::Key(found) => ScenarioCaller::Key(found.index),
            Credential::Token(found) => ScenarioCaller::Token(&found.token),
        }),
    };
    let mut faults = state.faults(request, machine, &app.config);
    let first_responses = state
        .scenario
        .as_ref()
        .and_then(ActiveScenario::first_responses);
    if first_responses.is_none() && requested.iter().any(Fault::remembers) {
        return Err(ApiError::plain(
            ErrorCode::InvalidRequest,
            NOTHING_REMEMBERED,
        ));
    }
    faults.extend(planned(requested, app.config.seed));
    if faults.is_empty() && first_responses.is_none() {
        return Ok(None);
    }
    let now = state.clock.now(machine);
    Ok(Some(Box::new(RequestFaults {
        scenario: state.scenario.as_ref().map(ActiveScenario::name),
        about: operation.entity().zip(id.map(echo)),
        response: operation.response,
        first_responses: first_responses.filter(|_| head.method == Method::GET),
        ..RequestFaults::new(faults, Some(organization), now, head)
    })))
}

/// The faults that apply to a request at an endpoint of the authorization server, if there are any. Fails if the
/// request asks for an invalid fault. The organization is needed for scenarios only.
pub(super) async fn plan_at_endpoint(
    app: &App,
    organization: Option<&Arc<Organization>>,
    endpoint: Endpoint,
    head: &request::Parts,
) -> Result<Option<Box<RequestFaults>>, String> {
    let destination = Destination::Endpoint(endpoint);
    let requested = asked_for(&head.headers, destination)?;
    if let Some(organization) = organization {
        app.deliver_all(organization).await;
    }
    let machine = app.machine_now();
    let (mut faults, scenario, now) = match organization {
        Some(organization) => {
            let mut state = organization.state();
            let request = ScenarioRequest {
                destination,
                method: head.method.as_str(),
                path: head.uri.path(),
                query: head.uri.query(),
                caller: None,
            };
            let faults = state.faults(request, machine, &app.config);
            let scenario = state.scenario.as_ref().map(ActiveScenario::name);
            (faults, scenario, state.clock.now(machine))
        }
        None => (Vec::new(), None, machine),
    };
    faults.extend(planned(requested, app.config.seed));
    let met = |faults| {
        Box::new(RequestFaults {
            endpoint: Some(endpoint),
            scenario,
            ..RequestFaults::new(faults, organization.map(Arc::as_ref), now, head)
        })
    };
    Ok(Some(faults).filter(|faults| !faults.is_empty()).map(met))
}

/// Whether a request asks for faults.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    headers.contains_key(asked::ASK)
}

impl RequestFaults {
    fn new(
        faults: Vec<PlannedFault>,
        organization: Option<&Organization>,
        now: Timestamp,
        head: &request::Parts,
    ) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let host = head.headers.get(header::HOST);
        Self {
            faults,
            scenario: None,
            organization: organization.map(|organization| organization.name().into()),
            now,
            host: text(host.and_then(|host| host.to_str().ok())),
            target: text(head.uri.path_and_query().map(PathAndQuery::as_str)),
            endpoint: None,
            about: None,
            response: None,
            is_head: head.method == Method::HEAD,
            cut_short: false,
            first_responses: None,
            first: None,
        }
    }

    /// The faults and their rules, for the journal; `None` if there are none.
    pub(super) fn why(&self) -> Option<Vec<AppliedFault>> {
        let faults = self.faults.iter();
        let faults = faults.map(|planned| AppliedFault {
            id: planned.fault.id(),
            scenario: self.scenario.clone().filter(|_| planned.why.is_some()),
            rule: planned.why.map(|fired| fired.rule + 1),
            count: planned.why.map(|fired| fired.count),
        });
        (!self.faults.is_empty()).then(|| faults.collect())
    }

    /// Applies the faults of a phase before the handler. Returns a response if the request ends there.
    pub(super) async fn before(&mut self, phase: Phase) -> Option<FaultResponse> {
        let mut end = None;
        // The faults stay in the list: the journal reports them even if the client disconnects meanwhile.
        for number in 0..self.faults.len() {
            let PlannedFault { fault, chance, .. } = match &mut self.faults[number] {
                planned if planned.phase == phase => planned,
                _ => continue,
            };
            wait(fault.wait(chance)).await;
            let fault = &self.faults[number].fault;
            if fault.kind() == FaultKind::Wire {
                self.cut_short = true;
                end = end
                    .or_else(|| Some(FaultResponse::json(StatusCode::OK, &serde_json::json!({}))));
            }
            end = fault.respond(self.context()).or(end);
        }
        if end.is_some() {
            // The server did not produce this response.
            self.first_responses = None;
        }
        end
    }

    /// Starts the faults on the bytes of the request. Fails if a fault cannot work over this version of HTTP, so
    /// that it is not silently ignored.
    pub(super) fn listen(
        &self,
        version: Version,
        wire: Option<&WireControl>,
    ) -> Result<(), String> {
        if let (Some(control), Some(organization)) = (wire, &self.organization) {
            control.hold_for(organization);
        }
        for PlannedFault { fault, .. } in &self.faults {
            let checked = fault.protocol().check(version);
            checked.map_err(|invalid| format!("the fault `{}` {invalid}", fault.id()))?;
            if let (Some(control), Some(bytes)) = (wire, fault.request()) {
                control.set(bytes);
            }
        }
        Ok(())
    }

    /// The query, as the faults change it.
    pub(super) fn query(&self, query: Option<&str>) -> Option<String> {
        let faults = self.faults.iter().map(|planned| &planned.fault);
        let faults = faults.filter(|fault| fault.kind() == FaultKind::Query);
        let given = query.unwrap_or_default();
        let requested = faults.fold(given.to_owned(), |query, fault| fault.query(&query));
        (!requested.is_empty()).then_some(requested)
    }

    /// Applies the faults to a response. This happens once, before the response is recorded, so that the journal
    /// contains what the client sees.
    pub(super) async fn spoil(
        self: Box<Self>,
        app: &App,
        response: Response<Bytes>,
    ) -> SpoiledResponse {
        let work = self.work(response.body().len());
        let applied = app.long_work.on(work, move || self.apply(response));
        applied.await
    }

    /// About how many bytes the faults read and write if they change a body of this length.
    fn work(&self, length: usize) -> usize {
        let faults = self.faults.iter().map(|planned| &planned.fault);
        let edits = faults.filter(|fault| fault.kind() == FaultKind::Edit);
        if edits.clone().any(Fault::grows) {
            return usize::MAX;
        }
        length * edits.count()
    }

    fn apply(mut self, response: Response<Bytes>) -> SpoiledResponse {
        let (head, body) = response.into_parts();
        let mut response = FaultResponse {
            status: head.status,
            headers: head.headers,
            body,
            spaces: 0,
        };
        let first_responses = self.first_responses.take();
        if let Some(known) = first_responses.filter(|_| response.status.is_success()) {
            self.first = Some(known.first(&self.target, &response.body));
        }
        let (mut wait, mut wire, mut replaced) = (Duration::ZERO, None, false);
        for number in 0..self.faults.len() {
            let PlannedFault {
                fault,
                chance,
                phase,
                ..
            } = &mut self.faults[number];
            let late = *phase == Phase::AfterHandler;
            if !(late || self.cut_short && fault.kind() == FaultKind::Wire) {
                continue;
            }
            wait += fault.wait(chance);
            let fault = &self.faults[number].fault;
            if let Some(made_up) = fault.respond(self.context()) {
                (response, replaced) = (made_up, true);
                if self.is_head {
                    response.body.clear();
                }
            }
            fault.edit(&mut response, self.context());
            wire = fault.wire(&response).or(wire);
        }
        SpoiledResponse {
            is_ours: !replaced && response.status == head.status,
            response,
            wait,
            wire,
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            host: &self.host,
            target: &self.target,
            endpoint: self.endpoint,
            about: self.about.as_ref().map(|(entity, id)| (*entity, &**id)),
            response: self.response,
            first: self.first.as_ref(),
        }
    }
}

/// A response changed by faults, and the faults that apply while it is sent.
#[derive(Debug)]
pub(super) struct SpoiledResponse {
    response: FaultResponse,
    /// Whether the status is still the server's own.
    pub(super) is_ours: bool,
    wait: Duration,
    wire: Option<WireFault>,
}

impl SpoiledResponse {
    /// The status that the client sees.
    pub(super) fn status(&self) -> StatusCode {
        self.response.status
    }

    /// Whether the client cannot receive the whole response.
    pub(super) fn is_cut(&self) -> bool {
        self.wire.as_ref().is_some_and(|wire| !wire.is_whole())
    }

    /// The headers that the client sees.
    pub(super) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.response.headers
    }

    /// What is sent instead of the response that the server made, if it is not the same.
    pub(super) fn captured(&self, captured: &CapturedResponse) -> Option<OnTheWire> {
        let FaultResponse {
            status,
            headers,
            body,
            spaces,
        } = &self.response;
        let sent = (*status, headers, body, *spaces);
        on_the_wire(captured, sent, self.wire.as_ref())
    }

    /// Waits, and passes the remaining fault to the connection.
    pub(super) async fn send(self, wire: Option<&WireControl>) -> Response<Body> {
        wait(self.wait).await;
        let spaces = self.response.spaces;
        let mut response = Response::new(self.response.body);
        *response.status_mut() = self.response.status;
        *response.headers_mut() = self.response.headers;
        match (self.wire, wire) {
            (Some(WireFault::Stream { after, end }), _) => return broken(response, after, end),
            (Some(fault), Some(control)) => control.set(fault),
            (Some(_), None) | (None, _) => {}
        }
        response.map(|body| with_spaces(body, spaces))
    }
}

/// Waits in real time, because the client must notice the delay.
#[expect(
    clippy::disallowed_methods,
    reason = "a latency is real, whatever the organization's clock says"
)]
async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
