//! The faults that meet a request: those of a scenario that is switched on, and those that the request asks
//! for itself.

mod asked;

use std::{convert::Infallible, iter, sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, Version, header, request, uri::PathAndQuery};
use jiff::Timestamp;
use scenarios::{
    Context, Destination, Fault, FaultResponse, Phase, PlannedFault, WireFault, faults::FaultKind,
};
use schemas::{API_PREFIX, Entity, ErrorCode, Operation, documents::Document, oauth::Endpoint};

use self::asked::{asked_for, planned};
use super::auth::{Claim, Credential};
use crate::{
    app::App,
    contract::echo,
    handlers::ApiError,
    journal::AppliedFault,
    pipeline::{WireControl, broken_stream::broken},
    tenants::{
        FirstResponses, Organization,
        active_scenario::{ActiveScenario, ScenarioCaller, ScenarioRequest},
    },
};

/// Why a request cannot ask for what was answered before.
const NOTHING_REMEMBERED: &str =
    "X-Mock-Fault: `stale` needs an active scenario that has this fault, too";
/// Spaces that follow a body are sent this many at a time.
static SPACES: [u8; 64 * 1024] = [b' '; 64 * 1024];

/// The faults that meet a request.
#[derive(Debug)]
pub(super) struct RequestFaults {
    faults: Vec<PlannedFault>,
    /// Whose they are, if that is known.
    organization: Option<Arc<str>>,
    now: Timestamp,
    host: String,
    target: String,
    endpoint: Option<Endpoint>,
    about: Option<(Entity, String)>,
    response: Option<Document>,
    /// Whether its response has no body, whatever a fault makes up.
    is_head: bool,
    /// Whether the request ended before it was done, and its bytes go wrong.
    cut_short: bool,
    /// What was answered first, where the request reads and a fault needs to know.
    first_responses: Option<Arc<FirstResponses>>,
    /// What it said of this call.
    first: Option<Bytes>,
}

/// The faults that meet a request, if any do. A request without a known credential meets none.
pub(super) fn plan(
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
    let asked = asked_for(&head.headers, destination)
        .map_err(|wrong| ApiError::plain(ErrorCode::InvalidRequest, wrong))?;
    if asked.is_empty() && !organization.has_scenario() {
        return Ok(None);
    }
    let machine = app.machine_now();
    let mut state = organization.state();
    let request = ScenarioRequest {
        destination,
        method: head.method.as_str(),
        path: path
            .strip_prefix(API_PREFIX)
            .unwrap_or(path)
            .trim_end_matches('/'),
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
    if first_responses.is_none() && asked.iter().any(Fault::remembers) {
        return Err(ApiError::plain(
            ErrorCode::InvalidRequest,
            NOTHING_REMEMBERED,
        ));
    }
    faults.extend(planned(asked, app.config.seed));
    if faults.is_empty() && first_responses.is_none() {
        return Ok(None);
    }
    let now = state.clock.now(machine);
    Ok(Some(Box::new(RequestFaults {
        about: operation.entity().zip(id.map(echo)),
        response: operation.response,
        first_responses: first_responses.filter(|_| head.method == Method::GET),
        ..RequestFaults::new(faults, Some(organization), now, head)
    })))
}

/// The faults that meet a request to an endpoint of the authorization server, if any do; or what is wrong with those that
/// it asks for. Only the scenario needs to know whose request it is.
pub(super) fn plan_at_endpoint(
    app: &App,
    organization: Option<&Organization>,
    endpoint: Endpoint,
    head: &request::Parts,
) -> Result<Option<Box<RequestFaults>>, String> {
    let destination = Destination::Endpoint(endpoint);
    let asked = asked_for(&head.headers, destination)?;
    let machine = app.machine_now();
    let (mut faults, now) = match organization {
        Some(organization) => {
            let mut state = organization.state();
            let request = ScenarioRequest {
                destination,
                method: head.method.as_str(),
                path: head.uri.path(),
                caller: None,
            };
            let faults = state.faults(request, machine, &app.config);
            (faults, state.clock.now(machine))
        }
        None => (Vec::new(), machine),
    };
    faults.extend(planned(asked, app.config.seed));
    let met = |faults| {
        Box::new(RequestFaults {
            endpoint: Some(endpoint),
            ..RequestFaults::new(faults, organization, now, head)
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

    /// The faults, and why they meet the request; nothing, where none does.
    pub(super) fn why(&self) -> Option<Vec<AppliedFault>> {
        let faults = self.faults.iter();
        let faults = faults.map(|planned| AppliedFault {
            id: planned.fault.id(),
            rule: planned.why.map(|fired| fired.rule + 1),
            count: planned.why.map(|fired| fired.count),
        });
        (!self.faults.is_empty()).then(|| faults.collect())
    }

    /// What happens in a phase before the request is done; a response, where it ends there.
    pub(super) async fn before(&mut self, phase: Phase) -> Option<FaultResponse> {
        let mut end = None;
        // They stay where they are: the journal tells of them, also if the caller goes away meanwhile.
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
            // It is not what the server says.
            self.first_responses = None;
        }
        end
    }

    /// Begins what meets the request's bytes, if all faults make sense over this version of HTTP. One that
    /// does not is no fault that nobody sees, but an error.
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
            checked.map_err(|wrong| format!("the fault `{}` {wrong}", fault.id()))?;
            if let (Some(control), Some(bytes)) = (wire, fault.request()) {
                control.set(bytes);
            }
        }
        Ok(())
    }

    /// The query to go on with.
    pub(super) fn query(&self, query: Option<&str>) -> Option<String> {
        let faults = self.faults.iter().map(|planned| &planned.fault);
        let faults = faults.filter(|fault| fault.kind() == FaultKind::Query);
        let given = query.unwrap_or_default();
        let asked = faults.fold(given.to_owned(), |query, fault| fault.query(&query));
        (!asked.is_empty()).then_some(asked)
    }

    /// What becomes of a response. It is made once, before it is recorded, so that the journal has what the caller sees.
    pub(super) fn spoil(&mut self, response: Response<Bytes>) -> SpoiledResponse {
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

/// A response as its faults leave it, and what they do while it goes out.
#[derive(Debug)]
pub(super) struct SpoiledResponse {
    response: FaultResponse,
    /// Whether its status is still the server's own.
    pub(super) is_ours: bool,
    wait: Duration,
    wire: Option<WireFault>,
}

impl SpoiledResponse {
    /// The status that the caller sees.
    pub(super) fn status(&self) -> StatusCode {
        self.response.status
    }

    /// Waits, and tells the connection what becomes of the bytes.
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
        response.map(|body| followed_by(body, spaces))
    }
}

/// A body, and this many spaces after it.
fn followed_by(body: Bytes, spaces: u64) -> Body {
    if spaces == 0 {
        return Body::from(body);
    }
    let size = SPACES.len() as u64;
    let whole = (0..spaces / size).map(|_| &SPACES[..]);
    // What is left is smaller than what is whole.
    let rest = usize::try_from(spaces % size).unwrap_or_default();
    let parts = whole.chain([&SPACES[..rest]]).map(Bytes::from_static);
    let parts = iter::once(body).chain(parts).map(Ok::<_, Infallible>);
    Body::from_stream(futures_util::stream::iter(parts))
}

/// Lets time pass for real: the caller is to feel it.
#[expect(
    clippy::disallowed_methods,
    reason = "a latency is real, whatever the organization's clock says"
)]
async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
